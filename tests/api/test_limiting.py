"""The bucket of a token."""

from dataclasses import dataclass

from consortium.api import limiting
from consortium.api.limiting import Limiter


@dataclass
class Seconds:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_empties_and_fills_steadily() -> None:
    clock = Seconds()
    limiter = Limiter(6, clock)  # one every ten seconds
    allowed = [limiter.take("a") for _ in range(7)]
    assert [one.remaining for one in allowed] == [5, 4, 3, 2, 1, 0, 0]
    assert [one.wait_s for one in allowed] == [0, 0, 0, 0, 0, 0, 10]
    assert [one.reset_s for one in allowed[:2]] == [10, 20]
    clock.now = 9.5
    assert limiter.take("a").wait_s == 1
    clock.now = 10
    assert limiter.take("a").wait_s == 0
    clock.now = 10_000
    assert limiter.take("a").remaining == 5


def test_each_caller_has_a_bucket_of_its_own() -> None:
    limiter = Limiter(1, Seconds())
    assert [limiter.take(name).wait_s for name in ("a", "b", "a")] == [0, 0, 60]


def test_full_buckets_are_forgotten_when_there_are_many() -> None:
    clock = Seconds()
    limiter = Limiter(60, clock)
    for place in range(limiting.MOST_BUCKETS):
        limiter.take(str(place))
    clock.now = 0.5
    limiter.take("0")
    clock.now = 1.0
    assert limiter.take("new").remaining == 59
    assert set(limiter._buckets) == {"0", "new"}
    assert limiter.take("0").remaining == 58


def test_the_headers_are_those_of_the_draft() -> None:
    assert Limiter(60, Seconds()).take("a").headers == {
        "RateLimit-Limit": "60",
        "RateLimit-Remaining": "59",
        "RateLimit-Reset": "1",
        "RateLimit-Policy": "60;w=60",
    }
