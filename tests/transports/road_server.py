"""A road server on this machine: it knows 20 points in Liechtenstein, as OSRM 26.10 answered.

It speaks as OSRM does, and as Valhalla does. Data © OpenStreetMap contributors, ODbL 1.0.
"""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from consortium.core.work import Work
from consortium.transports.fetching_legs import keep_ways
from consortium.transports.formats.road_table import Asked, Ways

CASE = json.loads(
    (Path(__file__).parent / "cases" / "liechtenstein-20-osrm.json").read_text(encoding="utf-8")
)
POINTS: list[tuple[float, float]] = [(point["lat"], point["lon"]) for point in CASE["points"]]
DURATIONS: list[list[float]] = CASE["duration_s"]
DISTANCES: list[list[float]] = CASE["distance_m"]


@dataclass
class RoadServer:
    """status, body: what is answered in place of the table. unknown: pairs without a road.

    off_m: place of a point → how far the road lies from it. asked: sizes of the questions.
    """

    port: int = 0
    status: int = 200
    body: bytes | None = None
    fails_after: int = 1_000
    unknown: set[tuple[int, int]] = field(default_factory=set)
    off_m: dict[int, int] = field(default_factory=dict)
    asked: list[tuple[int, int]] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def way(self, start: int, end: int) -> tuple[float, float] | None:
        """Seconds and metres."""
        if (start, end) in self.unknown:
            return None
        return DURATIONS[start][end], DISTANCES[start][end]

    def osrm(self, path: str) -> Any:
        place = urlsplit(path)
        found = re.fullmatch(r"/table/v1/driving/([0-9.,;]+)", place.path)
        assert found, path
        listed = [_place(*pair.split(",")[::-1]) for pair in found[1].split(";")]
        query = parse_qs(place.query)
        assert query["annotations"] == ["duration,distance"]
        sources, targets = (
            [listed[int(at)] for at in query[name][0].split(";")]
            for name in ("sources", "destinations")
        )
        table = [[self.way(start, end) for end in targets] for start in sources]
        self.asked.append((len(sources), len(targets)))
        return {
            "code": "Ok",
            "durations": [[way and way[0] for way in row] for row in table],
            "distances": [[way and way[1] for way in row] for row in table],
            "sources": [self._waypoint(at) for at in sources],
            "destinations": [self._waypoint(at) for at in targets],
        }

    def valhalla(self, body: bytes) -> Any:
        question = json.loads(body)
        assert (question["costing"], question["units"]) == ("auto", "kilometers")
        sources, targets = (
            [_place(point["lat"], point["lon"]) for point in question[name]]
            for name in ("sources", "targets")
        )
        self.asked.append((len(sources), len(targets)))
        return {
            "sources_to_targets": [
                [self._cell(row, start, column, end) for column, end in enumerate(targets)]
                for row, start in enumerate(sources)
            ],
            "sources": [self._snapped(at) for at in sources],
            "targets": [self._snapped(at) for at in targets],
            "units": "kilometers",
            "algorithm": "costmatrix",
        }

    def _waypoint(self, at: int) -> dict[str, Any]:
        lat, lon = POINTS[at]
        return {"distance": self.off_m.get(at, 3) + 0.25, "location": [lon, lat], "name": ""}

    def _snapped(self, at: int) -> dict[str, float]:
        """A degree of latitude is 111.195 km."""
        lat, lon = POINTS[at]
        return {"lat": lat + self.off_m.get(at, 3) / 111_195, "lon": lon}

    def _cell(self, row: int, start: int, column: int, end: int) -> dict[str, Any]:
        way = self.way(start, end)
        time, distance = (round(way[0]), round(way[1] / 1000, 3)) if way else (None, None)
        return {"from_index": row, "to_index": column, "time": time, "distance": distance}


def routed(
    work: Work, start: tuple[float, float], end: tuple[float, float], way: tuple[int, int]
) -> None:
    """A leg as if a road server had said so. way: seconds, metres."""
    asked = Asked((start,), (end,))
    keep_ways(work, [(asked, Ways(((way,),), (0,), (0,)))], {})


def _place(lat: Any, lon: Any) -> int:
    return POINTS.index((round(float(lat), 6), round(float(lon), 6)))


class _Handler(BaseHTTPRequestHandler):
    server_at: RoadServer  # set for each server

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        at = self.server_at
        at.requests.append(f"{self.command} {self.path}")
        fails = len(at.requests) > at.fails_after
        status, content = (503, b"") if fails else (at.status, at.body)
        if content is None:
            found = at.osrm(self.path) if self.command == "GET" else at.valhalla(body)
            content = json.dumps(found).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = answer  # noqa: N815 (http.server's names)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (its name)
        """Say nothing."""


@contextmanager
def road_server() -> Iterator[RoadServer]:
    """A road server on a free port while the block runs."""
    at = RoadServer()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"server_at": at}))
    at.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=[0.02])
    thread.start()
    try:
        yield at
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
