"""Checks a page in the browser: accessibility, reflow, numbers, print, weight, life without script.

The rules of axe-core at 1280 and 390 px in light and dark, then our own (page_check.js): reflow
at 320 px and with wide spacing, cut tables, size of targets, focus, contrast of fields, markup.
"""

import gzip
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import axe_playwright_python
from playwright.sync_api import Browser, Page, Response

AXE: Final = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text("utf-8")
OWN: Final = Path(__file__).with_suffix(".js").read_text("utf-8")
TAGS: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
BUDGET: Final = 60 * 1024  # gzipped bytes of page, style and script
MOST_TABS: Final = 150
LEAST_TEXT: Final = 40
WIDE: Final = {"viewport": {"width": 1280, "height": 900}}
NARROW: Final = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
STILL: Final = {"viewport": {"width": 1280, "height": 900}, "java_script_enabled": False}


@dataclass
class Visit:
    """A page that is open in one size of window, and what was found there."""

    page: Page
    origin: str
    faults: list[str] = field(default_factory=list)
    answers: list[Response] = field(default_factory=list)

    def keep(self, answer: Response) -> None:
        self.answers.append(answer)

    def note(self, mode: str, *names: str) -> None:
        """Run the named functions of page_check.js."""
        for name in names:
            found = self.page.evaluate("name => pageCheck[name]()", name)
            self.faults += [f"{mode}: {fault}" for fault in found]

    def note_rules(self, mode: str) -> None:
        found = self.page.evaluate("tags => pageCheck.rules(tags)", list(TAGS))
        self.faults += [f"{mode}: {fault}" for fault in found]


def faults_of_page(
    browser: Browser, url: str, cookies: Mapping[str, str], status: int = 200
) -> list[str]:
    """Everything found wrong with the page at `url`. status: what it is expected to answer."""
    with _opened(browser, url, cookies, status, WIDE) as wide:
        _check_wide(wide)
    with _opened(browser, url, cookies, status, NARROW) as narrow:
        _check_narrow(narrow)
    with _opened(browser, url, cookies, status, STILL) as still:
        if len("".join(still.page.locator("main").all_inner_texts()).strip()) < LEAST_TEXT:
            still.faults.append("without script main is almost empty")
    return [*wide.faults, *narrow.faults, *still.faults]


def _check_wide(visit: Visit) -> None:
    page = visit.page
    visit.note("1280 light", "skeleton", "sideways", "cutTables", "targets", "contrast")
    visit.note_rules("1280 light")
    visit.faults += _weight_faults(visit)
    page.emulate_media(color_scheme="dark")
    visit.note("1280 dark", "contrast")
    visit.note_rules("1280 dark")
    visit.faults += _focus_faults(page, "1280 dark")
    page.emulate_media(color_scheme="light", media="print")
    visit.note("print", "printed")
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 640, "height": 450})
    visit.note("640 spread", "spread", "reflow")


def _check_narrow(visit: Visit) -> None:
    page = visit.page
    visit.note("390 light", "sideways", "targets", "contrast")
    visit.note_rules("390 light")
    visit.faults += _focus_faults(page, "390 light")
    page.emulate_media(color_scheme="dark")
    visit.note("390 dark", "contrast")
    visit.note_rules("390 dark")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 320, "height": 640})
    visit.note("320", "reflow", "targets")


def _focus_faults(page: Page, mode: str) -> list[str]:
    """What Tab meets on its way through the page."""
    page.evaluate("scrollTo(0, 0); document.activeElement?.blur()")
    faults: list[str] = []
    for presses in range(MOST_TABS):
        page.keyboard.press("Tab")
        found = page.evaluate("pageCheck.focus()")
        if found is None:
            return faults if presses else [f"{mode}: nothing takes focus"]
        faults += [f"{mode}: {fault}" for fault in found]
    return faults


def _weight_faults(visit: Visit) -> list[str]:
    strange = [
        answer.url for answer in visit.answers if not answer.url.startswith(("data:", visit.origin))
    ]
    weight = sum(len(gzip.compress(answer.body(), 6)) for answer in visit.answers)
    heavy = [f"weighs {weight} bytes, more than {BUDGET}"] if weight > BUDGET else []
    return [*(f"asks another site: {url}" for url in strange), *heavy]


@contextmanager
def _opened(
    browser: Browser, url: str, cookies: Mapping[str, str], status: int, window: dict[str, Any]
) -> Iterator[Visit]:
    context = browser.new_context(
        color_scheme="light",
        locale="sv-SE",
        reduced_motion="reduce",  # a fade would be measured half-way
        **window,
    )
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}"
    context.add_cookies(
        [{"name": name, "value": value, "url": origin} for name, value in cookies.items()]
    )
    visit = Visit(context.new_page(), origin)
    visit.page.on("response", visit.keep)
    visit.page.on("pageerror", lambda error: visit.faults.append(f"script: {error}"))
    visit.page.on("console", lambda line: _note_console(visit, line, status))
    answer = visit.page.goto(url, wait_until="load")
    if answer is None or answer.status != status:
        visit.faults.append(f"answers {answer and answer.status}, not {status}")
    if window is not STILL:
        visit.page.evaluate(AXE)
        visit.page.evaluate(OWN)
    yield visit
    context.close()


def _note_console(visit: Visit, line: Any, status: int) -> None:
    expected = status >= 400 and line.text.startswith("Failed to load resource")
    if line.type == "error" and not expected:
        visit.faults.append(f"console: {line.text}")
