"""Blood values: recorded with the draw that they come from, and read as a careful nurse would."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property, partial

from msgspec import Struct
from msgspec.structs import replace

from tracker.capsules import cleared_on
from tracker.engine.laws import check
from tracker.engine.naming import named_for
from tracker.engine.view import View
from tracker.errors import N_, InputError, Listed, Phrase
from tracker.facts import Done, kind_of
from tracker.facts.lab import LabValue
from tracker.facts.observation import Comparator, Observation
from tracker.facts.person import Person
from tracker.journeys.context import Context, look, look_at_all
from tracker.journeys.course.person import sex_of_ranges
from tracker.journeys.course.recording import say_what_it_counts_for
from tracker.journeys.writing import AlreadyThere, Outcome, UnitOfWork, carry_out
from tracker.laboratory import Analyte
from tracker.readings.findings import Finding, findings
from tracker.readings.intake import taken_by_day
from tracker.readings.symptoms import in_week, periods
from tracker.rounding import half_up
from tracker.rules import Kind, Sex
from tracker.walk import Account

_LATE_RESULT = timedelta(days=30)
"""So long after a draw its values may still come, at most; our own bound for a reminder, no clinical value."""
_A_DAY = timedelta(days=1)


def reading(context: Context) -> Context:
    """The context that has what blood values are read with."""
    return context.reading(LabValue, Person, Observation)


class Draw(Struct, frozen=True):
    """A day on which blood was drawn, as its values are shown with it."""

    on: date
    course_day: int
    """1 on the day of the first capsule; 0 and less before it."""
    mg: Decimal | None
    """What was taken that day, logged or assumed; None before the first capsule and where no dose is known."""
    fasting: bool | None


class Sheet(Struct, frozen=True, dict=True):
    """Everything that was measured in a patient's blood, and what it comes to."""

    views: Sequence[View]
    values: tuple[LabValue, ...]
    """Oldest first, of all courses."""
    sex: Sex | None
    """Whose ranges they are held against; None where neither is known: then both are shown."""
    findings: tuple[Finding, ...]
    analytes: tuple[Analyte, ...]
    """Those that were measured, in the order of the data; one that is not known here comes last and has no limits."""

    @property
    def view(self) -> View:
        """The newest course."""
        return self.views[-1]

    @cached_property
    def fasting(self) -> dict[date, bool]:
        """Whether blood was drawn fasting, of the days of which that was said."""
        drawn = (one for view in self.views for one in view.history.done if one.kind is Kind.BLOOD_TEST)
        return {one.on: one.fasting for one in drawn if one.fasting is not None}

    @cached_property
    def draws(self) -> dict[date, Draw]:
        """The days of the values, oldest first; each counts from the first dose of its own course."""
        found = {}
        for view in self.views:
            drawn = {one.on for one in view.history.all(LabValue)}
            taken = _taken(view) if drawn else {}
            for on in drawn:
                course_day = (on - view.plan.timeline.first_dose).days + 1
                found[on] = Draw(on, course_day, taken.get(on), self.fasting.get(on))
        return dict(sorted(found.items()))


def log_blood(context: Context, done: Done, values: Sequence[LabValue] = (), *, is_sure: bool = True) -> Outcome:
    """Record a draw with its values, if they are known; a day that has a draw keeps that, and they are added to it.

    Raise DoubtError for values that are far from what is met, unless the user ``is_sure``.
    """
    if done.clinic_confirmed and done.pin is None:
        raise InputError(N_("--clinic-confirmed goes with --for"))

    def write(work: UnitOfWork) -> None:
        _record_with_values(work, done, values, context.today)
        if not is_sure:
            doubt_values([fact for fact in work.recorded if isinstance(fact, LabValue)])
        if values and not _draws_of_the_day(work, done):
            _ask_about_an_earlier_draw(work, done)
        if not work.recorded:
            raise AlreadyThere(*work.stood)

    reason = Phrase(N_("{what} done on {on}"), {"what": kind_of(done).say(done), "on": done.on})
    return carry_out(reading(context) if values else context, "log", reason, write)


def import_blood(context: Context, draws: Sequence[tuple[Done, Sequence[LabValue]]]) -> Outcome:
    """Record draws with their values, all of them in one command."""

    def write(work: UnitOfWork) -> None:
        for done, values in draws:
            _record_with_values(work, done, values, context.today)
        if not work.recorded:
            raise AlreadyThere(*work.stood)

    return carry_out(reading(context), "import-blood", Phrase(N_("blood values taken over")), write)


def _record_with_values(work: UnitOfWork, done: Done, values: Sequence[LabValue], today: date) -> None:
    """Record a draw and its values, so far as they do not stand already; a draw of values is not named with them."""
    check(done, work.view, today)
    drawn = _record_draw(work, done)
    if drawn is None and not values:
        work.stood += _draws_of_the_day(work, done)[:1]
    for value in values:
        check(value, work.view, today)
        _record_value(work, value)
    # What it counts for hangs on what was measured in it.
    if drawn is not None:
        say_what_it_counts_for(work, drawn)
    elif work.has_changed:
        _say_what_is_missing(work, done)


def _say_what_is_missing(work: UnitOfWork, done: Done) -> None:
    """Say of the draw of a day, to which values were added, what it still lacks."""
    after = work.after()
    lacking = next((one for one in _draws_of_the_day(work, done) if one.id in after.plan.lacking), None)
    if lacking is not None:
        from tracker.journeys.course import panels  # start-up: most draws lack nothing

        panels.say_what_is_missing(work, lacking)


def _record_draw(work: UnitOfWork, done: Done) -> Done | None:
    """Record the draw of that day, with what was said of it now, or a new one; None where there was nothing new."""
    known = next((one for one in _draws_of_the_day(work, done) if done.pin in (None, one.pin)), None)
    if known is None:
        return work.record(named_for(work.view, done))
    fasting = done.fasting if done.fasting is not None else known.fasting
    said = replace(known, fasting=fasting, note=_both(known.note, done.note))
    return work.record(said, work.void(known)) if said != known else None


def _both(known: str | None, new: str | None) -> str | None:
    """A note with what was added to it; said once more it stays as it is."""
    if new is None or known is None:
        return known or new
    return known if new in known else f"{known}\n{new}"


def _draws_of_the_day(work: UnitOfWork, done: Done) -> list[Done]:
    """Those that stood before the command."""
    return [one for one in work.view.history.done if one.kind is Kind.BLOOD_TEST and one.on == done.on]


def _ask_about_an_earlier_draw(work: UnitOfWork, drawn: Done) -> None:
    """Results come days after the draw: where one has none yet, they may be its."""
    history = work.view.history
    with_values = {one.on for one in history.all(LabValue)}
    waiting = [one.on for one in history.done if one.kind is Kind.BLOOD_TEST and one.on not in with_values
               and drawn.on - _LATE_RESULT <= one.on < drawn.on]  # fmt: skip
    if waiting:
        work.say(
            N_("The blood of {on} has no values yet. If these are its: {command}"),
            on=waiting[-1],
            command=f"isotrack undo; isotrack log blood ... --on {waiting[-1].isoformat()}",
        )


def _record_value(work: UnitOfWork, value: LabValue) -> None:
    """Record one value, unless one stands that says the same. Another of that day makes room for it."""
    same_day = [one for one in work.view.history.all(LabValue) if (one.on, one.code) == (value.on, value.code)]
    same = next((one for one in same_day if replace(one, id=0, number=0) == value), None)
    if same is not None:
        work.stood.append(same)
        return
    numbers = [work.void(one) for one in same_day]
    work.record(value, next(iter(numbers), None))
    for one in same_day:
        work.say(N_("It takes the place of {what} from the same day."), what=_in_words(one))


def _in_words(value: LabValue) -> Phrase:
    from tracker.analytes import said  # only where a value is named

    return said(kind_of(value).say(value))


def check_value(value: LabValue) -> None:
    """Raise InputError where a value cannot be meant for its analyte."""
    from tracker.analytes import laboratory

    analyte = laboratory().analyte(value.code)
    if analyte is not None and not analyte.is_plausible(value.value, analyte.unit(value.unit)):
        raise InputError(N_("{what} cannot be"), what=_in_words(value))


def doubt_values(values: Sequence[LabValue]) -> None:
    """Raise DoubtError for values that are far from what is met, though they can be meant."""
    if problem := what_is_unusual(values):
        from tracker.journeys.course.plausible import DoubtError  # start-up: most are usual

        raise DoubtError(N_("{problem}"), N_("if it stands so on the sheet, tell your clinic of it and add --yes"),
                         problem=problem)  # fmt: skip


def what_is_unusual(values: Sequence[LabValue]) -> Phrase | None:
    """Which values are far from what is met, in words; None where none is."""
    if not values:
        return None
    from tracker.analytes import laboratory

    known = [(one, laboratory().analyte(one.code)) for one in values]
    found = tuple(_in_full(one) for one, analyte in known if analyte is not None and not _is_usual(one, analyte))
    return Phrase(N_("far from what is usual: {things}"), {"things": Listed(found)}) if found else None


def _is_usual(value: LabValue, analyte: Analyte) -> bool:
    """Whether so much is met; of "below 5" it is not known how little it is."""
    unit = analyte.unit(value.unit)
    is_bound = value.comparator in (Comparator.BELOW, Comparator.AT_MOST)
    return analyte.is_usual(max(value.value, analyte.asked_below / unit.factor) if is_bound else value.value, unit)


def _in_full(value: LabValue) -> Phrase:
    """A value with its unit, and what that is in the analyte's other habit."""
    from tracker.analytes import laboratory

    analyte = laboratory().analyte(value.code)
    units = analyte.units if analyte is not None else ()
    unit = next((one for one in units if one.name == value.unit), None)
    other = next((one for one in units if unit is not None and one.system != unit.system), None)
    if unit is None or other is None:
        return _in_words(value)
    amount = f"{half_up(value.value * unit.factor / other.factor, 2).normalize():f} {other.name}"
    return Phrase(N_("{value} ({converted})"), {"value": _in_words(value), "converted": amount})


def jurisdiction(context: Context) -> str:
    """The country of the programme, whose habit of units holds where none is said."""
    return look(reading(context)).protocol.jurisdiction


def sheet(context: Context) -> Sheet:
    """What was measured, and what a careful nurse would notice in it."""
    return sheet_of(look_at_all(reading(context)))


def sheet_of(views: Sequence[View]) -> Sheet:
    """The same of courses that were read; the analytes are loaded only where there is a value.

    Some limits hold together with a symptom or a red flag: see :func:`symptoms_then`.
    """
    found = [value for view in views for value in view.history.all(LabValue)]
    values = tuple(sorted(found, key=lambda one: (one.on, one.id)))
    sex = sex_of_ranges(views)
    if not values:
        return Sheet(views, (), sex, (), ())
    from tracker.analytes import laboratory, unknown

    codes = {one.code for one in values}
    known = tuple(one for one in laboratory().analytes if one.code in codes)
    strange = sorted(codes - {one.code for one in known})
    first_dose = views[-1].plan.timeline.first_dose
    since = views[-2].plan.timeline.end if len(views) > 1 else None
    return Sheet(
        views=views,
        values=values,
        sex=sex,
        findings=findings(known, values, sex=sex, first_dose=first_dose, since=since,
                          symptoms=partial(symptoms_then, views)),
        analytes=(*known, *map(unknown, strange)),
    )  # fmt: skip


def symptoms_then(views: Sequence[View], drawn: date, until: date | None) -> frozenset[str]:
    """The codes of the symptoms and red flags that go with a value of a day, until the day of the next value.

    What was there the day before the draw goes with it: blood is drawn because of it. That it is over, or that the
    clinic has cleared the flag, says nothing of the value: only a newer one does.
    """
    today = views[-1].plan.today
    last = max(drawn, until - _A_DAY) if until is not None else max(drawn, today)
    entries = (one for view in views for one in view.history.all(Observation) if one.family == "symptom")
    flags = (one.code for view in views for one in view.history.red_flags
             if one.on <= last and (cleared_on(view.history, one) or date.max) > drawn)  # fmt: skip
    return frozenset(in_week(periods(entries, today), drawn - _A_DAY, last)) | frozenset(flags)


def _taken(view: View) -> dict[date, Decimal]:
    """What was taken on the days of a course until today, logged or assumed; nothing where no dose is known.

    Nor of the days of which no more was said than what was taken on all of them together.
    """
    line, history = view.plan.timeline, view.history
    if not (history.prescribed or history.doses):
        return {}
    days = taken_by_day(history, line, view.plan.today)
    return {day.on: day.mg for day in days if day.on >= line.first_dose and day.account is not Account.STATED}
