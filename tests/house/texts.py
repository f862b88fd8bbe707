"""Every text that people are shown, found in the code and the templates."""

import ast
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_dir

import consortium
import jobs

ROOTS = (Path(consortium.__path__[0]), Path(jobs.__path__[0]))
REFUSALS = {"NotFound", "Invalid", "Conflict", "Forbidden", "Unavailable"}
SAYING = {"mark", "say", "told", "said"}
FAULT_REMEDY = 3  # its place among a Fault's arguments


def texts() -> dict[str, str]:
    """English text → a place where it stands."""
    found: dict[str, str] = {}
    for root in ROOTS:
        for path in sorted(root.rglob("*.py")):
            for text, line in _in_code(ast.parse(path.read_text(encoding="utf-8"))):
                found.setdefault(text, f"{path.relative_to(root.parent)}:{line}")
    for text, place in _in_templates():
        found.setdefault(text, place)
    return found


def _in_code(tree: ast.Module) -> Iterator[tuple[str, int]]:
    named = _named(tree)
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        for argument in _shown(call):
            values = named.get(argument.id, []) if isinstance(argument, ast.Name) else [argument]
            yield from ((text, call.lineno) for value in values for text in _constants(value))


def _named(tree: ast.Module) -> dict[str, list[ast.expr]]:
    """What each name in a file is set to, so that `text = "…"; Fault(text)` is found too."""
    found: dict[str, list[ast.expr]] = {}
    for node in (node for node in ast.walk(tree) if isinstance(node, ast.Assign)):
        for target in (target for target in node.targets if isinstance(target, ast.Name)):
            found.setdefault(target.id, []).append(node.value)
    return found


def _shown(call: ast.Call) -> Iterator[ast.expr]:
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    if name in REFUSALS | SAYING | {"Fault"}:
        yield from call.args[:1]
    if name == "Fault":
        yield from call.args[FAULT_REMEDY : FAULT_REMEDY + 1]
    if name in REFUSALS | {"Fault"}:
        yield from (word.value for word in call.keywords if word.arg in {"text", "remedy"})


def _constants(node: ast.expr) -> Iterator[str]:
    """The text itself, or each side of a choice between two."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.strip():
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _constants(node.body)
        yield from _constants(node.orelse)


def _in_templates() -> Iterator[tuple[str, str]]:
    folder = ROOTS[0] / "web" / "templates"
    method = [("**.html", "jinja2.ext:babel_extract")]
    for name, line, message, _comments, _context in extract_from_dir(
        str(folder), method_map=method, keywords={"_": None}
    ):
        for text in (message,) if isinstance(message, str) else message:
            yield text, f"templates/{name}:{line}"
