"""The world of the transport pages, and what is read from them."""

import re
from html import unescape
from pathlib import Path

from consortium.core.settings import Settings
from consortium.core.work import Works
from jobs.running import Running
from jobs.worker import run_next


def words_of(page: str) -> str:
    """What stands in `main`, without tags: blanks of any kind as one space."""
    main = page[page.index("<main") : page.index("</main>")]
    shown = re.sub(r"<svg.*?</svg>", " ", main, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", shown)).split())


def rows_of(page: str, caption: str) -> list[list[str]]:
    """The cells of the body of the table that has this caption, row by row."""
    start = page.index(caption)
    body = page[start : page.index("</tbody>", start)].partition("<tbody>")[2]
    return [
        [
            " ".join(unescape(re.sub(r"<[^>]+>", " ", cell)).split())
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, flags=re.DOTALL)
        ]
        for row in re.findall(r"<tr[^>]*>(.*?)</tr>", body, flags=re.DOTALL)
    ]


def run_tasks(works: Works, home: Path) -> None:
    """Let the worker do all that is due."""
    chosen = {"home": home, "routing": {"iterations": 50}, "web": {"secret_key": "k" * 32}}
    running = Running(works, Settings.model_validate(chosen))
    while run_next(running):
        pass
