"""How often a caller may ask: a bucket for each token that fills steadily (token bucket).

In one process: several web processes each count for themselves, so that what a caller gets is
the limit times their number.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import Final

WINDOW_SECONDS: Final = 60
MOST_BUCKETS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Allowance:
    """How a caller stands. remaining: whole requests. reset_s: until the bucket is full again.

    wait_s: until the next request is answered, 0 where this one is.
    """

    limit: int
    remaining: int
    reset_s: int
    wait_s: int

    @property
    def headers(self) -> dict[str, str]:
        """RateLimit fields for HTTP, draft-ietf-httpapi-ratelimit-headers-06."""
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset_s),
            "RateLimit-Policy": f"{self.limit};w={WINDOW_SECONDS}",
        }


@dataclass(slots=True)
class Limiter:
    """Buckets of `limit` requests that fill in a minute. clock: seconds that never go back."""

    limit: int
    clock: Callable[[], float] = monotonic
    _buckets: dict[str, tuple[float, float]] = field(default_factory=dict)  # tokens, when
    _lock: Lock = field(default_factory=Lock)

    def take(self, caller: str) -> Allowance:
        """Take one request from the bucket of `caller`, where it has one left."""
        with self._lock:
            now = self.clock()
            left = self._left(caller, now)
            granted = left >= 1
            left -= granted
            if caller not in self._buckets and len(self._buckets) >= MOST_BUCKETS:
                self._sweep(now)
            self._buckets[caller] = left, now
        a_second = self.limit / WINDOW_SECONDS
        return Allowance(
            limit=self.limit,
            remaining=int(left),
            reset_s=math.ceil((self.limit - left) / a_second),
            wait_s=0 if granted else math.ceil((1 - left) / a_second),
        )

    def _left(self, caller: str, now: float) -> float:
        left, then = self._buckets.get(caller, (float(self.limit), now))
        return min(self.limit, left + (now - then) * self.limit / WINDOW_SECONDS)

    def _sweep(self, now: float) -> None:
        """Forget the buckets that are full by now: a new one is the same."""
        full = [caller for caller in self._buckets if self._left(caller, now) >= self.limit]
        for caller in full:
            del self._buckets[caller]
