import stat
from datetime import date, time
from pathlib import Path

import pytest

from consortium.core.errors import Invalid
from consortium.core.settings import load, secret_key


def test_three_layers_the_later_over_the_earlier(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('[routing]\nplan_at = "14:30"\niterations = 7\n', encoding="utf-8")
    chosen = load(
        {
            "CONSORTIUM_HOME": str(tmp_path),
            "CONSORTIUM_CONFIG": str(file),
            "CONSORTIUM_ROUTING__ITERATIONS": "9",
            "CONSORTIUM_CLOCK__DAY": "2026-11-24",
        }
    )
    assert chosen.routing.plan_at == time(14, 30)  # the file
    assert chosen.routing.iterations == 9  # the environment
    assert chosen.routing.notice_minutes == 10  # the default
    assert chosen.clock.day == date(2026, 11, 24)
    assert chosen.database_url == f"sqlite:///{tmp_path / 'consortium.db'}"
    assert chosen.outbox == tmp_path / "outbox"


def test_every_fault_is_named_one_line_each(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refused:
        load(
            {
                "CONSORTIUM_HOME": str(tmp_path),
                "CONSORTIUM_DATABASE__URL": "mysql://elsewhere",
                "CONSORTIUM_WEB__SESION_HOURS": "3",
                "CONSORTIUM_ROUTING__ITERATIONS": "none",
                "CONSORTIUM_NOWHERE__X": "1",
            }
        )
    assert sorted(fault.at for fault in refused.value.faults) == [
        "database.url",
        "nowhere",
        "routing.iterations",
        "web.sesion_hours",
    ]
    assert len(str(refused.value).splitlines()) == 4


@pytest.mark.parametrize("text", ["not toml", None])
def test_a_file_that_cannot_be_read_stops_the_start(tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "mine.toml"
    if text:
        file.write_text(text, encoding="utf-8")
    with pytest.raises(Invalid, match=r"mine\.toml"):
        load({"CONSORTIUM_CONFIG": str(file)})


def test_the_home_folders_own_file_is_read_where_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[log]\nlevel = "ERROR"\n', encoding="utf-8")
    assert load({"CONSORTIUM_HOME": str(tmp_path)}).log.level == "ERROR"


def test_the_secret_key_is_made_once_and_kept_to_its_owner(tmp_path: Path) -> None:
    chosen = load({"CONSORTIUM_HOME": str(tmp_path)})
    first = secret_key(chosen)
    assert len(first) == 64
    assert secret_key(chosen) == first
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600
    named = load({"CONSORTIUM_HOME": str(tmp_path), "CONSORTIUM_WEB__SECRET_KEY": "mine"})
    assert secret_key(named) == "mine"


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"POST__SMTP_HOST": "mx.example"}, "post"),
        (
            {"POST__SMTP_HOST": "mx.example", "POST__SENDER": "a@b.se", "POST__SMTP_USERNAME": "x"},
            "post",
        ),
        ({"POST__SENDER": "a@b.se\nBcc: c@d.se"}, "post.sender"),
        ({"POST__ALERTS": "no address"}, "post.alerts"),
        ({"OUTGOING__ALLOWED": "10.0.0.1/8"}, "outgoing.allowed"),
        ({"OUTGOING__ALLOWED": "https://a.example"}, "outgoing.allowed.0"),
        ({"OUTGOING__ACCESS_POINT_TOKEN": "a\nb"}, "outgoing.access_point_token"),
        ({"OUTGOING__CERTIFICATES": "/nowhere.pem"}, "outgoing.certificates"),
    ],
)
def test_what_leaves_the_house_is_set_as_a_whole(given: dict[str, str], place: str) -> None:
    with pytest.raises(Invalid) as refused:
        load({f"CONSORTIUM_{name}": value for name, value in given.items()})
    assert [fault.at for fault in refused.value.faults] == [place]


def test_hosts_that_may_be_called_stand_with_blanks_between_them() -> None:
    chosen = load({"CONSORTIUM_OUTGOING__ALLOWED": "hooks.example 10.1.0.0/16 ::1"})
    assert chosen.outgoing.allowed == ["hooks.example", "10.1.0.0/16", "::1"]
    assert [str(network) for network in chosen.outgoing.networks] == ["10.1.0.0/16", "::1/128"]
