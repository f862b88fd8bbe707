"""Pages for those who watch: audit trail, accounts, readiness, agreements."""

import re
from collections.abc import Callable
from datetime import timedelta

from consortium.core.later import JobRun, Task
from consortium.core.words import Say
from consortium.core.work import Works
from consortium.members.joining import Address, change_address, name_consortium
from consortium.members.tables import Hosting
from consortium.people.queries import accounts
from tests.conftest import OPERATOR, Clock
from tests.web.browsing import Surfer


def test_the_trail_shows_changes_before_and_after(
    as_role: Callable[..., Surfer], world: Works, say: Say
) -> None:
    surfer = as_role("finance")
    given = {"delivery": "email", "email": "ny@mora.example", "buyer_reference": "<NY>"}
    surfer.send("/medlemmar/2062", given, at="/medlemmar/2062")
    page = as_role("auditor").get("/granskningsspar?handelse=members.address_changed").text
    rows = page[page.index("<tbody>") : page.index("</tbody>")]
    assert rows.count("<tr>") == 1
    assert "finance.all" in rows
    assert say("Billing details changed") in rows
    assert '<span class="old">REF2062</span> <ins class="new">&lt;NY&gt;</ins>' in rows
    assert f'<ins class="new">{say("empty")}</ins>' in rows  # the e-invoice address is gone


def test_the_trail_is_searched_by_event_person_and_subject(
    as_role: Callable[..., Surfer], say: Say
) -> None:
    surfer = as_role("auditor")
    assert _count(surfer, "?handelse=members") == 5  # named, three joined, one host
    assert _count(surfer, "?handelse=members.joined") == 3
    assert _count(surfer, "?handelse=member") == 0  # a room's name is whole
    assert _count(surfer, "?vem=operator&vad=MORA-BIB") == 2  # registered, closed
    assert _count(surfer, "?vad=%25") == 0  # a percent sign is a percent sign
    nothing = surfer.get("/granskningsspar?vem=ingen").text
    assert say("No entry fits the search") in nothing
    assert surfer.get("/granskningsspar?vad=" + "x" * 201).status_code == 422


def test_the_trail_has_pages_of_fifty_the_newest_first(
    as_role: Callable[..., Surfer], world: Works, clock: Clock
) -> None:
    for number in range(60):
        clock.forward(minutes=1)
        with world.writing(OPERATOR) as work:
            work.audit("tests.happened", f"nr-{number:02}.")
    surfer = as_role("auditor")
    page = surfer.get("/granskningsspar?handelse=tests.happened").text
    assert page.index("nr-59.") < page.index("nr-10.")
    assert "nr-09." not in page
    assert "tests.happened" in page  # an event without a name of its own
    following = re.search(r'rel="next" href="([^"]+)"', page)
    assert following
    second = surfer.get(following[1].replace("&amp;", "&")).text
    assert "nr-09." in second
    assert "nr-10." not in second


def test_accounts_show_roles_and_who_is_shut(
    as_role: Callable[..., Surfer], world: Works, say: Say
) -> None:
    surfer = as_role("administrator")
    as_role("counter", "2062")
    with world.writing(OPERATOR) as work:
        for account in accounts(work):
            if account.username == "counter.2062":
                account.locked_until = work.now + timedelta(minutes=5)
    page = surfer.get("/konton").text
    assert f"{say('Library staff')}, Mora" in page
    assert say("Shut until {moment}", moment="2026-11-24\u00a012:05") in page
    assert "2026-11-24\u00a012:00" in page  # signed in at noon
    assert page.count(f"{say('Open')}</span>") == 1
    assert "argon2" not in page


def test_the_administrator_sees_what_is_missing(
    as_role: Callable[..., Surfer], world: Works, say: Say
) -> None:
    surfer = as_role("administrator")
    page = surfer.get("/").text
    assert say("{count} things to do before the next invoice run.", count=3) in page
    assert say("{year} has no cost pool", year=2026) in page
    assert say("Nobody who signs in may approve and issue invoices") in page
    with world.writing(OPERATOR) as work:
        change_address(work, "2062", Address(endpoint_scheme="0007", endpoint_id="2120002213"))
        work.session.delete(work.session.get_one(Hosting, 1))
        trouble = "Unavailable: The folder <outbox> cannot be written to"
        work.session.add(
            Task(name="messages.send", key="1", due=work.now, state="failed", trouble=trouble)
        )
        for days, said in ((1, "late"), (15, "long ago"), (2, "")):
            work.session.add(
                JobRun(
                    job=f"job {days}",
                    business_date=work.today - timedelta(days=days),
                    started_at=work.now,
                    leased_until=work.now,
                    trouble=said,
                )
            )
    page = surfer.get("/installningar").text
    assert say("{count} things to do before the next invoice run.", count=5) in page
    assert say("{name} cannot be invoiced yet", name="Mora") in page
    assert 'href="/medlemmar/2062"' in page
    assert say("Nobody is host") in page
    assert "The folder &lt;outbox&gt; cannot be written to" in page
    assert "job 1<" in page
    assert "long ago" not in page
    assert "job 2<" not in page


def test_agreements_show_parties_and_clauses(as_role: Callable[..., Surfer], say: Say) -> None:
    page = as_role("branch_manager", "2062").get("/avtal").text
    assert "Falun, Borlänge" in page
    assert "§ 7.2" in page
    assert "Kostnaden delas efter folkmängd." in page
    assert say("In force") in page
    assert say("until further notice") in page


def test_example_data_is_marked_on_every_page(
    as_role: Callable[..., Surfer], world: Works, say: Say
) -> None:
    surfer = as_role("auditor")
    mark = say("The figures are example data")
    assert mark not in surfer.get("/avtal").text
    with world.writing(OPERATOR) as work:
        name_consortium(work, "Exempelbiblioteken", example=True)
    for path in ("/avtal", "/finns-inte", "/konton"):
        page = surfer.get(path).text
        assert mark in page
        assert f"{say('Example')}</span>" in page
        assert "Exempelbiblioteken" in page
    surfer.post("/logga-ut", {}, at="/avtal")
    assert mark in surfer.get("/logga-in").text


def _count(surfer: Surfer, query: str) -> int:
    page = surfer.get("/granskningsspar" + query).text
    return page.partition("<tbody>")[2].partition("</tbody>")[0].count("<tr>")
