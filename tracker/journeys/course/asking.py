"""May I: what the programmes, the catalogue of procedures and the sources on substances say of something, on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from msgspec import Struct
from msgspec.structs import replace

from tracker.activities import Activity
from tracker.engine.slots import hangs_on_the_last_dose
from tracker.engine.view import View
from tracker.errors import Phrase
from tracker.facts import Done, TestResult
from tracker.journeys.context import Context, look_at_all
from tracker.journeys.course.treating import windows
from tracker.pharmacy import FORM_NAMES, Statement, Substance
from tracker.pharmacy import Verdict as Said
from tracker.plan import Item, Notice, NoticeCode, SpanInPlan
from tracker.readings.basis import Basis, last_dose
from tracker.readings.permission import Answer, Considered, Verdict, answer
from tracker.readings.substances import holds
from tracker.reckoning import Reckoning, Rounding
from tracker.rules import Anchor, Kind, Point, Source, Text
from tracker.treatments import Level, Procedure
from tracker.washout import Window

_DAY = timedelta(days=1)
_DANGERS = (NoticeCode.POSITIVE_TEST, NoticeCode.PREGNANCY_RISK, NoticeCode.RED_FLAG)
_LEVELS = {Level.FORBIDDEN: Verdict.NO, Level.ASK: Verdict.ASK, Level.ALLOWED: Verdict.YES}
_SAID = {Said.FORBIDDEN: Verdict.NO, Said.ASK: Verdict.ASK, Said.NO_CONFLICT_FOUND: Verdict.YES}


class Asked(Struct, frozen=True):
    """What was asked about, and the answer; ``programmes`` are those whose rules were gone through."""

    what: Activity | Procedure | Substance
    answer: Answer
    programmes: tuple[str, ...]
    views: tuple[View, ...]
    """The courses of the patient, oldest first."""

    @property
    def view(self) -> View:
        """The newest course."""
        return self.views[-1]


def asked_of(views: Sequence[View], what: Activity | Procedure | Substance, on: date) -> Asked:
    """The same of courses that were read, oldest first."""
    match what:
        case Activity():
            considered = _of_an_activity(what, views)
        case Procedure():
            considered = _of_a_procedure(what, views)
        case Substance():
            considered = [
                one for view in views for said in what.statements for one in _of_what_is_said(said, what, view)
            ]
    found = answer(on, considered, dangers=_dangers(views), outstanding=_outstanding(views, on))
    return Asked(what, found, tuple(dict.fromkeys(view.reference for view in views)), tuple(views))


def ask_all(context: Context, whats: Sequence[Activity | Procedure | Substance], on: date) -> list[Asked]:
    """The answers for all that a word may mean: the strictest first, of equals what ends last."""
    views = look_at_all(context)
    return sorted((asked_of(views, one, on) for one in whats), key=_leniency)


def _leniency(asked: Asked) -> tuple[int, int]:
    found = asked.answer
    until = found.until or (date.max if found.verdict is Verdict.NO else date.min)
    return list(Verdict).index(found.verdict), -until.toordinal()


def _dangers(views: Sequence[View]) -> list[Notice]:
    return [notice for view in views[-1:] for notice in view.plan.notices if notice.code in _DANGERS]


def _outstanding(views: Sequence[View], on: date) -> list[Item]:
    """The closing tests that have not said yet that there is no pregnancy, of courses that are over on that day.

    It does not hang on the day on which it is asked: what waits for a test tomorrow waits for it today.
    """
    found = []
    for view in views:
        tests = [item for item in view.plan.items
                 if item.kind is Kind.PREGNANCY_TEST and hangs_on_the_last_dose(item.rule)]  # fmt: skip
        closing = max(tests, key=lambda item: (item.due, item.key), default=None)
        if closing is None or on <= view.plan.timeline.end:
            continue
        if not isinstance(closing.done, Done) or closing.done.result is not TestResult.NEGATIVE:
            found.append(closing)
    return found


def _of_an_activity(what: Activity, views: Sequence[View]) -> list[Considered]:
    found = [_of_a_span(span, view) for view in views for span in view.plan.spans if span.rule.kind is what.kind]
    if what.code == "new-course":
        found += [_of_the_course(view) for view in views if view.plan.timeline.last_dose is None]
        found += [
            _of_the_gap(view) for view in views if all(span.rule.kind is not what.kind for span in view.plan.spans)
        ]
    if what.needs_a_negative_test:
        found += [_of_what_is_planned(span, view) for view in views for span in view.plan.spans
                  if span.rule.kind is what.kind and view.plan.timeline.last_dose is None]  # fmt: skip
    return found


def _of_a_span(span: SpanInPlan, view: View) -> Considered:
    rule = span.rule
    return Considered(
        says=Verdict.NO, title=rule.title, text=rule.text, sources=rule.sources, confirmed=rule.confirmed,
        programme=view.reference, rule=rule.id, first=span.start, last=span.end, is_estimate=span.end_is_estimate,
        tail=span.tail,
    )  # fmt: skip


_PLANNED = Text("The course that is planned", "予定されている治療")
_NOT_BEGUN = Text("A course must not be begun in a pregnancy: ask your clinic.",
                  "妊娠中は治療を始められません。クリニックにご確認ください。")  # fmt: skip
_GAP = Text("Between two courses", "治療と治療の間")
_NO_GAP_NAMED = Text(
    "The programme does not say how long to wait before another course: ask your clinic.",
    "次の治療までの期間について、プロトコルに記載はありません。クリニックにご確認ください。",
)


def _of_what_is_planned(span: SpanInPlan, view: View) -> Considered:
    return replace(
        _of_a_span(span, view), says=Verdict.ASK, title=_PLANNED, text=_NOT_BEGUN, tail=None, is_estimate=False,
        first=min(view.plan.timeline.enrolled, span.start - _DAY), last=span.start - _DAY,
    )  # fmt: skip


def _of_the_gap(view: View) -> Considered:
    return Considered(
        says=Verdict.ASK, title=_GAP, text=_NO_GAP_NAMED, sources=(), confirmed=True, programme=view.reference,
        rule=None, first=view.plan.timeline.end + _DAY, last=None, is_estimate=view.plan.timeline.last_dose is None,
    )  # fmt: skip


_RUNS = Text("The course that runs", "現在の治療")
_ENDS_FIRST = Text("Another course begins after this one has ended.", "次の治療は、今の治療が終わってからになります。")


def _of_the_course(view: View) -> Considered:
    line = view.plan.timeline
    return Considered(
        says=Verdict.NO, title=_RUNS, text=_ENDS_FIRST, sources=(), confirmed=True, programme=None, rule=None,
        first=min(line.enrolled, line.first_dose), last=line.end, is_estimate=True,
    )  # fmt: skip


def _of_a_procedure(what: Procedure, views: Sequence[View]) -> list[Considered]:
    return [_of_a_window(one, what, views[one.course - 1]) for one in windows(list(views), what).windows]


def _of_a_window(window: Window, what: Procedure, view: View) -> Considered:
    return Considered(
        says=_LEVELS[window.level], title=what.name, text=window.text, sources=window.sources,
        confirmed=window.confirmed, programme=view.reference if window.rule is not None else None, rule=window.rule,
        first=window.first, last=window.last, is_estimate=window.is_estimate,
        tail=Reckoning(_LAST_DOSE, window.last_dose, window.tail, Rounding.LONG), counts=window.is_in_force,
    )  # fmt: skip


_LAST_DOSE = Anchor(Point.LAST_DOSE)


_NOTHING_AFTER = Text("The sources name no time after the last capsule: ask your clinic.",
                      "最終服用後の期間について記載のある資料はありません。クリニックにご確認ください。")  # fmt: skip


def _of_what_is_said(said: Statement, what: Substance, view: View) -> list[Considered]:
    """What a source says holds during the course; of the time after it nothing is known where it names none."""
    line = view.plan.timeline
    days = holds(said, line.first_dose, line.end)
    after = said.after
    tail = Reckoning(_LAST_DOSE, line.end, after.span, Rounding.LONG) if after is not None else None
    form = Phrase(FORM_NAMES[said.form]) if said.form is not None else None
    during = Considered(
        says=_SAID[said.verdict], title=what.name, text=said.reason, sources=said.sources,
        confirmed=said.confirmed, form=form, programme=None, rule=None, first=days.first, last=days.last,
        is_estimate=line.last_dose is None or not line.last_dose_is_known, tail=tail,
    )  # fmt: skip
    if after is not None or not said.verdict.is_conflict or days.last is None:
        return [during]
    return [
        during,
        replace(during, says=Verdict.ASK, text=_NOTHING_AFTER, first=days.last + _DAY, last=None, tail=None),
    ]


def basis_of(one: Considered, asked: Asked) -> Basis:
    """The fact from which the last day of a window is counted: in the course whose window it is."""
    assert one.tail is not None  # noqa: S101 - it was counted
    view = next((view for view in reversed(asked.views) if view.plan.timeline.end == one.tail.since), asked.view)
    return last_dose(one.tail.since, view.history, view.plan.timeline)


def sources_of(asked: Asked) -> list[Source]:
    """The sources of all that may have been considered."""
    found = [source for view in asked.views for source in view.protocol.sources]
    if isinstance(asked.what, Procedure):
        from tracker.procedures import catalogue

        found += catalogue().sources
    elif isinstance(asked.what, Substance):
        from tracker.substances import pharmacy

        found += pharmacy().sources
    return found
