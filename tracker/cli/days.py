"""Days as options and arguments: read when Click converts them, or later where the entry decides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.running import ExtraWordsError, flags
from tracker.errors import N_, InputError
from tracker.i18n import _, active

if TYPE_CHECKING:
    from tracker.cli.typed import Begun, Order

_SINCE = "から"
_MOST_OF_A_DAY = 12
"""Characters of one that is written in one word with more."""


class _OrderOfDays:
    """The order of days such as 1/5."""

    def __call__(self) -> Order | None:
        """That which was chosen in this database, if any."""
        from tracker.cli.typed import Order
        from tracker.journeys import preferring  # only where both orders have a day

        chosen = preferring.order_of_days(flags().context())
        return Order(chosen) if chosen is not None else None

    def usual(self) -> Order | None:
        """That of the country of the programme or the zone that is typed, else of the course, else of the machine."""
        from tracker.cli import likely  # only where a day is refused

        return likely.order_of_days()


order_of_days = _OrderOfDays()


def beginning() -> Begun | None:
    """How the course begins, if there is one: days without a year are not taken for long before it."""
    from tracker.cli.typed import Begun
    from tracker.journeys.course import opening  # only where a day is said without its year

    known = opening.beginning_of_the_last_course(flags().context())
    return Begun(*known) if known is not None else None


class Day(click.ParamType[date]):
    """A day as a person would type it."""

    name = "date"
    is_a_day = True

    def __init__(
        self, lean: str = "either", *, order: Callable[[], Order | None] | None = order_of_days,
        since: Callable[[], Begun | None] | None = None,
    ) -> None:  # fmt: skip
        self._lean = lean
        """Which day is meant where several can be: see :class:`tracker.cli.typed.Lean`."""
        self.is_past = lean == "past"
        """Whether no day to come is taken."""
        self._order = order
        """Gives the order that was chosen for days such as 1/5."""
        self._since = since
        """Gives how the course begins, of what is recorded in it."""

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


class DayInFrontError(InputError):
    """A day is written in one word with what goes on from it: 昨日から頭痛."""

    def __init__(self, typed: str, day: str, rest: str) -> None:
        super().__init__(N_('"{typed}" begins with a day, which is said behind an option'), typed=typed)
        self.day = day
        self.rest = rest


def refuse_a_day_beside(words: Sequence[str], *, in_own_words: bool = False) -> None:
    """Raise where the last words, or the first, are a day, which goes behind an option; a number alone is none.

    A text ``in_own_words`` may begin with a day, but not with one from which on it is so: 昨日からロキソニン.
    """
    for count in range(min(len(words) - 1, Days.most_words), 0, -1):
        for some, is_last in ((words[-count:], True), (words[:count], False)):
            text = " ".join(some)
            day = text.removesuffix(_SINCE).removesuffix("まで").removeprefix("since ")
            may_be = in_own_words and not is_last and not text.endswith(_SINCE)
            if not may_be and not day.isdecimal() and day and DAY.takes(day):
                raise ExtraWordsError(_('"{words}" does not belong here').format(words=text),
                                      click.get_current_context(), some)  # fmt: skip
    found = day_in_front(words[0]) if words else None
    if found is not None and (not in_own_words or words[0].startswith(found[0] + _SINCE)):
        raise DayInFrontError(words[0], *found)


def day_in_front(word: str) -> tuple[str, str] | None:
    """The day with which a word begins that is more than it, and the rest; None of a word of Latin letters."""
    if word.isascii():
        return None
    for at in range(min(len(word) - 1, _MOST_OF_A_DAY), 1, -1):
        rest = word[at:].removeprefix(_SINCE).lstrip("にはの、 ")
        if rest and rest != "まで" and not word[:at].isdecimal() and DAY.takes(word[:at]):
            return word[:at], rest
    return None
