"""The list by which commands are found without reading all of their files."""

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click

from consortium import cli
from consortium.cli import main
from consortium.cli.door import FILES

FOLDER = Path(cli.__file__).parent
ADDED = {"main": "", "bring_in": "import", "bring_out": "export", "invoices": "invoices"}
"""What a file's commands are added to → the command that has to be asked for them."""


def adding() -> set[tuple[str, str]]:
    """Command and file, of each file that adds to a command that another file makes."""
    found = set()
    for path in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                group = ADDED.get(node.value.id)
                if node.attr in {"command", "group"} and group:
                    found.add((group, path.stem))
    return found


def test_every_command_is_found_and_every_file_of_it_is_read() -> None:
    context = click.Context(main)
    assert all(main.get_command(context, name) is not None for name in FILES)
    for path in FOLDER.glob("*.py"):
        if path.stem != "__main__":
            import_module(f"consortium.cli.{path.stem}")
    assert set(main.commands) == set(FILES) == set(main.list_commands(context))
    listed = {(name, file) for name, files in FILES.items() for file in files}
    assert adding() <= listed


def test_one_command_does_not_read_the_files_of_the_others() -> None:
    code = (
        "import sys; from consortium.cli import main; main(['plan', '--help'], "
        "standalone_mode=False); print('consortium.web' in sys.modules)"
    )
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "False"
