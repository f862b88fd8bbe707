"""Page of the accounts: who may sign in, in which roles, and whether they can just now."""

from flask import render_template

from consortium.http.asking import works
from consortium.people.queries import accounts_with_grants
from consortium.web.asking import Pages, asker

pages = Pages("accounts", __name__, "/konton", right="people.change")


@pages.get("")
def index() -> str:
    with works().reading(asker()) as work:
        rows = accounts_with_grants(work)
    locked = {
        account.id for account, _roles in rows if (account.locked_until or work.now) > work.now
    }
    return render_template("accounts/index.html", rows=rows, locked=locked)
