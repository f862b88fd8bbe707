import ast
import time
from collections.abc import Sequence
from io import BufferedIOBase
from pathlib import Path

import pytest

import consortium
import jobs
from consortium.core.client import LONGEST_ANSWER, Answer, fetch, is_open
from consortium.core.errors import Invalid, Unavailable
from consortium.core.settings import Outgoing
from tests.messages.certificates import make_authority
from tests.messages.receiving import Reply, receiving

HERE = Outgoing(allowed=["127.0.0.0/8"], timeout_seconds=1)
NAME = "mottagare.example"


class Names:
    """A name service that answers as it is told, and counts how often it is asked."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, host: str, _port: int) -> Sequence[str]:
        self.asked.append(host)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def test_what_is_sent_arrives_and_what_is_answered_comes_back() -> None:
    with receiving(Reply(201, {"X-Mark": "ja"}, b"taken")) as receiver:
        answer = fetch(HERE, "POST", receiver.address + "/a?b=c", b"<x/>", {"X-Own": "1"})
    assert answer == Answer(201, answer.headers, b"taken", whole=True)
    assert answer.headers["x-mark"] == "ja"
    (received,) = receiver.received
    assert (received.method, received.path, received.body) == ("POST", "/a?b=c", b"<x/>")
    assert received.headers["x-own"] == "1"
    assert received.headers["host"] == f"127.0.0.1:{receiver.port}"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.9.9.9",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",  # where clouds keep the keys of their machines
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 (not bound to, refused)
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "fe80::1%eth0",
        "fc00::1",
        "fec0::1",
        "ff02::1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:7f00:1::",
        "2001:db8::1",
    ],
)
def test_a_name_in_a_closed_network_is_never_called(address: str) -> None:
    assert not is_open(address)
    with pytest.raises(Invalid, match=r"outgoing\.allowed"):
        fetch(Outgoing(), "GET", f"http://{NAME}/", resolve=Names([address]))


@pytest.mark.parametrize("address", ["8.8.8.8", "193.10.0.1", "2a00:1450:400f::1", "2001:6b0::1"])
def test_an_address_of_the_internet_is_open(address: str) -> None:
    assert is_open(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/",
        "http://2130706433:{port}/",
        "http://0x7f.1:{port}/",
        "http://0177.0.0.1:{port}/",
        "http://localhost:{port}/",
        "http://[::1]:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "http://127.0.0.1.:{port}/",
    ],
)
def test_no_way_to_write_this_machine_gets_through(url: str) -> None:
    with receiving() as receiver, pytest.raises((Invalid, Unavailable)):
        fetch(Outgoing(timeout_seconds=1), "GET", url.format(port=receiver.port))
    assert receiver.received == []


def test_one_closed_address_among_open_ones_is_enough_to_refuse() -> None:
    with pytest.raises(Invalid, match=r"10\.0\.0\.1"):
        fetch(Outgoing(), "GET", f"http://{NAME}/", resolve=Names(["8.8.8.8", "10.0.0.1"]))


def test_the_connection_goes_to_the_address_that_was_judged() -> None:
    """A name that has another address at the second question (DNS rebinding) is asked once."""
    names = Names(["127.0.0.1"], ["127.0.0.2"])
    with receiving() as receiver:
        url = f"http://{NAME}:{receiver.port}/"
        assert fetch(HERE, "GET", url, resolve=names).status == 204
    assert names.asked == [NAME]
    assert receiver.received[0].headers["host"] == f"{NAME}:{receiver.port}"


@pytest.mark.parametrize("allowed", [[NAME.upper()], ["127.0.0.1"], ["127.0.0.0/8"]])
def test_what_the_setting_names_may_be_called(allowed: list[str]) -> None:
    outgoing = Outgoing(allowed=allowed, timeout_seconds=5)
    with receiving() as receiver:
        url = f"http://{NAME}:{receiver.port}/"
        assert fetch(outgoing, "GET", url, resolve=Names(["127.0.0.1"])).status == 204


def test_a_redirect_to_this_machine_is_not_followed() -> None:
    with receiving() as inside:
        with receiving(Reply(302, {"Location": inside.address + "/secret"})) as receiver:
            answer = fetch(HERE, "GET", receiver.address)
        assert answer.status == 302
        assert inside.received == []


def test_silence_ends_in_unavailable() -> None:
    def wait(_out: BufferedIOBase) -> None:
        time.sleep(1.5)

    with (
        receiving(Reply(200, {"Content-Length": "10"}, say=wait)) as receiver,
        pytest.raises(Unavailable, match="did not answer within 1 s"),
    ):
        fetch(HERE, "GET", receiver.address)


@pytest.mark.parametrize("headers", [{}, {"Content-Length": "100000"}], ids=["open end", "length"])
def test_one_byte_now_and_then_ends_in_unavailable(headers: dict[str, str]) -> None:
    def drip(out: BufferedIOBase) -> None:
        for _ in range(40):  # each within the timeout, together far beyond it
            out.write(b".")
            out.flush()
            time.sleep(0.1)

    with (
        receiving(Reply(200, headers, say=drip)) as receiver,
        pytest.raises(Unavailable, match=r"did not answer|does not answer"),
    ):
        fetch(HERE, "GET", receiver.address)


def test_a_huge_answer_is_cut() -> None:
    def pour(out: BufferedIOBase) -> None:
        for _ in range(64):
            out.write(b"x" * (LONGEST_ANSWER // 16))

    with receiving(Reply(200, say=pour)) as receiver:
        answer = fetch(HERE, "GET", receiver.address)
    assert (len(answer.content), answer.whole) == (LONGEST_ANSWER, False)


def test_a_packed_answer_is_not_unpacked() -> None:
    """A few kilobytes that unpack to gigabytes stay a few kilobytes."""
    with receiving(Reply(200, {"Content-Encoding": "gzip"}, b"\x1f\x8b packed")) as receiver:
        answer = fetch(HERE, "GET", receiver.address)
    assert answer.content == b"\x1f\x8b packed"
    assert receiver.received[0].headers["accept-encoding"] == "identity"


def test_neither_proxy_nor_password_comes_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n", encoding="ascii")
    monkeypatch.setenv("NETRC", str(netrc))
    with receiving() as proxy, receiving() as receiver:
        monkeypatch.setenv("HTTP_PROXY", proxy.address)
        monkeypatch.setenv("http_proxy", proxy.address)
        fetch(HERE, "GET", receiver.address)
        assert proxy.received == []
    assert "authorization" not in receiver.received[0].headers


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("ftp://mottagare.example/", "begin with https"),
        ("file:///etc/passwd", "begin with https"),
        ("//mottagare.example/", "cannot be read"),
        ("mottagare.example", "cannot be read"),
        ("", "cannot be read"),
        ("http://", "cannot be read"),
        ("http://[::1/", "cannot be read"),
        ("http://mottagare.example:99999/", "cannot be read"),
        ("https://user:secret@mottagare.example/", "user name or a password"),
        ("https://user@mottagare.example/", "user name or a password"),
    ],
)
def test_an_address_that_is_none_is_refused_before_any_name_is_asked(url: str, fault: str) -> None:
    names = Names(["127.0.0.1"])
    with pytest.raises(Invalid, match=fault):
        fetch(HERE, "GET", url, resolve=names)
    assert names.asked == []


def test_a_line_break_adds_no_header() -> None:
    with receiving() as receiver, pytest.raises(Invalid):
        fetch(HERE, "GET", receiver.address, headers={"X-A": "1\r\nX-B: 2"})
    assert receiver.received == []


def test_nobody_at_home_is_unavailable() -> None:
    with receiving() as receiver:
        pass
    with pytest.raises(Unavailable, match="does not answer"):
        fetch(HERE, "GET", receiver.address)


def test_an_unknown_name_is_unavailable() -> None:
    def unknown(_host: str, _port: int) -> Sequence[str]:
        raise OSError("Name or service not known")

    with pytest.raises(Unavailable, match=NAME):
        fetch(HERE, "GET", f"http://{NAME}/", resolve=unknown)


def test_a_certificate_is_asked_for_the_name_and_not_for_the_address(tmp_path: Path) -> None:
    authority = make_authority(tmp_path)
    trusting = HERE.model_copy(update={"certificates": str(authority.file)})
    names = Names(["127.0.0.1"])
    with receiving(context=authority.context(NAME)) as receiver:
        url = f"https://{NAME}:{receiver.port}/"
        assert fetch(trusting, "GET", url, resolve=names).status == 204
        with pytest.raises(Unavailable, match="certificate"):
            fetch(HERE, "GET", url, resolve=names)  # nobody vouches for the authority
        other = f"https://annan.example:{receiver.port}/"
        with pytest.raises(Unavailable, match="certificate"):
            fetch(trusting, "GET", other, resolve=names)
    assert len(receiver.received) == 1


def test_only_one_file_of_the_house_calls_requests() -> None:
    folders = Path(consortium.__path__[0]), Path(jobs.__path__[0])
    using = {
        path.relative_to(folders[0].parent).as_posix()
        for folder in folders
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
        )
        if name.partition(".")[0] in {"requests", "urllib3", "httpx"}
    }
    assert using == {"consortium/core/client.py"}
