"""``isotrack why``: how a day of the plan came about, in a way that a person can check."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from tracker.cli import as_json as contract
from tracker.cli import hanging, notices, paper, planned, reckoned, show, whose
from tracker.cli.base import DAY, Command, as_json_option, context
from tracker.cli.describe import describe
from tracker.cli.names import Completed, items
from tracker.cli.typed import plain
from tracker.errors import N_, InputError, Listed, NoSuchError, Phrase
from tracker.i18n import _, active
from tracker.plan import Item, SpanInPlan
from tracker.readings.basis import Basis, basis
from tracker.reckoning import Reckoning
from tracker.rules import Kind, Permit, Point, Repeat, Rule, Source

if TYPE_CHECKING:
    from tracker.engine.view import View

_EXAMPLES = "isotrack why contraception, isotrack why visit/3, isotrack why 2027-03-02"


@click.command(
    cls=Command,
    help=N_(
        "Show how a day of the plan came about: from which fact, by which rule and source, by which sum, and what would"
        " change it. WHAT is an item (visit/3), a window (contraception) or a day."
    ),
)
@click.argument("words", nargs=-1, metavar="WHAT", type=Completed(items))
@as_json_option()
@click.pass_context
def why(ctx: click.Context, words: tuple[str, ...], as_json: bool) -> None:
    """The derivation of each entry that is meant."""
    from tracker.journeys.context import look

    view = look(context())
    typed = plain(" ".join(words))
    if not typed:
        raise InputError(N_("say an item, a window or a day"), N_("for example: {command}"), command=_EXAMPLES)
    on = None
    found: Sequence[Item | SpanInPlan] = meant(view, typed)
    if not found:
        on = _day(typed)
        found = of_the_day(view, on) if on is not None else ()
    if on is None and not found:
        raise _unknown(view, typed)
    if as_json or ctx.find_root().meta.get("as_json"):
        contract.show({"patient": whose.label(), "today": view.plan.today.isoformat(), "asked": typed,
                       "on": contract.day(on), "entries": [_contract(one, view) for one in found]})  # fmt: skip
        return
    notices.alarms(view.plan)
    whose.heading()
    if on is not None and not found:
        show.say(N_("Nothing is planned on {on}, nothing begins and nothing ends."), on=on)
    for number, one in enumerate(found):
        if number:
            click.echo()
        _show(one, view)
    if any(_is_own(one.rule) for one in found):
        notices.of_procedures(view.plan)
    if on is not None:
        _holds_on(on, view)
    _sources(found, view)
    show.say(planned.NO_ADVICE)


def meant(view: View, typed: str) -> Sequence[Item | SpanInPlan]:
    """The entry of this key; of a rule, a kind or a title what is open next, or else what came last."""
    wanted = _form(typed)
    exact = [one for one in view.plan.entries if _form(one.key) == wanted]
    if exact:
        return exact
    rules = {one.rule.id: one.rule for one in view.plan.entries if wanted in _words(one.rule)}
    if view.history.series and not rules:
        rules = dict(_series_of(view, typed))
    found: list[Item | SpanInPlan] = [span for span in view.plan.spans if span.rule.id in rules]
    for name in rules:
        those = [item for item in view.plan.items if item.rule.id == name]
        coming = next((item for item in those if item.state.is_open), None)
        found += [coming] if coming is not None else those[-1:]
    return found


def _series_of(view: View, typed: str) -> Iterator[tuple[str, Rule]]:
    """The series of the procedure that is typed by one of its names."""
    from tracker.procedures import known  # start-up: only where a series is planned

    procedure = known(typed)
    names = {one.series for one in view.history.series if procedure is not None and one.code == procedure.code}
    yield from {item.rule.id: item.rule for item in view.plan.items if item.rule.id in names}.items()


def of_the_day(view: View, on: date) -> Sequence[Item | SpanInPlan]:
    """What is due, booked or done on a day, what begins on it and what ends on it."""
    found: list[Item | SpanInPlan] = [
        item for item in view.plan.items
        if on in (item.planned_day, item.window_end, item.hard_end, item.done.on if item.done else None)
    ]  # fmt: skip
    return [*found, *(span for span in view.plan.spans if on in (span.start, span.end))]


def _form(word: str) -> str:
    return "-".join(plain(word).casefold().replace("_", " ").replace("-", " ").split())


def _words(rule: Rule) -> set[str]:
    from tracker.activities import ACTIVITIES, WORDS

    also = {word for one in ACTIVITIES if one.kind is rule.kind for word in (one.code, *one.aliases)}
    names = (rule.id, rule.kind.value, rule.title.en, rule.title.ja, *WORDS.get(rule.kind, ()))
    return {_form(word) for word in (*names, *also)}


def _day(typed: str) -> date | None:
    if not DAY.takes(typed):
        return None
    return DAY.convert(typed, None, None)


def _unknown(view: View, typed: str) -> InputError:
    ended = view.plan.timeline.last_dose
    rule = next((one for one in view.protocol.rules if _form(typed) in _words(one)), None)
    if rule is not None and ended is not None:
        return InputError(N_("{title}: the course ended on {on}, and nothing of it is planned any more"),
                          N_("what there is: {command}"), title=rule.title, on=ended,
                          command="isotrack plan")  # fmt: skip
    names = list(dict.fromkeys(one.rule.id for one in view.plan.entries))
    keys = [one.key for one in view.plan.entries]
    return NoSuchError(N_('"{typed}" is nothing in the plan'), N_("the plan has: {keys}"), word=typed,
                       among=[*keys, *names], typed=typed, keys=Listed(tuple(names)))  # fmt: skip


def _show(one: Item | SpanInPlan, view: View) -> None:
    """The day, the fact, the rule with its source, the sum, and what would change it."""
    title = one.rule.title
    if isinstance(one, SpanInPlan):
        values = {"title": title, "key": one.key, "start": one.start,
                  "end": reckoned.until(one.end, is_estimate=one.end_is_estimate)}  # fmt: skip
        paper.put(active().fill(N_("{title} ({key}): from {start} to {end}"), values), hang=2)
    else:
        _head(one)
    _rule(one.rule, view)
    for of in _reckonings(one):
        reckoned.basis(basis(of, one.rule, view.history, view.plan), counted_from=_counted_from(of, one))
        reckoned.reckoning(of)
    if isinstance(one, Item):
        _about(one)
    if (moves := hanging.what_moves(one, view)) is not None:
        reckoned.line(moves.message, **moves.values)


def _counted_from(of: Reckoning, one: Item | SpanInPlan) -> str:
    """What of a window is counted from a day: its beginning or its end."""
    if isinstance(one, Item):
        return N_("Counted from {on}: {what}.")
    if of == one.lead:
        return N_("Its beginning is counted from {on}: {what}.") if of.span.count else N_("It begins on {on}: {what}.")
    return N_("Its end is counted from {on}: {what}.") if of.span.count else N_("It ends on {on}: {what}.")


def _head(one: Item) -> None:
    due: Phrase = reckoned.until(one.due, is_estimate=one.due_is_estimate)
    if one.appointment is not None and one.state.is_open:
        due = Phrase(N_("{due}, booked for {on}"), {"due": due, "on": one.appointment.on})
    values = {"title": one.rule.title, "key": one.key, "due": due, "state": Phrase(planned.STATES[one.state])}
    paper.put(active().fill(N_("{title} ({key}): due {due}; {state}"), values), hang=2)


def _rule(rule: Rule, view: View) -> None:
    cited = planned.cite(rule.sources, is_confirmed=rule.confirmed)
    if _is_own(rule):
        reckoned.line(N_("{text} [{cited}]"), text=rule.text, cited=cited)
    else:
        reckoned.line(N_("By {programme}: {text} [{cited}]"), programme=view.reference, text=rule.text, cited=cited)


def _is_own(rule: Rule) -> bool:
    """Whether it is the person's own series of a procedure, and no rule of the programme."""
    return rule.kind is Kind.PROCEDURE and isinstance(rule.timing, Repeat)


def _reckonings(one: Item | SpanInPlan) -> list[Reckoning]:
    if isinstance(one, SpanInPlan):
        return [of for of in (one.lead, one.tail) if of is not None]
    return [of for of in (one.reckoning, *one.waits) if of is not None]


def _about(one: Item) -> None:
    """What else is known of an item: why it is due on another day than the sum gives, its window, what was done."""
    of = one.reckoning
    if of is None or (
        not isinstance(one.rule.timing, Permit) and one.due != max([of.day, *(w.day for w in one.waits)])
    ):
        reckoned.line(_why_another_day(one), due=one.due)
    elif one.rule.kind is Kind.SUPPLY and one.due < of.day:
        reckoned.line(N_("By what was recorded the last whole dose at hand is that of {on}."), on=one.due)
    elif one.rule.kind is Kind.SUPPLY:
        reckoned.line(N_("This pack alone is counted, without capsules that were left over from before."))
    reckoned.line(N_("In time from {start} to {end}."), start=one.window_start, end=one.window_end)
    if one.hard_end is not None and one.hard_end != one.window_end:
        reckoned.line(N_("The source does not say whether the first day counts: the last day at all is {end}."),
                      end=one.hard_end)  # fmt: skip
    if one.appointment is not None and one.state.is_open:
        reckoned.line(N_("Booked for {on}: {text} (number {id})."), on=one.appointment.on,
                      text=describe(one.appointment), id=one.appointment.id)  # fmt: skip
    if one.done is not None:
        reckoned.line(
            N_("Done on {on}: {text} (number {id})."), on=one.done.on, text=describe(one.done), id=one.done.id
        )


def _why_another_day(one: Item) -> str:
    if _is_own(one.rule):
        return N_("That day is not free for it: {due} is the next one that no window forbids (isotrack can).")
    if one.reckoning is not None and one.reckoning.anchor.point is Point.FIRST_DOSE and one.due > one.reckoning.day:
        return N_("It cannot lie before the enrolment: it is due on {due}.")
    return N_("Another programme was adopted, and asks for it on {due}.")


def _holds_on(on: date, view: View) -> None:
    holding = [span for span in view.plan.spans if span.start <= on <= span.end]
    if holding:
        show.say(N_("On {on} holds: {what}."), on=on, what=Listed(tuple(span.rule.title for span in holding)))


def _sources(found: Sequence[Item | SpanInPlan], view: View) -> None:
    wanted = {name for one in found for name in one.rule.sources}
    if wanted:
        paper.put(_("Sources:"))
    for source in _known(found, view):
        if source.id in wanted:
            wanted.discard(source.id)
            planned.source_line(source)


def _known(found: Sequence[Item | SpanInPlan], view: View) -> list[Source]:
    """The sources that rules of these entries may cite."""
    if not any(_is_own(one.rule) for one in found):
        return [*view.protocol.sources]
    from tracker.procedures import catalogue  # start-up: only where a procedure is asked about

    return [*view.protocol.sources, *catalogue().sources]


def _contract(one: Item | SpanInPlan, view: View) -> dict[str, Any]:
    """An entry as in ``schemas/why.schema.json``: that of the plan, and how it came about."""
    entry = contract.span(one) if isinstance(one, SpanInPlan) else contract.item(one)
    because = [_because(of, basis(of, one.rule, view.history, view.plan)) for of in _reckonings(one)]
    return {"entry": entry, "because": because}


def _because(of: Reckoning, because: Basis) -> dict[str, Any]:
    fact = contract.fact(because.fact) if because.fact is not None else None
    return {"reckoning": reckoned.as_json(of), "fact": fact, "days_off": because.days_off}
