"""When an address is looked at again: what never changes ever more seldom, what gives nothing not every night.

A page seen for the first time is due after a day, then while it is unchanged after two, four, eight … up to the
recipe's longest interval; one that changed begins anew. Lists and feeds are not asked when they are due but always.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.recipe import Limits
from models.records import Address

#: Looks in a row that gave nothing, after which those too become rarer: a dead link, a file that is too large.
_TRIES = 3

#: A run each night does not come to each page at the same minute.
_SLACK = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Schedule:
    """The growing interval: ``first`` and ``longest`` in days; a first of 0 makes everything always due."""

    first: float
    longest: float

    @classmethod
    def of(cls, limits: Limits) -> "Schedule":
        """Return the schedule of a recipe's limits."""
        return cls(limits.revisit, limits.longest)

    def after(self, unchanged: int, at: datetime) -> datetime:
        """Return when a page is due again that was seen the same so many times in a row."""
        # 2 ** 20 days are beyond any limit, and more would be beyond the calendar.
        return at + timedelta(days=min(self.first * 2.0 ** min(unchanged, 20), self.longest))

    def after_failures(self, failures: int, at: datetime) -> datetime:
        """Return when a page is due again whose last looks gave nothing: at once, after some of them ever later."""
        return at if failures < _TRIES else self.after(failures - _TRIES, at)


def is_due(address: Address, at: datetime) -> bool:
    """Say whether an address is to be looked at again; one that was never asked is."""
    return address.next_due is None or address.next_due - _SLACK <= at
