"""What was taken of a day, as people type it: milligrams, capsules, or the same dose several times."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

from tracker.cli.amounts import Amount, read_capsules_taken
from tracker.cli.doses import read_doses
from tracker.cli.typed import plain
from tracker.errors import N_, InputError
from tracker.pattern import total

_OF_SEVERAL_DAYS = (
    r"(?P<mg>[0-9]{1,3}(?:\.[0-9]{1,3})?)\s*(?:mg|ミリグラム|ミリ)?\s*(?:を|の|で|x|×|for)?\s*(?P<days>[0-9]{1,2})\s*"
    r"(?:日分?|日間分?|days?)"
)
"""Compiled where an amount cannot be read."""
_TWO = 2


def read_taken(typed: str) -> Decimal | int:
    """What was taken of a day: milligrams, also as ``20x2`` or ``20mg twice``; or a whole number of capsules, ``2錠``.

    Raise InputError for a part of a capsule, and for the capsules of several days: what each had is for the person to
    say.
    """
    try:
        return read_capsules_taken(typed)
    except InputError as refused:
        try:
            doses = read_doses(typed)
        except InputError:
            doses = None
        if doses is not None and len(doses.days) == 1 and not _names_days(typed):
            return total(doses.days[0])
        raise _of_several_days(typed) or refused from None


def _names_days(typed: str) -> bool:
    """Whether words say on which days it is taken, which a prescription does and no day that is past."""
    return re.search(r"every|each|毎|曜|おき", plain(typed).lower()) is not None


def _of_several_days(typed: str) -> InputError | None:
    """That what was taken on several days is said of each of them, with the command for the last so many."""
    match = re.fullmatch(_OF_SEVERAL_DAYS, plain(typed).lower().strip("。. "))
    if match is None or not _TWO <= int(match["days"]) <= 31:  # noqa: PLR2004 - the days of a month
        return None
    from tracker.cli.running import flags  # start-up: most read one day

    today = flags().day()
    since = today - timedelta(days=int(match["days"]) - 1)
    return InputError(
        N_('"{typed}" is of {count} days: say what was taken on each of them'), N_("for example: {command}"),
        typed=typed, count=int(match["days"]),
        command=f"isotrack log dose {match['mg']} --on {since.isoformat()}..{today.isoformat()}",
    )  # fmt: skip


class _Taken(Amount):
    """What was taken of a day."""

    def takes(self, words: str) -> bool:
        """Whether words that were typed side by side are one amount, or that of several days."""
        return super().takes(words) or _of_several_days(words) is not None


TAKEN = _Taken("mg", read_taken)
