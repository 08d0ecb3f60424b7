"""What a plan has to say beside its dates; what is dangerous comes first and is repeated by every command."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from tracker.cli import laxer, paper
from tracker.cli.base import flags
from tracker.errors import N_, Listed, Phrase
from tracker.i18n import active
from tracker.plan import Notice, NoticeCode, Plan

if TYPE_CHECKING:
    from tracker.engine.comparison import Difference
    from tracker.remarks import Messages

ALARMS = (NoticeCode.POSITIVE_TEST, NoticeCode.PREGNANCY_RISK, NoticeCode.RED_FLAG)
"""What every command repeats until the clinic's word is recorded."""
OF_TESTS = (
    NoticeCode.TEST_AFTER_RISK, NoticeCode.UNCLEAR_TEST, NoticeCode.BEGUN_WITHOUT_TEST, NoticeCode.VISIT_WITHOUT_TEST,
    NoticeCode.PICKED_UP_WITHOUT_TEST,
)  # fmt: skip
"""That a pregnancy test is missing."""
FOR_THE_CLINIC = (
    *OF_TESTS, NoticeCode.DRAWN_TOO_EARLY, NoticeCode.FIRST_DOSE_TOO_EARLY, NoticeCode.NEW_COURSE_RULES,
    NoticeCode.PROCEDURE_TOO_EARLY, NoticeCode.PROCEDURE_BOOKED_TOO_EARLY,
    NoticeCode.PROCEDURE_TOO_SOON, NoticeCode.PROCEDURE_BOOKED_TOO_SOON,
)  # fmt: skip
"""Of what else the patient is told to be in touch."""


OF_PROCEDURES = (
    NoticeCode.PROCEDURE_TOO_EARLY, NoticeCode.PROCEDURE_BOOKED_TOO_EARLY, NoticeCode.PROCEDURE_BY_CLINIC,
    NoticeCode.PROCEDURE_TOO_SOON, NoticeCode.PROCEDURE_BOOKED_TOO_SOON, NoticeCode.PROCEDURE_TIMES_BY_CLINIC,
)  # fmt: skip


def of_procedures(plan: Plan) -> None:
    """What of it is about procedures."""
    for notice in plan.notices:
        if notice.code in OF_PROCEDURES:
            paper.put(_noticed(notice))


def for_the_clinic(plan: Plan) -> None:
    """What else of it asks for the clinic: a start that is too early, a test that is missing, a procedure."""
    for notice in plan.notices:
        if notice.code in FOR_THE_CLINIC:
            paper.put(_noticed(notice))


def show(plan: Plan, said: Collection[NoticeCode] = ()) -> None:
    """What the plan has to say beside its dates and its alarms, but for what is ``said`` elsewhere."""
    for notice in plan.notices:
        if notice.code not in (*ALARMS, *said):
            paper.put(_noticed(notice))


def alarms(plan: Plan, *, beside: bool = False) -> int:
    """What comes first, and what every command repeats: a positive test, a possible pregnancy, a red flag.

    They are said once a command; a red flag that asks for a crisis line stands before everything else.

    ``beside`` says it on stderr, where the output is for programs. The number of lines that it took.
    """
    if flags().alarmed:
        return 0
    flags().alarmed = True
    said = [notice for notice in plan.notices if notice.code in ALARMS]
    red = [notice for notice in said if notice.code is NoticeCode.RED_FLAG]
    if any(map(_asks_for_a_crisis_line, red)):
        said = [*sorted(red, key=_asks_for_a_crisis_line, reverse=True), *(one for one in said if one not in red)]
    for notice in said:
        if notice.code is not NoticeCode.RED_FLAG:
            paper.put(_noticed(notice), err=beside, style=paper.DANGER)
        elif notice == next(one for one in said if one in red):
            _red_flags([one for one in said if one in red], plan, beside=beside)
    return len(said)


def _red_flags(red: Sequence[Notice], plan: Plan, *, beside: bool) -> None:
    """What red flags ask for is the same: it is said once of all."""
    from tracker.cli import urgent  # start-up: only where one stands

    values = [dict(notice.values) for notice in red]
    urgent.standing(
        [(one["code"], one["on"]) for one in values], stage=values[0]["stage"], jurisdiction=values[0]["jurisdiction"],
        zone=plan.course.timezone, beside=beside,
    )  # fmt: skip


def _asks_for_a_crisis_line(notice: Notice) -> bool:
    from tracker.vocabulary import vocabulary  # start-up: only where a red flag stands

    word = vocabulary("symptom").data.word(dict(notice.values)["code"])
    return word is not None and word.is_crisis


def _noticed(notice: Notice) -> str:
    return "! " + in_words(notice)


def in_words(notice: Notice, messages: Messages | None = None) -> str:
    """A notice by the messages of its reader: the patient's where none are named."""
    from tracker import remarks  # start-up: only where a plan has something to say beside its dates

    said = remarks.phrase(notice, messages or remarks.TO_THE_PATIENT)
    values = said.values
    if notice.code is NoticeCode.LAXER_BY_CLINIC and values["what"] is not None:
        values |= {"what": Listed(tuple(_difference(one) for one in values["what"]))}
    return active().fill(said.message, values)


def _difference(of: Difference) -> Phrase:
    return Phrase(N_("{title} ({what})"), {"title": of.rule.title, "what": laxer.in_words(of.what)})
