"""The demo's year behind pages: one database, made once a run and copied for each test."""

import shutil
import tempfile
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

from flask import Flask

from consortium.app import create_app
from consortium.billing.delivering import mark_delivered, parcel_of
from consortium.billing.rendering import keep_documents, paper_to_render, render
from consortium.core.db import open_engine
from consortium.core.settings import Invoicing, Settings
from consortium.core.work import Works
from consortium.migrations import upgrade
from tests.billing.worlds import make_year
from tests.conftest import OPERATOR, Clock
from tests.web.browsing import Surfer, add_account, signed_in

FOLDER: Final = tempfile.TemporaryDirectory(prefix="consortium-")  # goes with the run
LEKSAND: Final = "2029"
ACCOUNTS: Final = (
    ("administrator", None),
    ("coordinator", None),
    ("finance", None),
    ("branch_manager", LEKSAND),
    ("counter", LEKSAND),
    ("auditor", None),
)


@dataclass(frozen=True)
class Site:
    """An application over the year 2026, with an account for every role."""

    app: Flask
    works: Works

    def surfer(self, role: str) -> Surfer:
        return signed_in(self.app, role)

    def render(self, *numbers: str) -> None:
        """Draw the documents of invoices, as the worker does."""
        for number in numbers:
            with self.works.reading(OPERATOR) as work:
                paper = paper_to_render(work, number)
            with self.works.writing(OPERATOR) as work:
                keep_documents(work, number, render(paper))

    def deliver(self, number: str) -> None:
        with self.works.writing(OPERATOR) as work:
            mark_delivered(work, number, parcel_of(work, number).way)


def site_of(folder: Path, clock: Clock) -> Site:
    """A site whose database and keys stand in `folder`."""
    path = folder / "site.db"
    shutil.copy(_made(), path)
    works = Works(open_engine(f"sqlite:///{path}"), clock)
    settings = Settings.model_validate({"home": folder, "web": {"secret_key": "test" * 8}})
    return Site(create_app(settings, works), works)


def two_persons(site: Site, folder: Path) -> Site:
    """The same site where the settings ask that another issues what one has approved."""
    works = replace(site.works, invoicing=Invoicing(second_person=True))
    settings = Settings.model_validate({"home": folder, "web": {"secret_key": "test" * 8}})
    return Site(create_app(settings, works), works)


@cache
def _made() -> Path:
    path = Path(FOLDER.name) / "year.db"
    engine = open_engine(f"sqlite:///{path}")
    upgrade(engine)
    works = Works(engine, Clock())
    make_year(works)
    for role, member in ACCOUNTS:
        add_account(works, role, (role, member))
    engine.dispose()  # closing the last connection folds the WAL into the file
    return path
