"""Days as options and arguments: read when Click converts them, or later where the entry decides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.running import ExtraWordsError, flags
from tracker.errors import InputError
from tracker.i18n import _, active

if TYPE_CHECKING:
    from tracker.cli.typed import Order


def order_of_days() -> Order | None:
    """The order that was chosen for days such as 1/5 in this database, if any."""
    from tracker.cli.typed import Order
    from tracker.journeys import preferring  # only where both orders have a day

    chosen = preferring.order_of_days(flags().context())
    return Order(chosen) if chosen is not None else None


def beginning() -> date | None:
    """The day on which the course begins, if there is one: days without a year are not taken for long before it."""
    from tracker.journeys.course import opening  # only where a day is said without its year

    return opening.beginning_of_the_last_course(flags().context())


class Day(click.ParamType[date]):
    """A day as a person would type it."""

    name = "date"
    is_a_day = True

    def __init__(
        self, lean: str = "either", *, order: Callable[[], Order | None] | None = order_of_days,
        since: Callable[[], date | None] | None = None,
    ) -> None:  # fmt: skip
        self._lean = lean
        """Which day is meant where several can be: see :class:`tracker.cli.typed.Lean`."""
        self.is_past = lean == "past"
        """Whether no day to come is taken."""
        self._order = order
        """Gives the order that was chosen for days such as 1/5."""
        self._since = since
        """Gives the day on which the course begins, of what is recorded in it."""

    def takes(self, words: str) -> bool:
        """Whether words that were typed side by side have the form of what it reads: ``8 Mar``."""
        from tracker.cli.typed import NotADayError, read_day

        try:
            self._read(words, partial(read_day, today=flags().day(), lang=active().code))
        except NotADayError:
            return False
        except InputError:
            return True
        return True

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read it, which may come to several days; InputError goes up to the error boundary."""
        from tracker.cli.typed import Lean, read_day  # start-up: --help reads no day

        del param
        read_one = partial(
            read_day, today=flags(ctx).day(), lang=active().code, lean=Lean(self._lean), order=self._order,
            since=self._since,
        )  # fmt: skip
        found: date = self._read(value, read_one) if isinstance(value, str) else value
        return found

    def _read(self, typed: str, read_one: Callable[[str], date]) -> Any:
        return read_one(typed)


class Days(Day):
    """Days, in a row or not, in their order; a day alone is one."""

    name = "dates"
    most_words = 12
    """``from Tue 1 Dec 2026 to Fri 4 Dec 2026``."""

    def _read(self, typed: str, read_one: Callable[[str], date]) -> Any:
        from tracker.cli.typed import read_several

        return read_several(typed, read_one)


class UnreadDay(Day):
    """A day that is read later, as the entry allows that it is said of."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """As it was typed."""
        del param, ctx
        return value


class WordOfADay(click.ParamType[str]):
    """A word of a day, or of a day and a time, that is read with those beside it."""

    name = "when"
    is_a_day = True


DAY, PAST, COMING, STARTING = Day(), Day("past"), Day("coming"), Day("starting")
LOGGED, LOGGED_DAYS = Day("past", since=beginning), Days("past", since=beginning)
"""Of what is recorded in a course."""
NEAREST = Day("either", since=beginning)
"""Of what may lie behind as well as ahead."""
TODAY = Day(order=None)
"""It is read before it is known which database is meant, and so which order was chosen there."""


def refuse_a_day_behind(words: Sequence[str]) -> None:
    """Raise where the last words are a day, which goes behind an option; a number alone is none."""
    for count in range(min(len(words) - 1, Days.most_words), 0, -1):
        last = " ".join(words[-count:])
        if not last.isdecimal() and DAY.takes(last):
            raise ExtraWordsError(_('"{words}" does not belong here').format(words=last), click.get_current_context(),
                                  words[-count:])  # fmt: skip
