"""The clock of a day in Sweden: what it shows, and the seconds since its midnight."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_STOCKHOLM: Final = ZoneInfo("Europe/Stockholm")
_CLOCK: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?")
_DAY_S: Final = 86_400


@dataclass(frozen=True, slots=True)
class Day:
    """A date in Sweden. On two days of the year the clocks move, and the day has 23 or 25 hours."""

    date: date

    def second(self, clock: str) -> int | None:
        """Seconds from midnight to `HH:MM` or `HH:MM:SS`; None where the clocks never show it.

        Of what they show twice, the first.
        """
        parts = _CLOCK.fullmatch(clock)
        if parts is None:
            return None
        hour, minute, second = (int(part or 0) for part in parts.groups())
        shown = datetime.combine(self.date, time(hour, minute, second))
        instant = shown.replace(tzinfo=_STOCKHOLM).astimezone(UTC)
        if instant.astimezone(_STOCKHOLM).replace(tzinfo=None) != shown:
            return None
        return int((instant - self._midnight).total_seconds())

    def clock(self, second: int) -> str:
        """`HH:MM:SS`; a moment of a later day says how many days later it is."""
        if second < self._length_s:
            instant = self._midnight + timedelta(seconds=second)
            return instant.astimezone(_STOCKHOLM).strftime("%H:%M:%S")
        days, rest = divmod(second - self._length_s, _DAY_S)
        return f"{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02} {days + 1} d later"

    def short(self, second: int) -> str:
        """As `clock`, without the seconds where they are 00."""
        clock = self.clock(second)
        return clock[:5] + clock[8:] if clock[6:8] == "00" else clock

    @property
    def _midnight(self) -> datetime:
        return datetime.combine(self.date, time(), _STOCKHOLM).astimezone(UTC)

    @property
    def _length_s(self) -> int:
        """23, 24 or 25 hours; the clocks never move in a day's last second."""
        last = datetime.combine(self.date, time(23, 59, 59), _STOCKHOLM).astimezone(UTC)
        return int((last - self._midnight).total_seconds()) + 1
