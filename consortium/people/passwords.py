"""Rules of passwords: what cannot be one. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from consortium.core.errors import Fault

SHORTEST: Final = 12
LONGEST: Final = 256

_COMMON: Final = (
    "000000000000 111111111111 123123123123 1234567890123 1234567890ab 123456789012 1234567891011 "
    "123456789abc 123456789qwe 123456abcdef 1q2w3e4r5t6y 1qaz2wsx3edc abc123abc123 abcd12345678 "
    "abcdefghijkl abcdefgh1234 administrator administrator1 administrator123 administratör "
    "administratör1 biblioteket1 biblioteket123 bibliotekarie bibliotekarie1 bibliotek123 "
    "bibliotek1234 bibliotek2024 bibliotek2025 bibliotek2026 changemeplease correcthorse "
    "correcthorsebatterystaple dalabiblioteken dalabiblioteket dalarnadalarna fotbollfotboll "
    "hejhejhejhej hejsanhejsan hejsanhoppsan hemligt12345 hemligthemligt hemligtlösenord "
    "iloveyou1234 iloveyouiloveyou jagälskardig jagälskardig1 kommun123456 letmeinletmein "
    "letmeinplease losenord1234 losenordlosenord lösenord1234 lösenord12345 lösenord123456 "
    "lösenordet123 lösenordlösenord mittlösenord mittlösenord1 moramoramora p@ssw0rd1234 "
    "passw0rd1234 passw0rd12345 password1234 password12345 password123456 password2024 "
    "password2025 password2026 passwordpassword qazwsxedcrfv qwerty123456 qwertyqwerty "
    "qwertyuiop12 qwertyuiop123 qwertyuiopåä qwertyuiopasdfghjkl sommar123456 sommaren2025 "
    "sommaren2026 sverige12345 sverigesverige trustnoone123 välkommen123 välkommen1234 "
    "välkommen2025 välkommen2026 vinter123456 vinterdäck123 welcome12345 welcome123456 "
    "welcomewelcome zaq12wsxcde3 zxcvbnm12345"
)
COMMON: Final = frozenset(_COMMON.split())
"""Common ones, Swedish and English, in lower case; put together by hand for this list."""


@dataclass(frozen=True, slots=True)
class NewPassword:
    """A password as somebody chooses it, typed twice."""

    typed: str
    again: str


def password_faults(password: str, username: str, at: str = "password") -> Iterator[Fault]:
    """What keeps `password` from being the one of `username` (lower case).

    Length is what protects, so no kinds of characters are asked for (NIST SP 800-63B, 3.1.1.2).
    """
    folded = password.casefold()
    if len(password) < SHORTEST:
        yield Fault("The password is too short", at, {}, "Use at least 12 characters")
    elif len(password) > LONGEST:
        yield Fault("The password is too long", at, {}, "Use at most 256 characters")
    elif len(set(password)) == 1:
        yield Fault("The password is one character again and again", at, {}, "Use several words")
    elif username and not folded.replace(username, ""):
        yield Fault("The password is the user name", at, {}, "Use several words")
    elif folded in COMMON:
        yield Fault("The password is one that many use", at, {}, "Use several words of your own")


def choice_faults(new: NewPassword, username: str) -> Iterator[Fault]:
    """What keeps `new` from being chosen for `username`."""
    yield from password_faults(new.typed, username)
    if new.again != new.typed:
        yield Fault("The two passwords differ", "again", {}, "Type the same one twice")
