"""The English source texts that the pages can show, read from templates and from code."""

import ast
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, nodes

import consortium

HOUSE = Path(consortium.__path__[0])
ROOMS = ("core", "members", "branches", "measures", "agreements", "people", "http", "web")
REFUSALS = {"Fault", "Invalid", "NotFound", "Conflict", "Forbidden", "Unavailable"}
REMEDY_PLACE = 3  # Fault(text, at, facts, remedy)


def texts_of_templates() -> set[str]:
    """Every constant that a template says through `_`."""
    environment = Environment(autoescape=True)
    found = set()
    for template in sorted((HOUSE / "web" / "templates").rglob("*.html")):
        tree = environment.parse(template.read_text(encoding="utf-8"))
        for call in tree.find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "_":
                found |= {arg.value for arg in call.args[:1] if isinstance(arg, nodes.Const)}
    return found


def texts_of_code() -> set[str]:
    """Every constant that is marked, and every refusal with its remedy, in ROOMS and the app."""
    sources = [HOUSE / "app.py", *(path for room in ROOMS for path in (HOUSE / room).glob("*.py"))]
    return {
        text
        for source in sources
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        for text in _said(node)
    }


def _said(call: ast.Call) -> Iterator[str]:
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    said = call.args[:1] if name == "mark" or name in REFUSALS else []
    if name in REFUSALS:
        said = [*said, *(word.value for word in call.keywords if word.arg in {"text", "remedy"})]
    if name == "Fault":
        said = [*said, *call.args[REMEDY_PLACE : REMEDY_PLACE + 1]]
    for argument in said:
        if isinstance(argument, ast.Constant) and argument.value:
            yield str(argument.value)
