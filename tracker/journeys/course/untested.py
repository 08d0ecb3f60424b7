"""What no pregnancy test has answered though the clinic has settled it: what is said of it."""

from __future__ import annotations

from tracker import remarks
from tracker.journeys.writing import UnitOfWork
from tracker.plan import Notice, NoticeCode


def say_of_visits(work: UnitOfWork) -> None:
    """Say that the next visit has no test any more, where it had one before what was recorded."""
    known = [one for one in work.view.plan.notices if one.code is NoticeCode.VISIT_WITHOUT_TEST]
    for notice in work.after().plan.notices:
        if notice.code is NoticeCode.VISIT_WITHOUT_TEST and notice not in known:
            say_of(work, notice)


def say_of(work: UnitOfWork, notice: Notice) -> None:
    """Say what the plan has to say: of a danger that the clinic has settled, that no test has answered it."""
    said = remarks.phrase(notice)
    work.say(said.message, **said.values)
