from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from consortium.core.errors import Forbidden, Invalid
from consortium.core.work import Actor, Works
from consortium.crates.registering import register_crates
from tests.conftest import OPERATOR
from tests.transports.making import FALUN, MORA, make_crates, make_transports

MANAGER = Actor("mora", {"crates.handle": frozenset({"2062"}), "transports.see": None})


def test_no_code_comes_back(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_transports(work)
        assert make_crates(work, 3) == ["LD000001", "LD000002", "LD000003"]
    with works.writing(OPERATOR) as work:
        assert [crate.code for crate in register_crates(work, MORA, 2)] == ["LD000004", "LD000005"]
    with works.writing(OPERATOR) as work:
        assert make_crates(work, 1) == ["LD000006"]


def test_two_who_register_at_once_get_different_codes(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_transports(work)
        make_crates(work, 1)
    together = Barrier(2)

    def register(slug: str) -> list[str]:
        together.wait()
        with works.writing(OPERATOR) as work:
            return [crate.code for crate in register_crates(work, slug, 20)]

    with ThreadPoolExecutor(2) as threads:
        codes = [code for some in threads.map(register, (FALUN, MORA)) for code in some]
    assert sorted(codes) == [f"LD{serial:06}" for serial in range(2, 42)]


@pytest.mark.parametrize("count", [0, -1, 1_001])
def test_crates_are_registered_one_to_a_thousand_at_a_time(works: Works, count: int) -> None:
    with works.writing(OPERATOR) as work:
        make_transports(work)
    with pytest.raises(Invalid) as refused, works.writing(OPERATOR) as work:
        register_crates(work, FALUN, count)
    assert refused.value.faults[0].mend == "Choose 1 to 1000"


def test_only_a_coordinator_registers(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_transports(work)
    with pytest.raises(Forbidden), works.writing(MANAGER) as work:
        register_crates(work, MORA, 1)
