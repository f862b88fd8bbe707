"""Commands of the two pure cores: a case in, its answer out; no database is read."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from consortium.cli.door import main, read
from consortium.core.errors import Invalid
from consortium.costs import allocation
from consortium.transports import routing


@main.command()
@click.argument("case", type=click.Path(path_type=Path), required=False)
@click.option("--jsonl", is_flag=True, help="One case a line from standard input.")
def allocate(case: Path | None, jsonl: bool) -> None:
    """Split the costs of CASE, a file as ALLOCATION has it; no database is read."""
    _answer_case(case, jsonl, allocation.allocate_text, allocation.answer_line)


@main.command()
@click.argument("case", type=click.Path(path_type=Path), required=False)
@click.option("--jsonl", is_flag=True, help="One case a line from standard input.")
def plan(case: Path | None, jsonl: bool) -> None:
    """Plan the routes of CASE, a file as ROUTING has it; no database is read."""
    _answer_case(case, jsonl, routing.plan_text, routing.answer_line)


def _answer_case(
    path: Path | None,
    jsonl: bool,
    answer: Callable[[str], dict[str, Any]],
    answer_line: Callable[[str], str],
) -> None:
    if jsonl and path is not None:
        raise Invalid("Name a case file or give --jsonl, not both", at="CASE")
    if jsonl:
        for line in sys.stdin:
            click.echo(answer_line(line))
        return
    if path is None:
        raise Invalid("Name a case file, or give cases by --jsonl", at="CASE")
    result = answer(read(path).decode("utf-8", errors="replace"))
    click.echo(json.dumps(result, ensure_ascii=False, indent=1))
