"""Job of reminders: what is due to be reminded of leaves, where the settings say so."""

from datetime import date

from consortium.payments.reminding import Reminding, due_reminders, send_reminders
from jobs.running import Running, acting

REMINDING = acting("reminding")


def remind(running: Running, _day: date) -> None:
    """Send the reminders that are due; nothing where a person does that, on the page of them.

    A member without an e-mail address is left to a person.
    """
    chosen = running.settings.invoicing
    if not chosen.remind_automatically:
        return
    how = Reminding(chosen.reminder_days, chosen.charge_interest)
    with running.works.writing(REMINDING) as work:
        due = due_reminders(work, how)
        if numbers := [each.owed.number for each in due if each.email]:
            send_reminders(work, how, numbers)
