"""The menu and the start page of each role. A new page file adds its entries here."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from flask import request, url_for

from consortium.core.words import mark
from consortium.web.language import language, told

EVERYONE: Final = frozenset(
    {"administrator", "coordinator", "finance", "branch_manager", "counter", "auditor", "driver"}
)
INDOORS: Final = EVERYONE - {"driver"}
OFFICES: Final = INDOORS - {"counter"}
LIBRARIES: Final = frozenset({"coordinator", "branch_manager", "counter"})
CALENDARS: Final = frozenset({"coordinator", "branch_manager", "counter"})
DRIVERS: Final = frozenset({"coordinator", "driver"})
COORDINATOR: Final = frozenset({"coordinator"})
FINANCE: Final = frozenset({"administrator", "finance", "auditor"})

ROLE_NAMES: Final = {
    "administrator": mark("Administrator"),
    "coordinator": mark("Coordinator"),
    "finance": mark("Finance officer"),
    "branch_manager": mark("Branch manager"),
    "counter": mark("Library staff"),
    "auditor": mark("Auditor"),
    "driver": mark("Driver"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu. page: `file.function`. icon: of macros.html. roles: whom it is for."""

    page: str
    name: str
    icon: str
    roles: frozenset[str]

    @property
    def file(self) -> str:
        return self.page.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """An entry as it is shown: its address, its name in the reader's language."""

    href: str
    name: str
    icon: str
    current: bool


MENU: Final = (
    Group(
        mark("Finance"),
        (
            Entry("sharing.index", mark("Allocation"), "scale", FINANCE),
            Entry("budget.index", mark("Budget"), "coins", FINANCE | {"coordinator"}),
            Entry("costs.index", mark("Actual costs"), "pen", FINANCE),
            Entry("runs.index", mark("Invoice runs"), "doc", FINANCE),
            Entry("settlement.index", mark("Settlement"), "scale", FINANCE),
            Entry("invoices.index", mark("Invoices"), "coins", FINANCE),
            Entry("payments.index", mark("Payments"), "swap", FINANCE),
            Entry("ledger.index", mark("Bookkeeping"), "book", FINANCE),
            Entry("yearly.index", mark("Yearly reports"), "print", FINANCE),
            Entry("post.index", mark("Post"), "upload", FINANCE - {"administrator"}),
        ),
    ),
    Group(
        mark("What we pay"),
        (
            Entry("invoices.index", mark("Invoices"), "coins", frozenset({"branch_manager"})),
            Entry("sharing.index", mark("Allocation"), "scale", frozenset({"branch_manager"})),
            Entry("budget.index", mark("Budget"), "coins", frozenset({"branch_manager"})),
            Entry("yearly.index", mark("Yearly reports"), "print", frozenset({"branch_manager"})),
            Entry("receivables.index", mark("What we owe"), "swap", frozenset({"branch_manager"})),
            Entry("settlement.index", mark("Settlement"), "scale", frozenset({"branch_manager"})),
        ),
    ),
    Group(
        mark("Transports"),
        (
            Entry("tomorrow.index", mark("Tomorrow"), "truck", INDOORS - {"finance"}),
            Entry("week.index", mark("The week"), "swap", OFFICES - {"finance"}),
            Entry("driver.index", mark("Driver's view"), "pin", DRIVERS),
            Entry("distances.index", mark("Distances"), "arrow", OFFICES - {"finance"}),
            Entry("follow_up.index", mark("Follow-up"), "sort", OFFICES),
            Entry("carriers.index", mark("Carriers"), "truck", OFFICES - {"branch_manager"}),
            Entry("post.index", mark("Post"), "upload", COORDINATOR),
        ),
    ),
    Group(
        mark("Crates"),
        (
            Entry("branch_day.index", mark("Deliveries"), "down", LIBRARIES),
            Entry("crates.index", mark("Crates"), "box", INDOORS - {"finance"}),
            Entry("transfers.index", mark("Transfers"), "swap", OFFICES - {"finance"}),
            Entry("empties.index", mark("Empty crates"), "box", INDOORS - {"finance"}),
            Entry("incidents.index", mark("Crates that passed"), "search", COORDINATOR),
            Entry("samples.index", mark("Volume samples"), "sort", INDOORS - {"finance"}),
            Entry("feeds.index", mark("Calendars"), "clock", CALENDARS),
        ),
    ),
    Group(
        mark("Shared"),
        (
            Entry("resources.index", mark("Shared resources"), "book", INDOORS),
            Entry("emedia.index", mark("E-media"), "coins", OFFICES),
            Entry("branches.index", mark("Libraries"), "home", INDOORS),
            Entry("closures.index", mark("Closures"), "clock", INDOORS - {"finance", "auditor"}),
            Entry("measures.index", mark("Measures"), "sort", OFFICES),
            Entry("exchanging.index", mark("Import"), "upload", OFFICES - {"auditor"}),
            Entry("exporting.index", mark("Export"), "down", OFFICES),
        ),
    ),
    Group(mark("Cards"), (Entry("cards.index", mark("Cards"), "card", frozenset({"counter"})),)),
    Group(
        mark("Cooperation"),
        (
            Entry("members.index", mark("Members"), "people", OFFICES),
            Entry("hosting.index", mark("Host municipality"), "home", OFFICES),
            Entry("agreements.index", mark("Agreements"), "doc", OFFICES),
            Entry("voting.index", mark("Votes"), "people", OFFICES),
        ),
    ),
    Group(
        mark("Administration"),
        (
            Entry(
                "trail.index",
                mark("Audit trail"),
                "search",
                frozenset({"administrator", "auditor"}),
            ),
            Entry("accounts.index", mark("Accounts"), "user", frozenset({"administrator"})),
            Entry("post.index", mark("Post"), "upload", frozenset({"administrator"})),
            Entry("webhooks.index", mark("Webhooks"), "swap", frozenset({"administrator"})),
            Entry("readiness.index", mark("Settings"), "check", frozenset({"administrator"})),
        ),
    ),
)

START: Final = {
    "administrator": "readiness.index",
    "coordinator": "tomorrow.index",
    "finance": "runs.start",
    "branch_manager": "resources.index",
    "counter": "cards.index",
    "auditor": "trail.index",
    "driver": "driver.index",
}


def menu(role: str) -> list[tuple[str, list[Item]]]:
    """The groups of the role's menu with their items; the one that is open is marked: that of the
    page's own file, else the one under whose address the page lies.
    """
    root = request.script_root
    open_file = (request.endpoint or "").removeprefix("web.").partition(".")[0]
    files = _addresses(role, root)
    if open_file not in files:
        path = f"{root}{request.path}/"
        open_file = next((file for file, at in files.items() if path.startswith(f"{at}/")), "")
    return _menu(role, language(), open_file, root)


def start_page(role: str) -> str | None:
    """Where the role begins its day; None for a role, or an account, that has no pages."""
    return url_for(f"web.{START[role]}") if role in START else None


@lru_cache(64)
def _addresses(role: str, _root: str) -> dict[str, str]:
    """The page files of the role's menu, each with the address of its entry."""
    entries = (entry for group in MENU for entry in group.entries if role in entry.roles)
    return {entry.file: url_for(f"web.{entry.page}") for entry in entries}


@lru_cache(1024)
def _menu(role: str, _language: str, open_file: str, _root: str) -> list[tuple[str, list[Item]]]:
    """The menu, the same for everyone in the role: its addresses and names are found once."""
    shown = [
        (told(group.name), [_item(each, open_file) for each in group.entries if role in each.roles])
        for group in MENU
    ]
    return [(name, items) for name, items in shown if items]


def _item(entry: Entry, open_file: str) -> Item:
    return Item(
        url_for(f"web.{entry.page}"),
        told(entry.name),
        entry.icon,
        open_file == entry.file,
    )
