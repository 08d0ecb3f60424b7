"""What is taken beside the capsules, what is known of the person before them, and whether it goes with them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from tracker.db.place import NoDatabaseError
from tracker.engine.laws import check
from tracker.engine.view import View
from tracker.errors import N_, InputError, Listed, Phrase
from tracker.facts import Fact, kind_of
from tracker.facts.background import About, Background
from tracker.facts.substances import Taken
from tracker.journeys.context import Context, NoCourseError, WhoseError, look_at_all
from tracker.journeys.writing import AlreadyThere, Outcome, UnitOfWork, carry_out
from tracker.pharmacy import NOT_IN_THE_LIST, Condition, Form, Statement, Substance, Verdict
from tracker.readings.background import Against, Having, against
from tracker.readings.substances import Conflict, Taking, conflicts, ended
from tracker.rules import Text

if TYPE_CHECKING:
    from tracker.conditions import Mentioned

CONFLICTS = {
    (Verdict.FORBIDDEN, True): N_("Forbidden beside the capsules: {what}. Contact your clinic."),
    (Verdict.FORBIDDEN, False): N_("Forbidden beside the capsules from {since} on: {what}. Contact your clinic."),
    (Verdict.ASK, True): N_("Ask your clinic: {what}"),
    (Verdict.ASK, False): N_("Ask your clinic before {since}: {what}"),
}
AGAINST = {
    (Verdict.FORBIDDEN, True): N_("Not together with the capsules: {what}. Contact your clinic."),
    (Verdict.FORBIDDEN, False): N_("Not together with the capsules: {what}. Contact your clinic before {since}."),
    (Verdict.ASK, True): CONFLICTS[Verdict.ASK, True],
    (Verdict.ASK, False): CONFLICTS[Verdict.ASK, False],
}

WAS = {
    Verdict.FORBIDDEN: N_(
        "By the sources it was not to be taken with the capsules ({since} to {until}): {what}. Tell your clinic."
    ),
    Verdict.ASK: N_("The clinic was to be asked before it ({since} to {until}): {what}. Tell your clinic."),
}
"""Of what has ended, and was taken on days of the course."""


class Beside(Struct, frozen=True):
    """What is, or was, taken beside the capsules, what is known of the person, and what of it speaks against them."""

    views: Sequence[View]
    takings: tuple[Taking, ...]
    """Newest first."""
    conflicts: tuple[Conflict, ...]
    against: tuple[Against, ...] = ()

    @property
    def view(self) -> View:
        """The newest course."""
        return self.views[-1]

    @property
    def unknown(self) -> list[Taking]:
        """What is taken now, while the course goes on, and is not in the list: whether it goes together is open."""
        today = self.view.plan.today
        is_over = self.view.plan.timeline.last_dose is not None
        return [one for one in self.takings if one.substance is None and one.goes_on(today) and not is_over]


def reading(context: Context) -> Context:
    """The context that has what is taken beside the capsules."""
    return context.reading(Taken, Background)


def beside(context: Context) -> Beside:
    """What is taken beside the capsules; raise NoCourseError where there is no course."""
    views = look_at_all(reading(context))
    return beside_of(views, context.today)


def beside_of(views: Sequence[View], today: date) -> Beside:
    """The same of courses that were read; the list of substances is loaded only where something is taken."""
    facts = [fact for view in views for fact in (*view.history.all(Taken), *view.history.all(Background))]
    takings = [one for fact in facts for one in _takings(fact)]
    havings = [one for fact in facts for one in _havings(fact)]
    newest = tuple(sorted(takings, key=lambda one: (one.since, one.id), reverse=True))
    courses = courses_of(views)
    return Beside(views, newest, conflicts(newest, courses, today), against(havings, courses, today))


def courses_of(views: Sequence[View]) -> list[tuple[date, date | None]]:
    """The first and the last dose of each course."""
    return [(view.plan.timeline.first_dose, view.plan.timeline.last_dose) for view in views]


def _takings(fact: Fact) -> list[Taking]:
    """The things that an entry says are taken; none of what is known of the person and is no medicine."""
    from tracker.substances import meant_by, medicines_in  # only where something is taken

    match fact:
        case Taken():
            meant = meant_by(fact.name)
            return [Taking(fact.id, fact.name, meant.substance, fact.form or meant.form, fact.on, fact.until)]
        case Background(about=About.MEDICINE):
            return [Taking(fact.id, one.typed, one.substance, one.form, fact.on, fact.until)
                    for one in medicines_in(fact.text)]  # fmt: skip
    return []


def _havings(fact: Fact) -> list[Having]:
    """The allergies and illnesses that an entry mentions."""
    if not isinstance(fact, Background):
        return []
    return [Having(fact.id, one.condition, one.is_confirmed, fact.until) for one in _mentioned(fact).there]


def _mentioned(fact: Background) -> Mentioned:
    from tracker.conditions import mentioned_in  # only where something is known of the person

    return mentioned_in(fact.text, of_an_allergy=fact.about is About.ALLERGY)


def log(context: Context, fact: Taken) -> Outcome:
    """Record what is taken, or that it has ended; what the sources say of it is said at once."""
    from tracker.journeys.course.naming_substances import refuse_what_is_no_name  # start-up: the status names none

    refuse_what_is_no_name(fact)

    def write(work: UnitOfWork) -> None:
        known = _still_taken(work.view, fact, context.today)
        new = fact if known is None else _joined(known, fact)
        check(new, work.view, context.today)
        if known is not None and replace(new, id=known.id) == known:
            raise AlreadyThere(known)
        if (same := work.view.history.same_as(new)) is not None:
            raise AlreadyThere(same)
        say_of(work, work.record(new, work.void(known) if known is not None else None), context.today)

    return carry_out(reading(context), "log", kind_of(fact).say(fact), write)


def log_background(context: Context, fact: Background) -> Outcome:
    """Record what is known of the person; another medicine is looked up as well."""

    def write(work: UnitOfWork) -> None:
        check(fact, work.view, context.today)
        if (same := work.view.history.same_as(fact)) is not None:
            raise AlreadyThere(same)
        say_of(work, work.record(fact, _without(work, fact, context.today)), context.today)

    return carry_out(reading(context), "log", kind_of(fact).say(fact), write)


def _without(work: UnitOfWork, fact: Background, today: date) -> int | None:
    """Void what said that there is none of it; its number. Raise InputError where none is said beside what there is."""
    from tracker.mentioned import says_none

    standing = [one for one in work.view.history.all(Background)
                if one.about is fact.about is not About.NOTE and (one.until is None or one.until >= today)]  # fmt: skip
    if says_none(fact.text) and standing:
        raise InputError(N_("{what} is recorded (number {id}); nothing was saved"),
                         N_("if it is not so, remove it: {command}"), what=kind_of(standing[0]).say(standing[0]),
                         id=standing[0].id, command=f"isotrack fix {standing[0].id} --remove")  # fmt: skip
    none = [one for one in standing if says_none(one.text)]
    return work.void(none[0]) if none else None


def _still_taken(view: View, fact: Taken, today: date) -> Taken | None:
    """The same thing as it is taken now, where that is recorded: of it something more is said.

    What has ended, in a form, is also what was taken in a form that was not said.
    """
    from tracker.substances import meant_by, same_name

    def form(one: Taken) -> Form | None:
        return one.form or meant_by(one.name).form

    found = [one for one in view.history.all(Taken)
             if (one.until is None or one.until >= today) and same_name(one.name, fact.name)
             and (form(fact) in (None, form(one)) or (fact.until is not None and form(one) is None))]  # fmt: skip
    return found[-1] if found else None


def _joined(known: Taken, fact: Taken) -> Taken:
    """What is taken already, with what is said of it now; of two first days the earlier."""
    return replace(known, id=0, on=min(known.on, fact.on), form=fact.form or known.form,
                   until=fact.until or known.until, note=fact.note or known.note)  # fmt: skip


def say_of(work: UnitOfWork, fact: Fact, today: date) -> None:
    """Say what the sources say of an entry that was recorded or corrected, where it holds still."""
    if isinstance(fact, Background):
        _say_what_speaks_against(work, fact, today)
    takings = _takings(fact)
    for taking in takings:
        if taking.substance is None or taking.goes_on(today):
            _say_of_taking(work, taking, today, asks_form=isinstance(fact, Taken), is_alone=len(takings) == 1)
    for one in ended(takings, courses_of([work.view]), today):
        work.remarks.append(in_words_of_ended(one))


def _say_what_speaks_against(work: UnitOfWork, fact: Background, today: date) -> None:
    """What speaks against the capsules; of what is not in the list, that the clinic has to hear of it."""
    mentioned = _mentioned(fact)
    for one in against(_havings(fact), courses_of([work.view]), today):
        work.remarks.append(in_words_against(one))
        if one.having.condition.remark is not None:
            work.say("{text}", text=one.having.condition.remark)
    for condition in mentioned.denied:
        work.say(N_("Read as not there: {what}. If it is: {command}"), what=condition.name,
                 command=_fix(fact.id, condition))  # fmt: skip
    if mentioned.there or mentioned.denied or mentioned.is_nothing or fact.about is About.MEDICINE:
        return
    if mentioned.near:
        work.say(N_("Did you mean: {near}? To correct it: {command}"),
                 near=Listed(tuple(one.name for one in mentioned.near)),
                 command=_fix(fact.id, mentioned.near[0]))  # fmt: skip
    if fact.about is not About.NOTE:
        work.say(N_('"{name}" is not in the list of what speaks against the capsules: tell your clinic of it.'),
                 name=fact.text)  # fmt: skip


def _say_of_taking(work: UnitOfWork, taking: Taking, today: date, *, asks_form: bool, is_alone: bool) -> None:
    substance = taking.substance
    if substance is None:
        work.say(NOT_IN_THE_LIST, name=taking.name)
        if is_alone:
            _offer(work, taking)
        return
    standing = conflicts([taking], courses_of([work.view]), today)
    for one in standing:
        work.remarks.append(in_words(one))
    statements = substance.said_of(taking.form)
    if standing and len(statements) > 1 and asks_form:
        work.say(N_("The form was not said, so what is said of each holds. To say it: {command}"),
                 command=f"isotrack fix {taking.id} --form by-mouth")  # fmt: skip
    for statement in statements:
        if not standing and not statement.verdict.is_conflict:
            work.say(N_("No conflict found in the sources: {what}"), what=said(substance, statement))
    for form in substance.silent_forms(taking.form):
        work.say(NOT_IN_THE_LIST, name=substance.named(form))


def _offer(work: UnitOfWork, taking: Taking) -> None:
    from tracker.substances import meant_by

    near = meant_by(taking.name).near
    if near:
        work.say(N_("Did you mean: {near}? To correct it: {command}"), near=Listed(tuple(one.name for one in near)),
                 command=_fix(taking.id, near[0]))  # fmt: skip


def _fix(number: int, meant: Condition | Substance) -> Text:
    """The command that puts what was meant in the place of what was typed."""
    command = f"isotrack fix {number} --value"
    name = meant.name.ja.partition("（")[0]  # noqa: RUF001 - a bracket says more of it
    return Text(f"{command} {meant.code}", f"{command} {name}")


def in_words(one: Conflict) -> Phrase:
    """A conflict as it stands on the screens: what is taken, why it does not go with the capsules, and who says so."""
    substance = one.taking.substance
    assert substance is not None  # noqa: S101 - of what is not in the list nothing is said
    taken = Phrase(N_("{what} (number {id})"), {"what": said(substance, one.statement), "id": one.taking.id})
    return Phrase(CONFLICTS[one.statement.verdict, one.is_now], {"what": taken, "since": one.since})


def in_words_of_ended(one: Conflict) -> Phrase:
    """What the sources said of a thing that is taken no more, from the first day on which it was taken beside them."""
    substance = one.taking.substance
    assert substance is not None  # noqa: S101 - of what is not in the list nothing is said
    return Phrase(WAS[one.statement.verdict],
                  {"what": said(substance, one.statement), "since": one.since, "until": one.taking.until})  # fmt: skip


def in_words_against(one: Against) -> Phrase:
    """An allergy or illness as it stands on the screens: why it speaks against the capsules, and who says so."""
    statement = one.having.condition.statement
    known = Phrase(N_("{what} (number {id})"), {"what": reason_against(one), "id": one.having.id})
    return Phrase(AGAINST[statement.verdict, one.is_now], {"what": known, "since": one.since})


def reason_against(one: Against) -> Phrase:
    """An allergy or illness, why it speaks against the capsules, and who says so."""
    condition, statement = one.having.condition, one.having.condition.statement
    return reasoned(condition.name, statement, is_confirmed=statement.confirmed and one.having.is_confirmed)


def said(substance: Substance, statement: Statement) -> Phrase:
    """A substance with what is said of it and by whom."""
    return reasoned(substance.named(statement.form), statement, is_confirmed=statement.confirmed)


def reasoned(what: object, statement: Statement, *, is_confirmed: bool) -> Phrase:
    """What a statement says of something and by whom."""
    message = N_("{what}: {reason} [{sources}]")
    if not is_confirmed:
        message = N_("{what}: {reason}; not confirmed by a source [{sources}]")
    return Phrase(message, {"what": what, "reason": statement.reason, "sources": Listed(statement.sources)})


def known_courses(context: Context) -> list[View]:
    """The courses of whoever is meant; none where there is no database, no course, or nobody said whose is meant."""
    with suppress(NoDatabaseError, NoCourseError, WhoseError):
        return look_at_all(context)
    return []
