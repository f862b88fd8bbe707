"""Whatever stands in the address of a key that is tried, the page answers."""

from collections.abc import Callable
from random import Random
from urllib.parse import urlencode

from consortium.core.work import Works
from tests.conftest import OPERATOR
from tests.web.browsing import Surfer
from tests.web.test_sharing import make_small_pool

NAMES = [
    "namn",
    "d1.tar",
    "d1.varde",
    "d1.sort",
    "d1.matt",
    "d1.dag",
    "d1.ore",
    "d1.jamnt",
    "d1.andring",
    "d1.vikt",
    "d1.kr.2080",
    "d1.kr.x",
    "d1.s1.till",
    "d1.s1.poang",
    "d1.s2.styck",
    "d1.fran.sort",
    "d1.fran.till.sort",
    "d1.fran.s1.till",
    "d2.tar",
    "d2.sort",
    "d999.sort",
    "d.sort",
    "dx.y",
    "r1.kommun",
    "r1.procent",
    "r1.bars",
    "g1.kommun",
    "g1.minst",
    "g2.andring",
    "fg.2080",
    "fg.",
    "medlem",
    "avrundning",
    "enhet",
    "gor",
    "sort",
    "period",
    "manad",
    "ar",
    "a",
    "b",
    "over",
    "fran",
]
TEXTS = [
    "lika",
    "matt",
    "fast",
    "taxa",
    "forra",
    "blandning",
    "rest",
    "procent",
    "belopp",
    "egen",
    "0",
    "-1",
    "1",
    "50",
    "1,5",
    "x",
    "2080",
    "2062",
    "*",
    "tills",
    "2025-12-31",
    "senaste",
    "n3",
    "n0",
    "n9999",
    "2025-12-31+2024-12-31",
    "+",
    "2025-13-01",
    "+d",
    "-d1",
    "^d2",
    "+d1.s",
    "-d1.s1",
    "+r",
    "+g",
    "+q",
    "1e9",
    "99999999999999999999",
    "1/3",
    "%",
    "§",
]


def test_no_address_breaks_a_page(world: Works, as_role: Callable[..., Surfer]) -> None:
    with world.writing(OPERATOR) as work:
        make_small_pool(work)
    finance, random = as_role("finance"), Random(7)
    for _time in range(50):
        chosen = {random.choice(NAMES): random.choice(["", *TEXTS]) for _ in range(8)}
        query = urlencode({"ar": "2026", "d1.sort": random.choice(TEXTS[:6]), **chosen})
        for page in ("nyckel", "nyckel.json", "jamfor", "infasning"):
            address = f"/fordelning/small/{page}?{query}"
            status = finance.client.get(address).status_code
            assert status in {200, 303, 404, 409, 422}, address
        address = f"/rostetal/regel?body=X&votes=9&clause=§+7.2&{query}"
        assert finance.client.get(address).status_code in {200, 303, 422}, address
