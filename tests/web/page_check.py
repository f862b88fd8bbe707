"""Checks a page in the browser: accessibility, reflow, numbers, print, weight, life without script.

The rules of axe-core at 1280 and 390 px, its rules of colour in light and dark at both, then our
own (page_check.js): reflow at 320 px and with wide spacing, cut tables, size of targets, focus,
contrast of fields, markup. A page is loaded once; a window serves as many pages as there are.
"""

import gzip
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import axe_playwright_python
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, Response

AXE: Final = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text("utf-8")
OWN: Final = Path(__file__).with_suffix(".js").read_text("utf-8")
TAGS: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
COLOURS: Final = ("color-contrast", "link-in-text-block")
BUDGET: Final = 60 * 1024  # gzipped bytes of page, style and script
MOST_TABS: Final = 150
LEAST_TEXT: Final = 40
SETTLED: Final = "() => new Promise(go => requestAnimationFrame(() => requestAnimationFrame(go)))"
"""Until a window that has changed is laid out anew and painted."""

WIDE: Final = {"width": 1280, "height": 900}
NARROW: Final = {"width": 390, "height": 844}


@dataclass
class Window:
    """A tab of one person's browser, and what was found on the page that is open in it.

    shared: address → gzipped bytes of style and script, which later pages take from the cache.
    """

    page: Page
    devtools: CDPSession
    origin: str
    faults: list[str] = field(default_factory=list)
    answers: list[Response] = field(default_factory=list)
    status: int = 200
    shared: dict[str, int] = field(default_factory=dict)

    def keep(self, answer: Response) -> None:
        self.answers.append(answer)

    def note(self, mode: str, *names: str) -> None:
        """Run the named functions of page_check.js."""
        for name in names:
            found = self.page.evaluate("name => pageCheck[name]()", name)
            self.faults += [f"{mode}: {fault}" for fault in found]

    def note_rules(self, mode: str, kind: str = "tag", values: tuple[str, ...] = TAGS) -> None:
        """Run the rules of axe-core that have one of the tags, or are named."""
        asked = {"type": kind, "values": list(values)}
        found = self.page.evaluate("asked => pageCheck.rules(asked)", asked)
        self.faults += [f"{mode}: {fault}" for fault in found]

    def look(self, size: dict[str, int], touch: bool, scheme: str = "light") -> None:
        """Be a window of this size, under a finger or a mouse, in light or dark."""
        given = {"enabled": touch, "maxTouchPoints": 1}
        self.devtools.send("Emulation.setTouchEmulationEnabled", given)
        self.page.set_viewport_size(size)  # type: ignore[arg-type]  # a dict of the two
        self.page.emulate_media(color_scheme=scheme, media="screen")  # type: ignore[arg-type]
        self.page.evaluate(SETTLED)


def faults_of_page(
    browser: Browser, url: str, cookies: Mapping[str, str], status: int = 200
) -> list[str]:
    """Everything found wrong with the page at `url`. status: what it is expected to answer."""
    scheme, _, rest = url.partition("://")
    origin = f"{scheme}://{rest.partition('/')[0]}"
    with window(browser, origin, cookies) as opened:
        return faults_at(opened, url, status)


@contextmanager
def window(browser: Browser, origin: str, cookies: Mapping[str, str]) -> Iterator[Window]:
    """A window of someone with these cookies; the programs of the check are in each page."""
    context = browser.new_context(
        locale="sv-SE",
        reduced_motion="reduce",  # a fade would be measured half-way
    )
    choose(context, origin, cookies)
    context.add_init_script(AXE)
    context.add_init_script(OWN)
    page = context.new_page()
    opened = Window(page, context.new_cdp_session(page), origin)
    page.on("response", opened.keep)
    page.on("pageerror", lambda error: opened.faults.append(f"script: {error}"))
    page.on("console", lambda line: _note_console(opened, line))
    yield opened
    context.close()


def choose(context: BrowserContext, origin: str, cookies: Mapping[str, str]) -> None:
    """Keep these cookies for the site."""
    context.add_cookies(
        [{"name": name, "value": value, "url": origin} for name, value in cookies.items()]
    )


def faults_at(window: Window, url: str, status: int = 200) -> list[str]:
    """Everything found wrong with the page at `url`, opened in a window that is already there."""
    window.page.goto("about:blank")  # what the page before still loads is not this one's
    window.faults, window.answers, window.status = [], [], status
    window.look(WIDE, touch=False)
    answer = window.page.goto(url, wait_until="load")
    if answer is None or answer.status != status:
        return [f"answers {answer and answer.status}, not {status}"]
    _check_wide(window)
    if window.page.evaluate("page => pageCheck.still(page)", answer.text()) < LEAST_TEXT:
        window.faults.append("without script main is almost empty")
    _check_narrow(window)
    window.look({"width": 640, "height": 450}, touch=False)
    window.note("640 spread", "spread", "reflow")  # last, as the spacing stays
    return window.faults


def _check_wide(window: Window) -> None:
    window.note("1280 light", "skeleton", "sideways", "cutTables", "targets", "contrast")
    window.note_rules("1280 light")
    window.faults += _weight_faults(window)
    window.look(WIDE, touch=False, scheme="dark")
    window.note("1280 dark", "contrast")
    window.note_rules("1280 dark", "rule", COLOURS)
    window.faults += _focus_faults(window.page, "1280 dark")
    window.page.emulate_media(color_scheme="light", media="print")
    window.note("print", "printed")


def _check_narrow(window: Window) -> None:
    window.look(NARROW, touch=True)
    window.note("390 light", "sideways", "targets", "contrast")
    window.note_rules("390 light")
    window.faults += _focus_faults(window.page, "390 light")
    window.look(NARROW, touch=True, scheme="dark")
    window.note("390 dark", "contrast")
    window.note_rules("390 dark", "rule", COLOURS)
    window.look({"width": 320, "height": 640}, touch=True)
    window.note("320", "reflow", "targets")


def _focus_faults(page: Page, mode: str) -> list[str]:
    """What Tab meets on its way through the page."""
    page.evaluate("pageCheck.unfocus()")
    faults: list[str] = []
    for presses in range(MOST_TABS):
        page.keyboard.press("Tab")
        found = page.evaluate("pageCheck.focus()")
        if found is None:
            return faults if presses else [f"{mode}: nothing takes focus"]
        faults += [f"{mode}: {fault}" for fault in found]
    return faults


def _weight_faults(window: Window) -> list[str]:
    strange = [
        answer.url
        for answer in window.answers
        if not answer.url.startswith(("data:", window.origin))
    ]
    own = 0
    for answer in window.answers:
        size = 0 if 300 <= answer.status < 400 else len(gzip.compress(answer.body(), 6))
        if answer.request.resource_type == "document":
            own += size
        else:
            window.shared[answer.url] = size
    weight = own + sum(window.shared.values())
    heavy = [f"weighs {weight} bytes, more than {BUDGET}"] if weight > BUDGET else []
    return [*(f"asks another site: {url}" for url in strange), *heavy]


def _note_console(window: Window, line: Any) -> None:
    expected = window.status >= 400 and line.text.startswith("Failed to load resource")
    if line.type == "error" and not expected:
        window.faults.append(f"console: {line.text}")
