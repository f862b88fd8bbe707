"""Client: the only way by which the house speaks HTTP to others, and what it never speaks to.

An address that somebody wrote may point back into the network that the service stands in (server-
side request forgery). So the name is looked up once, each address that it has is judged, and the
connection goes to the address that was judged: another answer a moment later (DNS rebinding)
changes nothing. Redirects are not followed.
"""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, ReadTimeoutError

from consortium.core.errors import Invalid, Unavailable
from consortium.core.settings import Outgoing
from consortium.core.words import mark

LONGEST_ANSWER: Final = 1024 * 1024
DEADLINE_TIMES: Final = 3
PORTS: Final = {"http": 80, "https": 443}
TOO_LATE: Final = mark("{host} did not answer within {seconds} s")
GLOBAL_UNICAST: Final = ip_network("2000::/3")  # IANA, IPv6 Global Unicast Address Assignments

Resolve = Callable[[str, int], Sequence[str]]
"""Host and port → the addresses that the name has; OSError where it has none."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. headers: by their names in small letters.

    content: as it was sent, LONGEST_ANSWER bytes at most; whole: nothing of it was cut off.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""
    whole: bool = True


def looked_up(host: str, port: int) -> Sequence[str]:
    """The addresses of `host` as the system finds them, IPv4 first."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in sorted(found, key=lambda e: e[0])))


def fetch(
    outgoing: Outgoing,
    method: str,
    url: str,
    content: bytes = b"",
    headers: Mapping[str, str] | None = None,
    resolve: Resolve = looked_up,
) -> Answer:
    """Send one request and read its answer, whatever its status.

    Invalid where the address may not be called: another scheme than http and https, a user name in
    it, or a host in a network that is not open to all and not in the setting `outgoing.allowed`.
    Unavailable where no answer comes: unknown name, no connection, a certificate that does not
    hold, or silence. Waits `timeout_seconds` for the connection and for each part of the answer,
    and DEADLINE_TIMES as long for all of it.
    """
    request = _prepared(method, url, content, headers)
    place = urlsplit(str(request.url))
    host = checked_host(place)
    address = _address(outgoing, host, place.port or PORTS[place.scheme], resolve)
    request.headers["Host"] = place.netloc
    adapter = _Pinned(address, host)
    with requests.Session() as session, _deadline(adapter, outgoing.timeout_seconds):
        session.trust_env = False  # neither a proxy nor a password from the environment
        session.mount(f"{place.scheme}://", adapter)
        answer = _answer(session, request, outgoing, host)
    if adapter.hung_up:  # an answer without a length ends there as if it were whole
        raise Unavailable(TOO_LATE, host=host, seconds=outgoing.timeout_seconds * DEADLINE_TIMES)
    return answer


def checked_host(place: SplitResult) -> str:
    """The host of an address that may be written down for a call; Invalid where it may not."""
    if place.scheme not in PORTS or not place.hostname:
        raise Invalid(
            "Only addresses that begin with https:// or http:// can be called",
            remedy="Write the whole address, as https://example.se/notices",
        )
    if place.username is not None or place.password is not None:
        raise Invalid(
            "The address carries a user name or a password", remedy="Leave them out of the address"
        )
    return place.hostname


def is_open(address: str) -> bool:
    """Whether an address belongs to the internet at large, and to one machine of it."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        if found not in GLOBAL_UNICAST or found.sixtofour or found.teredo:
            return False  # among the others: IPv4 addresses mapped or translated (::ffff:0:0/96)
        return found.is_global and not found.is_multicast
    return found.is_global and not found.is_multicast and not found.is_reserved


def is_allowed(outgoing: Outgoing, host: str, address: str) -> bool:
    """Whether the setting names the host, or a network that the address is in."""
    found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return host.lower() in {name.lower() for name in outgoing.allowed} or any(
        found in network for network in outgoing.networks
    )


class _Pinned(HTTPAdapter):
    """Connects to `address`, whatever the name of the host says; TLS still asks for the name."""

    def __init__(self, address: str, host: str) -> None:
        super().__init__(max_retries=0)
        self.address, self.host = address, host
        self.connection: Any = None
        self.hung_up = False

    def build_connection_pool_key_attributes(
        self,
        request: requests.PreparedRequest,
        verify: bool | str,
        cert: str | tuple[str, str] | None = None,
    ) -> tuple[Any, Any]:
        place, details = super().build_connection_pool_key_attributes(request, verify, cert)
        named: dict[str, Any] = {**place, "host": self.address}
        if named["scheme"] == "https":
            return named, {**details, "server_hostname": self.host, "assert_hostname": self.host}
        return named, details

    def get_connection_with_tls_context(
        self,
        request: requests.PreparedRequest,
        verify: bool | str | None,
        proxies: Mapping[str, str] | None = None,
        cert: tuple[str, str] | str | None = None,
    ) -> Any:
        """The pool, which tells the connection that it makes: the deadline must find it."""
        pool: Any = super().get_connection_with_tls_context(request, verify, proxies, cert)
        make = pool.ConnectionCls

        def remembered(*args: Any, **details: Any) -> Any:
            self.connection = make(*args, **details)
            return self.connection

        pool.ConnectionCls = remembered
        return pool

    def hang_up(self) -> None:
        """End the connection from another thread: whoever reads from it reads its end."""
        self.hung_up = True
        line = getattr(self.connection, "sock", None)
        if line is not None:
            with suppress(OSError):  # it has ended by itself
                line.shutdown(socket.SHUT_RDWR)


@contextmanager
def _deadline(adapter: _Pinned, timeout_seconds: int) -> Iterator[None]:
    """Hang up after DEADLINE_TIMES the timeout: who sends a byte now and then never times out."""
    over = threading.Event()

    def wait() -> None:
        left = timeout_seconds * DEADLINE_TIMES
        while not over.wait(left):
            adapter.hang_up()
            left = 1  # once more where it was just being connected

    watch = threading.Thread(target=wait, daemon=True)
    watch.start()
    try:
        yield
    finally:
        over.set()


def _prepared(
    method: str, url: str, content: bytes, headers: Mapping[str, str] | None
) -> requests.PreparedRequest:
    try:
        given = {"User-Agent": "consortium", "Accept-Encoding": "identity", **(headers or {})}
        request = requests.Request(method, url, given, data=content or None).prepare()
        checked_host(urlsplit(url))
        _ = urlsplit(str(request.url)).port
    except (ValueError, UnicodeError) as error:  # requests' own refusals are ValueErrors
        raise Invalid(
            "The address {url} cannot be read",
            url=url[:200],
            remedy="Write the whole address, as https://example.se/notices",
        ) from error
    return request


def _address(outgoing: Outgoing, host: str, port: int, resolve: Resolve) -> str:
    """The address to connect to; every one that the name has must be allowed."""
    try:
        found = resolve(host, port)
    except (OSError, UnicodeError) as error:
        raise Unavailable("There is no host called {host}", host=host) from error
    if not found:
        raise Unavailable("There is no host called {host}", host=host)
    for address in found:
        if not is_open(address) and not is_allowed(outgoing, host, address):
            raise Invalid(
                "{host} is at {address}, which is not open to all",
                host=host,
                address=address,
                remedy="Name the host or its network in the setting outgoing.allowed"
                " if the service shall call it",
            )
    return found[0]


def _answer(
    session: requests.Session, request: requests.PreparedRequest, outgoing: Outgoing, host: str
) -> Answer:
    try:
        with session.send(
            request,
            stream=True,
            timeout=outgoing.timeout_seconds,
            verify=outgoing.certificates or True,
            allow_redirects=False,
        ) as answer:
            content = answer.raw.read(LONGEST_ANSWER + 1, decode_content=False)
            expected = answer.headers.get("Content-Length", "")
    except (requests.RequestException, HTTPError, ssl.SSLError, OSError) as error:
        raise _fault_of(error, host, outgoing.timeout_seconds) from error
    return Answer(
        answer.status_code,
        {name.lower(): value for name, value in answer.headers.items()},
        content[:LONGEST_ANSWER],
        len(content) <= LONGEST_ANSWER and expected in {"", str(len(content))},
    )


def _fault_of(error: Exception, host: str, timeout_seconds: int) -> Unavailable:
    if isinstance(error, requests.exceptions.SSLError):
        return Unavailable(
            "The certificate of {host} does not hold",
            host=host,
            remedy="If an authority of your own issued it, name its file in outgoing.certificates",
        )
    if isinstance(error, requests.Timeout | ReadTimeoutError):
        return Unavailable(TOO_LATE, host=host, seconds=timeout_seconds)
    return Unavailable("{host} does not answer", host=host)
