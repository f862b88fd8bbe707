"""Format: a paper as the JSON that an invoice's row keeps, and back, value for value."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from consortium.billing.formats.paper import Paper

_PAPER = TypeAdapter(Paper)


def paper_json(paper: Paper) -> dict[str, Any]:
    """`paper` as plain JSON: dates in ISO form, the rest as it is."""
    plain: dict[str, Any] = _PAPER.dump_python(paper, mode="json")
    return plain


def paper_from(kept: Mapping[str, Any]) -> Paper:
    """The paper that `paper_json` kept."""
    return _PAPER.validate_python(dict(kept))
