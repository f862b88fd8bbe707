"""Command that lists every address of the service, with who may open it."""

import json
from collections.abc import Iterator
from typing import Any

import click
from flask import Flask
from werkzeug.routing import Rule

from consortium import api
from consortium.app import create_app
from consortium.cli.door import main
from consortium.core import settings
from consortium.people.rules import ROLES, WHOLE
from consortium.web.asking import Pages

VISITOR = "visitor"
UNLISTED = frozenset({"HEAD", "OPTIONS"})  # every address that can be read answers these


@main.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON, one object for each address.")
def routes(as_json: bool) -> None:
    """List every web address: path, methods, the right it takes, and the roles that have it."""
    found = list(routes_of(create_app(settings.load())))
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    for row in found:
        click.echo(f"{','.join(row['methods']):<12} {row['path']:<60} {', '.join(row['roles'])}")


def routes_of(app: Flask) -> Iterator[dict[str, Any]]:
    """Every address of `app`, by path.

    door: `web`, `api` or `machine` (probes, static files). right: what opening takes, null where
    visitors may, empty where being signed in is enough, or where it depends on what is named (the
    kind of an import, the entry that is taken back). reach: `whole` where the right is over all
    members or none, `own` where it may be held for some.
    """
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
        methods = sorted((rule.methods or set()) - UNLISTED)
        if not methods:
            continue
        door, right = _right(app, rule)
        yield {
            "path": rule.rule,
            "endpoint": rule.endpoint,
            "methods": methods,
            "door": door,
            "right": right,
            "reach": "whole" if right in WHOLE else "own",
            "roles": roles_with(right),
        }


def roles_with(right: str | None) -> list[str]:
    """The roles that hold a right, in the order they are listed; visitors where none is needed."""
    if right is None:
        return [VISITOR, *ROLES]
    return [role for role, rights in ROLES.items() if not right or right in rights]


def _right(app: Flask, rule: Rule) -> tuple[str, str | None]:
    door, _, name = rule.endpoint.partition(".")
    if door == "api":
        rights = {route.name: route.right for route in api.ROUTES}
        return "api", rights.get(name)
    pages = app.blueprints.get(rule.endpoint.rpartition(".")[0])
    if isinstance(pages, Pages):
        return "web", pages.right_of(rule.endpoint)
    return "machine", None
