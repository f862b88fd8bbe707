"""Command: the API's document."""

import json

import click

from consortium.api import read_document
from consortium.cli.door import main


@main.command()
def openapi() -> None:
    """Print the document of the API (OpenAPI 3.1)."""
    click.echo(json.dumps(read_document(), ensure_ascii=False, indent=2))
