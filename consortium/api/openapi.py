"""The document of the API (OpenAPI 3.1), written from the routes."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from http import HTTPStatus
from typing import Any, Final, Literal

from pydantic import BaseModel, Field, TypeAdapter
from pydantic.json_schema import models_json_schema

from consortium.api.describing import DESCRIPTION, HEADERS, PARAMETERS, PROBLEMS, TAGS
from consortium.api.fields import PATH, Query, Shown
from consortium.api.routing import Route

REF: Final = "#/components/schemas/{model}"
JSON: Final = "application/json"
PROBLEM_JSON: Final = "application/problem+json"

Json = dict[str, Any]
Mode = Literal["validation", "serialization"]


class Fault(Shown):
    """One thing that is wrong: where in the request, what, and what would mend it."""

    at: str
    detail: str
    remedy: str


class Problem(Shown):
    """A refusal (RFC 9457), worded in the language that Accept-Language asks for."""

    type: Literal["about:blank"]
    title: str
    status: int = Field(ge=400, le=599)
    detail: str
    errors: list[Fault]
    request_id: str


def document(routes: Sequence[Route]) -> Json:
    """The whole document."""
    schemas = _Schemas(routes)
    paths: Json = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, schemas.ref)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Consortium", "version": "1", "description": DESCRIPTION},
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "tags": [{"name": name, "description": what} for name, what in TAGS.items()],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": schemas.components,
            "parameters": PARAMETERS,
            "headers": HEADERS,
            "responses": dict(_refusals(schemas.ref(Problem, "serialization"))),
        },
    }


class _Schemas:
    """The schemas of every body and answer, each once, by its model's name."""

    def __init__(self, routes: Sequence[Route]) -> None:
        wanted: dict[tuple[type[BaseModel], Mode], None] = {(Problem, "serialization"): None}
        for route in routes:
            if route.asks:
                wanted[route.asks, "validation"] = None
            if route.answers:
                wanted[route.answers, "serialization"] = None
        self.refs, whole = models_json_schema(list(wanted), ref_template=REF)
        self.components: Json = whole["$defs"]

    def ref(self, model: type[BaseModel], mode: Mode) -> Json:
        return self.refs[model, mode]


def _operation(route: Route, ref: Callable[[type[BaseModel], Mode], Json]) -> Json:
    found: Json = {
        "operationId": route.name,
        "summary": route.summary,
        "description": (route.view.__doc__ or "").strip(),
        "tags": [route.view.__module__.rpartition(".")[2]],
        "parameters": list(_parameters(route)),
        "responses": dict(_responses(route, ref)),
    }
    if route.right is None:
        found["security"] = []
    else:
        found["x-right"] = route.right
    if route.asks:
        content: Json = {"schema": ref(route.asks, "validation")}
        if route.example is not None:
            content["example"] = route.example
        found["requestBody"] = {"required": True, "content": {JSON: content}}
    return found


def _parameters(route: Route) -> Iterator[Json]:
    for name in route.parameters:
        schema, what = _path_schema(name), PATH[name][1]
        yield {"name": name, "in": "path", "required": True, "schema": schema, "description": what}
    if route.query:
        yield from _query_parameters(route.query)
    if route.right is None:
        return
    names = ["Accept-Language"]
    names += ["Idempotency-Key"] if route.takes_key else []
    names += ["If-Match"] if route.state else []
    names += ["If-None-Match"] if route.method == "GET" else []
    for name in names:
        yield {"$ref": f"#/components/parameters/{name}"}


@cache
def _path_schema(name: str) -> Json:
    return TypeAdapter(PATH[name][0]).json_schema()


def _query_parameters(query: type[Query]) -> Iterator[Json]:
    schema = query.model_json_schema()
    for name, found in schema["properties"].items():
        plain = _without_null(found)
        yield {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", ()),
            "description": plain.pop("description", ""),
            "schema": plain,
        }


def _without_null(schema: Json) -> Json:
    """A parameter that is left out is not null."""
    options = [each for each in schema.get("anyOf", ()) if each.get("type") != "null"]
    kept = {
        name: value
        for name, value in schema.items()
        if name not in {"anyOf", "title"} and (name != "default" or value is not None)
    }
    return {**options[0], **kept} if options else kept


def _responses(
    route: Route, ref: Callable[[type[BaseModel], Mode], Json]
) -> Iterator[tuple[str, Json]]:
    names = [] if route.right is None else ["X-Request-ID", "RateLimit-Limit"]
    names += [] if route.right is None else ["RateLimit-Remaining", "RateLimit-Reset"]
    names += ["ETag"] if route.state or not (route.writes or route.reads) else []
    names += ["Location"] if route.made else []
    names += ["Idempotent-Replayed"] if route.takes_key else []
    answer: Json = {"description": route.summary, "headers": {n: _header(n) for n in names}}
    if route.answers:
        answer["content"] = {JSON: {"schema": ref(route.answers, "serialization")}}
    elif route.media:
        binary = {"schema": {"type": "string", "contentMediaType": "application/octet-stream"}}
        answer["content"] = dict.fromkeys(route.media, binary)
    yield str(route.status.value), answer
    if route.method == "GET":
        yield "304", {"description": "It is as If-None-Match says", "headers": {}}
    for status in _refused(route):
        yield str(status.value), {"$ref": f"#/components/responses/{status.name}"}


def _refused(route: Route) -> Iterator[HTTPStatus]:
    if route.right is None:
        return
    yield from (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
    yield HTTPStatus.NOT_FOUND
    if route.method != "GET" or not route.reads:
        yield HTTPStatus.CONFLICT
    if route.state:
        yield from (HTTPStatus.PRECONDITION_FAILED, HTTPStatus.PRECONDITION_REQUIRED)
    if route.asks:
        yield from (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    yield from (HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.TOO_MANY_REQUESTS)
    yield HTTPStatus.SERVICE_UNAVAILABLE


def _refusals(ref: Json) -> Iterator[tuple[str, Json]]:
    for status, what in PROBLEMS.items():
        names = {401: ["WWW-Authenticate"], 429: ["Retry-After"], 503: ["Retry-After"]}
        headers = {name: _header(name) for name in names.get(status.value, [])}
        content = {PROBLEM_JSON: {"schema": ref}}
        yield status.name, {"description": what, "headers": headers, "content": content}


def _header(name: str) -> Json:
    return {"$ref": f"#/components/headers/{name}"}
