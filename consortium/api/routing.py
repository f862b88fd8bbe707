"""What a route of the API is: data, from which it is served, documented and listed."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel

from consortium.api.fields import Query

View = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class File:
    """An answer that is no JSON. name: what it is saved as. sha256: of `content`."""

    name: str
    media_type: str
    content: bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class Route:
    """One method on one path below /api/v1.

    view: takes the work, the values in the path, then what `asks` or `query` describe, and
    returns plain data, or a File. right: what it takes to be let in; None for everyone. answers:
    describes the data. reads: a POST that changes nothing. made: below which path the thing that
    was made is found, with the answer's fields in braces. media: of files. example: of a body.

    state: the look-up of what is changed, for what several people edit. Its ETag has to be sent
    as If-Match, its data is the answer, and the view returns nothing.
    """

    method: str
    path: str
    view: View
    right: str | None
    summary: str
    answers: type[BaseModel] | None = None
    asks: type[BaseModel] | None = None
    query: type[Query] | None = None
    status: HTTPStatus = HTTPStatus.OK
    state: View | None = None
    made: str = ""
    reads: bool = False
    media: tuple[str, ...] = ()
    example: Any = None

    @property
    def name(self) -> str:
        """Of the operation, unique."""
        return self.view.__name__

    @property
    def rule(self) -> str:
        """The path as Flask writes it."""
        return self.path.replace("{", "<").replace("}", ">")

    @property
    def parameters(self) -> list[str]:
        """The names in the path's braces, in order."""
        return [piece[1:-1] for piece in self.path.split("/") if piece.startswith("{")]

    @property
    def writes(self) -> bool:
        return self.method != "GET" and not self.reads

    @property
    def takes_key(self) -> bool:
        """Whether an Idempotency-Key is needed: whatever else than a post is one by itself."""
        return self.method == "POST" and self.writes
