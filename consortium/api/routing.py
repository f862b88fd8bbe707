"""What a route of the API is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Route:
    """One method on one path below /api/v1. name: of the operation, unique."""

    method: str
    path: str
    view: Callable[..., Any]

    @property
    def name(self) -> str:
        return self.view.__name__
