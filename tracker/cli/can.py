"""``isotrack can``: may it be, on a day, by the rules that are known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from tracker.cli import as_json as contract
from tracker.cli import notices, paper, planned, reckoned, show, whose
from tracker.cli.base import DAY, Command, as_json_option, context, flags, option
from tracker.cli.days import refuse_a_day_beside
from tracker.cli.names import Completed, may_be_asked
from tracker.cli.typed import plain
from tracker.errors import N_, InputError, Listed, NoSuchError, Phrase
from tracker.i18n import active
from tracker.readings.permission import Considered, Verdict
from tracker.reckoning import Reckoning
from tracker.rules import Source, Text

if TYPE_CHECKING:
    from tracker.activities import Activity
    from tracker.journeys.course.asking import Asked
    from tracker.pharmacy import Substance
    from tracker.treatments import Procedure

_EXAMPLE = "isotrack can give-blood"
_SHORT = 3
"""Letters of a word that is too short for one like it to be meant."""
_SAYS = {Verdict.NO: N_("not allowed"), Verdict.ASK: N_("ask your clinic"), Verdict.YES: N_("allowed by its source")}


@click.command(
    cls=Command,
    help=N_(
        "Say whether something may be, by the rules of your programme and the sources: give-blood, breast-feed,"
        " become-pregnant, new-course, a procedure (dermapen, waxing, lasik), or something beside the capsules"
        " (minocycline). Every rule that was considered is shown, the one that was taken, and why."
    ),
)
@click.argument("words", nargs=-1, metavar="WHAT", type=Completed(may_be_asked))
@option("--on", type=DAY, metavar="DATE", help=N_("The day that is asked about; today unless said."))
@as_json_option()
@click.pass_context
def can(ctx: click.Context, words: tuple[str, ...], on: date | None, as_json: bool) -> None:
    """The answer with its reasons."""
    from tracker.journeys.course import asking

    asked, *others = asking.ask_all(context(), _meant(words), on or flags().day())
    if as_json or ctx.find_root().meta.get("as_json"):
        contract.show(_contract(asked))
        return
    notices.alarms(asked.view.plan)
    whose.heading()
    _say_if_not_confirmed(words)
    if others:
        show.say(N_('"{typed}" may be several things; the strictest first:'), typed=plain(" ".join(words)))
    paper.put(active().value(_answer(asked)))
    for other in others:
        show.say(N_("{answer} ({command})"), answer=_answer(other), command=_command(other))
    if others:
        show.say(N_("In detail: {what}"), what=_name(asked.what))
    _reasons(asked)
    show.say(planned.NO_ADVICE)


def _meant(words: Sequence[str]) -> list[Activity | Procedure | Substance]:
    """What was asked about, or all that a word may mean; raise InputError that names what is near."""
    from tracker import procedures, substances
    from tracker.activities import ACTIVITIES

    typed = plain(" ".join(words))
    if not typed:
        raise InputError(N_("say what: {known}, a procedure or a substance"), N_("for example: {command}"),
                         known=Listed(tuple(_as_typed(one) for one in ACTIVITIES)), command=_EXAMPLE)  # fmt: skip
    wanted = _form(typed)
    for one in ACTIVITIES:
        if wanted in (_form(word) for word in (one.code, *one.aliases)):
            return [one]
    procedure = procedures.known(typed) or procedures.known(typed.replace(" ", "-"))
    if procedure is not None:
        return [procedure]
    found = substances.meant_by(typed)
    several = procedures.readings(typed)
    if several or found.substance is not None:
        return [*several, *((found.substance,) if found.substance is not None else ())]
    refuse_a_day_beside(words)
    known = {word: one.code for one in ACTIVITIES for word in (one.code, *one.aliases)}
    language = active().code
    codes = [procedures.as_typed(one, language) for one in procedures.near(typed)]
    codes += [_word_of(one) for one in found.near]
    raise NoSuchError(
        N_('"{typed}" is not in the lists: ask your clinic'), N_("to see them: {command}"), word=typed,
        instead=codes if len(typed) > _SHORT or not typed.isascii() else (), among=[*known, *codes], typed=typed,
        command="isotrack list procedures, isotrack list substances",
    )  # fmt: skip


def _say_if_not_confirmed(words: Sequence[str]) -> None:
    """That no source says of a brand what it is: what holds of that is answered all the same."""
    from tracker import procedures, substances

    typed = plain(" ".join(words))
    found = substances.meant_by(typed)
    if procedures.known(typed) is None and found.substance is not None and not found.is_confirmed:
        show.say(N_('That "{name}" is {what} is not confirmed by a source: ask your clinic or pharmacist.'),
                 name=typed, what=found.substance.name)  # fmt: skip


def _as_typed(one: Activity) -> str:
    """What is typed for it in the language of the screen."""
    return next((word for word in one.aliases if not word.isascii()), one.code) if active().code == "ja" else one.code


def _is_a_procedure(asked: Asked) -> bool:
    from tracker.treatments import Procedure

    return isinstance(asked.what, Procedure)


def _command(asked: Asked) -> str:
    """The command that asks about this alone."""
    from tracker.procedures import as_typed
    from tracker.treatments import Procedure

    what = asked.what
    typed = as_typed(what, active().code) if isinstance(what, Procedure) else _word_of(what)
    return f"isotrack can {typed}"


def _word_of(one: Activity | Procedure | Substance) -> str:
    """What is typed for a substance in the language of the screen, and for nothing else."""
    from tracker.pharmacy import Substance
    from tracker.procedures import readings

    words = (one.name.ja, one.code, *one.aliases) if isinstance(one, Substance) else (one.code,)
    fit = [word for word in words if not readings(word)]
    return next((word for word in fit if word.isascii() is (active().code != "ja")), one.code)


def _form(word: str) -> str:
    return "-".join(plain(word).casefold().replace("_", " ").replace("-", " ").split())


def _name(what: Activity | Procedure | Substance) -> Phrase | Text:
    from tracker.activities import Activity

    return what.said if isinstance(what, Activity) else what.name


def _answer(asked: Asked) -> Phrase:
    found = asked.answer
    values = {"what": _name(asked.what), "on": found.on, "programmes": Listed(asked.programmes), "tests": _tests(asked),
              "until": reckoned.until(found.until, is_estimate=found.is_estimate)}  # fmt: skip
    return Phrase(_message(asked), values)


def _message(asked: Asked) -> str:
    """The answer in one sentence, a gettext message id."""
    found = asked.answer
    if found.dangers:
        forbidden = N_("! {what}, {on}: no, until {until}, and not before your clinic's word on what stands above.")
        only_then = N_("! {what}, {on}: no, not before your clinic's word on what stands above is recorded.")
        return forbidden if found.first_free is not None else only_then
    if found.verdict is Verdict.ASK:
        return _ANSWERS[found.verdict]
    if found.outstanding:
        both = N_("! {what}, {on}: no, until {until}, and until {tests} is negative.")
        return both if found.first_free is not None else N_("! {what}, {on}: no, until {tests} is negative.")
    if found.first_free is not None:
        return N_("! {what}, {on}: no, until {until}.")
    if found.verdict is Verdict.YES and found.decisive is not None:
        by_source = N_(
            "{what}, {on}: its source allows it, and no rule that is known here forbids it. No more is meant."
        )
        no_conflict = N_("{what}, {on}: no conflict was found in the sources. No more is meant.")
        return by_source if _is_a_procedure(asked) else no_conflict
    return _ANSWERS[found.verdict]


_ANSWERS = {
    Verdict.NO: N_("! {what}, {on}: no; the sources name no last day."),
    Verdict.ASK: N_("! {what}, {on}: ask your clinic."),
    Verdict.YES: N_(
        "{what}, {on}: no rule that is known here forbids it on that day ({programmes}). More is not meant."
    ),
    Verdict.NO_RULE: N_("! {what}, {on}: no rule of {programmes} is about it: ask your clinic."),
}


def _tests(asked: Asked) -> Listed:
    """The tests that are waited for."""
    return Listed(tuple(
        Phrase(N_("{title} ({key}, due {on})"), {"title": item.rule.title, "key": item.key, "on": item.due})
        for item in asked.answer.outstanding
    ))  # fmt: skip


def _reasons(asked: Asked) -> None:
    found = asked.answer
    for item in found.outstanding:
        show.say(N_("{title} ({key}): {text} [{cited}]"), title=item.rule.title, key=item.key, text=item.rule.text,
                 cited=planned.cite(item.rule.sources, is_confirmed=item.rule.confirmed))  # fmt: skip
    if found.outstanding:
        show.say(N_("There is no yes while it is outstanding, whatever was asked about."))
    elif found.first_free is not None:
        asks = any(one.says is Verdict.ASK and one.counts and one.has(found.first_free) for one in found.considered)
        show.say(
            N_("From {on} on: ask your clinic.") if asks else N_("The first day that no rule forbids: {on}."),
            on=reckoned.until(found.first_free, is_estimate=found.is_estimate),
        )
    elif found.is_estimate:
        show.say(N_("! It hangs on a last capsule that is only expected: a later one moves it."))
    if found.considered:
        show.say(N_("What was considered, the one that ends last first:"))
    shown: set[Reckoning] = set()
    for one in found.considered:
        _reason(one, asked, shown)
    sources = list(_cited(asked))
    if sources:
        show.say(N_("Sources:"))
        for source in sources:
            planned.source_line(source)


def _reason(one: Considered, asked: Asked, shown: set[Reckoning]) -> None:
    mark = "*" if one == asked.answer.decisive else "-"
    title = one.title if one.form is None else Phrase(N_("{name} {form}"), {"name": one.title, "form": one.form})
    values = {"title": title, "first": one.first, "says": Phrase(_SAYS[one.says]),
              "last": reckoned.until(one.last, is_estimate=one.is_estimate)}  # fmt: skip
    days = (
        N_("{title}: {says}, from {first} to {last}")
        if one.last is not None
        else N_("{title}: {says}, from {first} on")
    )
    paper.put(f"{mark} " + active().fill(days, values), hang=4)
    cited = planned.cite(one.sources, is_confirmed=one.confirmed)
    text = one.text.in_language(active().code)
    by = one.programme or ""
    if cited:
        reckoned.line("{text} [{cited}]" if not by else "{text} [{by}: {cited}]", 4, text=text, cited=cited, by=by)
    else:
        reckoned.line("{text}", 4, text=text)
    if not one.counts:
        reckoned.line(N_("It belongs to a timing that your clinic has not chosen, and does not count."), 4)
    if one.tail is not None and one.tail not in shown:
        shown.add(one.tail)
        reckoned.basis(_basis(one, asked), 4)
        reckoned.reckoning(one.tail, 4)
    if one == asked.answer.decisive and one.says is not Verdict.YES:
        reckoned.line(_why_taken(one, asked), 4)


def _why_taken(one: Considered, asked: Asked) -> str:
    others = [other for other in asked.answer.considered if other.counts and other != one
              and other.says is one.says and other.has(asked.answer.on)]  # fmt: skip
    if others:
        return N_("Taken: of those that hold on that day it ends last.")
    return N_("Taken: of those that hold on that day it is the strictest.")


def _basis(one: Considered, asked: Asked) -> Any:
    from tracker.journeys.course.asking import basis_of

    return basis_of(one, asked)


def _cited(asked: Asked) -> Iterable[Source]:
    """The sources that were named, each once."""
    from tracker.journeys.course.asking import sources_of

    wanted = {name for one in asked.answer.considered for name in one.sources}
    wanted |= {name for item in asked.answer.outstanding for name in item.rule.sources}
    seen: set[str] = set()
    for source in sources_of(asked):
        if source.id in wanted and source.id not in seen:
            seen.add(source.id)
            yield source


def _contract(asked: Asked) -> dict[str, Any]:
    """The answer as in ``schemas/can.schema.json``."""
    found = asked.answer
    return {
        "patient": whose.label(),
        "today": asked.view.plan.today.isoformat(),
        "asked": asked.what.code,
        "on": found.on.isoformat(),
        "answer": found.verdict.value,
        "until": contract.day(found.until),
        "first_free": contract.day(found.first_free),
        "is_estimate": found.is_estimate,
        "programmes": list(asked.programmes),
        "dangers": [notice.code.value for notice in found.dangers],
        "outstanding": [item.key for item in found.outstanding],
        "considered": [_considered(one, asked) for one in found.considered],
    }


def _considered(one: Considered, asked: Asked) -> dict[str, Any]:
    return {
        "says": one.says.value,
        "title": {"en": one.title.en, "ja": one.title.ja},
        "why": {"en": one.text.en, "ja": one.text.ja},
        "sources": list(one.sources),
        "confirmed": one.confirmed,
        "programme": one.programme,
        "rule": one.rule,
        "first": one.first.isoformat(),
        "last": contract.day(one.last),
        "is_estimate": one.is_estimate,
        "holds": one.has(asked.answer.on),
        "counts": one.counts,
        "taken": one == asked.answer.decisive,
        "reckoning": reckoned.as_json(one.tail),
    }
