"""Numbers of invoices: one series a year, without a gap."""

from sqlmodel import select

from consortium.billing.tables import NumberSeries
from consortium.core.work import Work


class Numbers:
    """A year's series, held locked until the work ends: what is rolled back leaves no gap."""

    def __init__(self, work: Work, year: int) -> None:
        """Lock the series of `year`, which begins with its first number."""
        if work.session.get(NumberSeries, year) is None:
            work.session.add(NumberSeries(year=year))
            work.session.flush()
        row = select(NumberSeries).where(NumberSeries.year == year).with_for_update()
        # what `get` saw may be older than the lock
        self.series = work.session.exec(row.execution_options(populate_existing=True)).one()

    def take(self) -> str:
        """The next number: the year and a place of four digits or more, `20260001`."""
        self.series.last += 1
        return f"{self.series.year}{self.series.last:04}"
