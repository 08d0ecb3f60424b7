"""How a day is refused: it is none, or it is two."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import Any, NoReturn

from tracker.errors import N_, InputError, NoSuchError, Phrase

_EXAMPLE = "2026-12-24"
_SEVERAL_DAYS = (
    r"(?:先々|先|今|来|再来|毎)?(?:週末?|月)|(?:(?:last|this|next|the|a)\s+)?(?:week(?:end)?|month)|最近|recently"
)
"""What is no single day. Compiled where no day was read."""


class NotADayError(NoSuchError):
    """The words have no form of a day."""


class SeveralDaysError(InputError):
    """The words can mean several days."""

    def __init__(self, message: str, hint: str | None, *, days: Collection[date], **values: Any) -> None:
        super().__init__(message, hint, **values)
        self.days = days


class SeveralTimesError(InputError):
    """The hour can be one of the afternoon and one of the night."""

    def __init__(self, typed: str, times: tuple[datetime, datetime]) -> None:
        later, earlier = (f"{one:%H:%M}" for one in times)
        super().__init__(
            N_('"{typed}" can be {later} or {earlier}; write which of them it is'),
            typed=typed, later=later, earlier=earlier,
        )  # fmt: skip
        self.times = times
        """That of the afternoon first: at the other one hardly a clinic is open."""


def a_comma_in(typed: str, text: str) -> InputError:
    """What is wrong with a number with a comma; where it may part thousands, both numbers that may be meant."""
    grouped = re.search(r"(?<![0-9,.])[0-9]{1,3}(?:,[0-9]{3})+(?![0-9,])", text)
    if grouped is None:
        return InputError(N_('"{typed}": write a decimal point, and no comma'), typed=typed)
    whole = grouped[0].replace(",", "")
    if grouped[0].count(",") > 1:
        return InputError(N_('"{typed}": write {whole}, without commas'), typed=typed, whole=whole)
    return InputError(N_('"{typed}" can be {whole} or {part}; write the one that is meant, without a comma'),
                      typed=typed, whole=whole, part=grouped[0].replace(",", "."))  # fmt: skip


def not_a_day(typed: str) -> NoReturn:
    """Say so, with examples."""
    message = N_('"{typed}" is not a day; expected for example 2026-11-24, 11/24, 24 Nov, today or -3d')
    if re.fullmatch(_SEVERAL_DAYS, typed.strip(), re.IGNORECASE):
        message = N_('"{typed}" is more than one day; say which, for example last monday, 24 Nov or 2026-11-24')
    raise NotADayError(message, typed=typed, word=typed)


def _settings(typed: str, readings: Collection[date], usual: Callable[[], str | None] | None) -> dict[str, Phrase]:
    """The two settings that say how such days are read, each with the day that it gives."""
    first, second = (int(number) for number in re.findall(r"[0-9]+", unicodedata.normalize("NFKC", typed))[:2])
    orders = {"month-first": (first, second), "day-first": (second, first)}
    if (usual() if usual is not None else None) != "month-first":
        orders = dict(reversed(orders.items()))
    said = []
    for order, numbers in orders.items():
        values: dict[str, object] = {"command": f"isotrack settings dates={order}"}
        days = [day for day in readings if (day.month, day.day) == numbers]
        said.append(Phrase(N_("{command} ({on})"), values | {"on": days[0]}) if len(days) == 1
                    else Phrase("{command}", values))  # fmt: skip
    return dict(zip(("one", "other"), said, strict=True))


def refuse_readings(
    typed: str, readings: Collection[date], *, by_order: bool, usual: Callable[[], str | None] | None = None
) -> NoReturn:
    """Name every day that the words can mean; ``by_order`` says that an order of their numbers could be chosen.

    ``usual`` gives the order that is usual where the person is, which is named first.
    """
    *before, last = sorted(readings)
    named = Phrase(N_("{one} or as {two}"), {"one": before.pop(), "two": last})
    for day in reversed(before):
        named = Phrase(N_("{one}, as {more}"), {"one": day, "more": named})
    raise SeveralDaysError(
        N_('"{typed}" can be read as {readings}; write the day that you mean in full, like {example}'),
        N_("or choose once how such days are read: {one} or {other}") if by_order else None,
        **_settings(typed, readings, usual) if by_order else {}, typed=typed, readings=named, example=_EXAMPLE,
        days=sorted(readings),
    )  # fmt: skip
