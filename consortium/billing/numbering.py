"""Numbers of invoices: a series for each host and year, without a gap."""

from sqlmodel import select

from consortium.billing.tables import NumberSeries
from consortium.core.work import Work


class Numbers:
    """A year's series, held locked until the work ends: what is rolled back leaves no gap."""

    def __init__(self, work: Work, year: int, prefix: str = "") -> None:
        """Lock the series of `year`, which begins with its first number. prefix: of the host."""
        if work.session.get(NumberSeries, (prefix, year)) is None:
            work.session.add(NumberSeries(prefix=prefix, year=year))
            work.session.flush()
        row = select(NumberSeries).where(NumberSeries.prefix == prefix, NumberSeries.year == year)
        row = row.with_for_update()
        # what `get` saw may be older than the lock
        self.series = work.session.exec(row.execution_options(populate_existing=True)).one()

    def take(self) -> str:
        """The next number: prefix, year and a place of four digits or more, `20260001`."""
        self.series.last += 1
        return f"{self.series.prefix}{self.series.year}{self.series.last:04}"
