"""Use case: what was sent long ago and no book is kept of is deleted."""

from datetime import datetime

from sqlmodel import col, delete

from consortium.core.work import Work
from consortium.messages.tables import Letter, WebhookDelivery


def forget_old_post(work: Work, before: datetime) -> None:
    """Delete deliveries to webhooks that arrived, and letters to accounts, from before an instant.

    What has failed stays until somebody has dealt with it. Letters with invoices and changed
    times stay as long as what they were about.
    """
    arrived = col(WebhookDelivery.state) == "delivered"
    work.session.exec(delete(WebhookDelivery).where(arrived, col(WebhookDelivery.made_at) < before))
    to_accounts = col(Letter.fleeting).is_(True) & col(Letter.sent_at).is_not(None)
    work.session.exec(delete(Letter).where(to_accounts, col(Letter.written_at) < before))
