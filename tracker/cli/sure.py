"""What is unusual is asked about before it is saved; without a terminal it is refused until ``--yes`` is said."""

from __future__ import annotations

from typing import Protocol, TypeVar

from tracker.cli import show
from tracker.cli.base import confirm, is_asked
from tracker.errors import N_, InputError
from tracker.i18n import _

T_co = TypeVar("T_co", covariant=True)


class Act(Protocol[T_co]):
    """What is done; it is told whether the user is sure."""

    def __call__(self, *, is_sure: bool) -> T_co:
        """Do it."""


_PRESCRIBED = N_("Is that what your clinic prescribed?")


def sure(act: Act[T_co], *, yes: bool, question: str = _PRESCRIBED) -> T_co:
    """Do it, and once more where it was doubted and the user has said that it is right."""
    from tracker.journeys.course.plausible import DoubtError

    try:
        return act(is_sure=yes)
    except DoubtError as doubt:
        if not is_asked():
            raise
        show.say(N_("! {problem}."), problem=show.filled(doubt.message, **doubt.values))
    if not confirm(_(question), default=False):
        raise InputError(N_("nothing was saved"))
    return act(is_sure=True)
