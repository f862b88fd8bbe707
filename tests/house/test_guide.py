"""The operator's guide, the units and the example files name what there is."""

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from consortium.cli import main
from consortium.core.settings import ROOT, load
from consortium.operations.measuring import GAUGES
from jobs.__main__ import main as jobs

SWEDISH, ENGLISH = ROOT / "docs" / "drift.sv.md", ROOT / "docs" / "operations.en.md"
README = ROOT / "README.md"
CONFIG = ROOT / "config"
UNITS = sorted((CONFIG / "systemd").glob("*.service"))
GROUPS: dict[tuple[str, ...], click.Group] = {
    ("consortium",): main,
    ("python", "-m", "jobs"): jobs,
}
FILES = {"secret.key", "consortium.db"}  # named in the guide as a setting would be
FEWEST_COMMANDS = 15


def blocks(document: Path) -> list[str]:
    found: list[str] = re.findall(r"^```sh\n(.*?)^```$", document.read_text(), re.M | re.S)
    return found


def spans(document: Path) -> set[str]:
    """What stands as code inside the prose."""
    prose = re.sub(r"^```.*?^```$", "", document.read_text(), flags=re.M | re.S)
    return set(re.findall(r"`([^`\n]+)`", prose))


def lines(text: str) -> list[str]:
    return text.replace("\\\n", " ").splitlines()


def split(line: str) -> list[str]:
    """The words of a command, up to where its output goes."""
    words = shlex.split(line, comments=True)
    return words[: words.index(">")] if ">" in words else words


def group_of(line: str) -> tuple[click.Group, list[str]] | None:
    """The program that a line starts, and the words after it; None for another's program."""
    words = split(line)
    for start, group in GROUPS.items():
        if tuple(words[: len(start)]) == start and len(words) > len(start):
            return group, words[len(start) :]
    return None


def found(line: str) -> tuple[click.Command, list[str]]:
    """The command that a line names, and its own words."""
    named = group_of(line)
    assert named, line
    command: click.Command = named[0]
    words = named[1]
    while isinstance(command, click.Group):
        assert words, f"{line}: names no command"
        below = command.get_command(click.Context(command), words[0])
        assert below is not None, f"{line}: there is no {words[0]}"
        command, words = below, words[1:]
    return command, words


def understood(line: str) -> None:
    """Fails where the command would refuse its words; runs nothing."""
    command, words = found(line)
    try:
        command.make_context(command.name or "", list(words))
    except click.UsageError as error:
        pytest.fail(f"{line}: {error.format_message()}")


def settings() -> dict[str, dict[str, object]]:
    return tomllib.loads((CONFIG / "default.toml").read_text())


def commands_of(document: Path) -> Iterator[str]:
    for block in blocks(document):
        yield from (line for line in lines(block) if group_of(line))


def starts_of(unit: Path) -> list[str]:
    """What a unit starts, as one would write it on the command line."""
    starts: list[str] = re.findall(
        r"^ExecStart=/opt/consortium/\.venv/bin/(.+)$", unit.read_text(), re.M
    )
    return starts


def test_both_guides_have_the_same_commands_in_the_same_order() -> None:
    assert blocks(SWEDISH) == blocks(ENGLISH)
    assert {span for span in spans(SWEDISH) if group_of(span)} == {
        span for span in spans(ENGLISH) if group_of(span)
    }


def test_each_command_of_the_guide_would_be_understood() -> None:
    commands = list(commands_of(ENGLISH))
    assert len(commands) >= FEWEST_COMMANDS
    for line in commands:
        understood(line)


@pytest.mark.parametrize("document", [SWEDISH, ENGLISH, README], ids=lambda path: path.name)
def test_each_command_and_option_named_in_the_prose_exists(document: Path) -> None:
    for span in filter(group_of, spans(document)):
        command, words = found(span)
        options = {word for param in command.params for word in param.opts}
        assert {word for word in words if word.startswith("--")} <= options, span


def test_each_command_of_the_readme_would_be_understood() -> None:
    plain = re.findall(r"^```\n(.*?)^```$", README.read_text(), re.M | re.S)
    commands = [line for block in plain for line in lines(block) if group_of(line)]
    assert commands
    for line in commands:
        understood(line)


@pytest.mark.parametrize("document", [SWEDISH, ENGLISH], ids=lambda path: path.name)
def test_each_setting_named_in_the_guide_exists(document: Path) -> None:
    known = settings()
    named = {
        span.partition(" = ")[0]
        for span in spans(document)
        if re.fullmatch(r"[a-z]+\.[a-z_]+( = .+)?", span)
    }
    assert named - FILES
    for name in named - FILES:
        section, _, setting = name.partition(".")
        assert setting in known.get(section, {}), name
    for section in (span[1:-1] for span in spans(document) if re.fullmatch(r"\[[a-z]+\]", span)):
        assert section in known


@pytest.mark.parametrize("document", [SWEDISH, ENGLISH], ids=lambda path: path.name)
def test_each_gauge_named_in_the_guide_exists(document: Path) -> None:
    named = {span.split()[0] for span in spans(document) if span.startswith("consortium_")}
    assert named
    assert named <= set(GAUGES)


def test_the_example_settings_are_settings_that_can_be(tmp_path: Path) -> None:
    example = CONFIG / "production.example.toml"
    chosen = load({"CONSORTIUM_HOME": str(tmp_path), "CONSORTIUM_CONFIG": str(example)})
    assert chosen.web.secure_cookies
    assert chosen.database.url.startswith("postgresql+psycopg://")


def test_each_unit_starts_a_command_that_there_is() -> None:
    assert len(UNITS) == len({unit.name for unit in UNITS}) > 0
    for unit in UNITS:
        starts = starts_of(unit)
        assert len(starts) == 1, unit.name
        understood(starts[0])


def test_the_guide_makes_each_folder_that_a_unit_writes_to() -> None:
    made = {
        word
        for line in lines("\n".join(blocks(ENGLISH)))
        if line.startswith("install -d ")
        for word in line.split()
    }
    for unit in UNITS:
        for paths in re.findall(r"^ReadWritePaths=(.+)$", unit.read_text(), re.M):
            assert {path.removeprefix("-") for path in paths.split()} <= made, unit.name


def test_each_unit_that_the_guide_starts_is_there() -> None:
    named = set(re.findall(r"consortium-[a-z]+(?:@|\.timer)?", "\n".join(blocks(ENGLISH))))
    there = {path.name.removesuffix(".service") for path in (CONFIG / "systemd").iterdir()}
    units = {name for name in named if name not in {"consortium-post", "consortium-before"}}
    assert units
    assert units <= there


def test_the_image_is_made_of_files_and_commands_that_there_are() -> None:
    text = (CONFIG / "Containerfile").read_text()
    for sources in re.findall(r"^COPY (?!--)(.+) \S+$", text, re.M):
        assert all((ROOT / source).exists() for source in sources.split()), sources
    commands = re.findall(r"consortium (?:upgrade|serve)[^&\"]*", text.rpartition("CMD ")[2])
    commands += re.findall(r"^#   podman run .* consortium (python -m jobs .+)$", text, re.M)
    assert len(commands) == len(("upgrade", "serve", "scheduler", "worker"))
    for command in commands:
        understood(command)
