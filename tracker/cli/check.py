"""``isotrack check``: what the sources say of something together with the capsules.

It answers without a course and without a database; with a course it says whether what is said holds now. Of what is
not in the list it says nothing but whom to ask.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from tracker.cli import as_json as contract
from tracker.cli import conflicts, paper, show, whose
from tracker.cli.base import Command, as_json_option, context
from tracker.cli.names import Completed, substances
from tracker.cli.typed import plain
from tracker.errors import N_, InputError, Listed, Phrase
from tracker.i18n import active
from tracker.pharmacy import NOT_IN_THE_LIST, OF_THE_COURSE, Margin, Statement, Substance, Verdict
from tracker.readings.substances import holds
from tracker.rules import Text
from tracker.substances import Meant, meant_by_all, pharmacy

if TYPE_CHECKING:
    from tracker.engine.view import View

_HEADS = {
    Verdict.FORBIDDEN: N_("! {what}: forbidden beside isotretinoin"),
    Verdict.ASK: N_("! {what}: ask your clinic"),
    Verdict.NO_CONFLICT_FOUND: N_("{what}: no conflict found in the sources"),
}


@click.command(
    cls=Command,
    help=N_("Say what the sources say of a medicine, a supplement or a cream together with the capsules."),
)
@click.argument("names", nargs=-1, required=True, metavar="NAME ...", type=Completed(substances))
@as_json_option()
@click.pass_context
def check(ctx: click.Context, names: Sequence[str], as_json: bool) -> None:
    """What the sources say."""
    found = meant_by_all([plain(name) for name in names])
    if not found:
        raise InputError(N_("the name is missing"), N_("for example: {command}"),
                         command=Text("isotrack check minocycline", "isotrack check ミノサイクリン"))  # fmt: skip
    from tracker.journeys.course import taking

    views = taking.known_courses(context())
    if as_json or ctx.find_root().meta.get("as_json"):
        contract.show(_contract(found, views))
        return
    if views:
        whose.heading()
    for number, one in enumerate(found):
        if number:
            click.echo()
        _show(one, views)
    cited = {source for one in found for said in one.statements for source in _cited(said)}
    if cited:
        click.echo()
        show.say(N_("Sources:"))
        conflicts.show_sources(cited, pharmacy().sources)
    show.say(N_("These are published statements, not medical advice: your clinic's word goes first."))


def _cited(said: Statement) -> list[str]:
    margins = [margin for margin in (said.before, said.after) if margin is not None]
    return [*said.sources, *(source for margin in margins for source in margin.sources)]


def _show(one: Meant, views: Sequence[View]) -> None:
    if one.substance is None:
        show.say(NOT_IN_THE_LIST, name=one.typed)
        if one.near:
            show.say(N_("Did you mean: {near}? For example: {command}"),
                     near=Listed(tuple(_name_and_code(near) for near in one.near)),
                     command=Text(*(f"isotrack check {name}" for name in (one.near[0].code, one.near[0].name.ja))),
                     )  # fmt: skip
        return
    if not one.is_confirmed:
        show.say(N_('That "{name}" is {what} is not confirmed by a source: ask your clinic or pharmacist.'),
                 name=one.typed, what=one.substance.name)  # fmt: skip
    if one.substance.of_the_course:
        show.say(OF_THE_COURSE, name=one.substance.name, command="isotrack log dose")
    for said in one.statements:
        show.say(_HEADS[said.verdict], what=one.substance.named(said.form))
        reason = N_("  Why: {reason} [{sources}]")
        if not said.confirmed:
            reason = N_("  Why: {reason}; not confirmed by a source [{sources}]")
        show.say(reason, reason=said.reason, sources=Listed(said.sources))
        if said.verdict.is_conflict:
            show.say(N_("  When: {when}"), when=Listed((Phrase(N_("during the course")), *_margins(said))))
            if views:
                paper.put("  " + active().value(_now(said, _course_of(said, views))))
    for form in one.substance.silent_forms(one.form):
        show.say(NOT_IN_THE_LIST, name=one.substance.named(form))


def _name_and_code(one: Substance) -> Phrase:
    name = one.name.in_language(active().code)
    message = "{name}" if name == one.code or active().code == "ja" else N_("{code} ({name})")
    return Phrase(message, {"code": one.code, "name": name})


def _margins(said: Statement) -> list[Phrase]:
    found = []
    for margin, message, unconfirmed in (
        (said.before, N_("from {span} before it [{sources}]"),
         N_("from {span} before it (not confirmed) [{sources}]")),
        (said.after, N_("until {span} after the last capsule [{sources}]"),
         N_("until {span} after the last capsule (not confirmed) [{sources}]")),
    ):  # fmt: skip
        if margin is not None:
            found.append(_margin(margin, message if margin.confirmed else unconfirmed))
    return found


def _margin(margin: Margin, message: str) -> Phrase:
    return Phrase(message, {"span": margin.span, "sources": Listed(margin.sources)})


def _course_of(said: Statement, views: Sequence[View]) -> View:
    """The course on whose days it holds now; the newest where there is none."""
    lines = ((view, view.plan.timeline) for view in reversed(views))
    return next((view for view, line in lines if holds(said, line.first_dose, line.last_dose).has(view.plan.today)),
                views[-1])  # fmt: skip


def _now(said: Statement, view: View) -> Phrase:
    line, today = view.plan.timeline, view.plan.today
    days = holds(said, line.first_dose, line.last_dose)
    if days.has(today):
        if days.last is None:
            return Phrase(N_("Now: it holds, since {first}."), {"first": days.first})
        return Phrase(N_("Now: it holds, until {last}."), {"last": days.last})
    if today < days.first:
        return Phrase(N_("Now: not yet; it holds from {first} on."), {"first": days.first})
    if said.after is None:
        return Phrase(N_("Now: the course ended on {last}; the sources name no time after it: ask your clinic."),
                      {"last": line.last_dose})  # fmt: skip
    return Phrase(N_("Now: no longer; it held until {last}."), {"last": days.last})


def _contract(found: Sequence[Meant], views: Sequence[View]) -> dict[str, Any]:
    """The answers as in ``schemas/check.schema.json``."""
    cited = {source for one in found for said in one.statements for source in _cited(said)}
    return {
        "patient": whose.label(),
        "answers": [_answer(one, views) for one in found],
        "sources": [
            {"id": one.id, "tier": one.tier, "title": {"en": one.title, "ja": one.in_language("ja")}, "date": one.dated}
            for one in pharmacy().sources if one.id in cited
        ],
    }  # fmt: skip


def _answer(one: Meant, views: Sequence[View]) -> dict[str, Any]:
    substance = one.substance
    return {
        "typed": one.typed,
        "substance": substance.code if substance is not None else None,
        "name": {"en": substance.name.en, "ja": substance.name.ja} if substance is not None else None,
        "spelling_is_confirmed": one.is_confirmed,
        "form": one.form,
        "statements": [_statement(said, views) for said in one.statements],
        "in_the_list": substance is not None,
        "forms_not_in_the_list": list(substance.silent_forms(one.form)) if substance is not None else [],
        "near": [near.code for near in one.near],
    }


def _statement(said: Statement, views: Sequence[View]) -> dict[str, Any]:
    line = _course_of(said, views).plan.timeline if views else None
    days = holds(said, line.first_dose, line.last_dose) if line is not None and said.verdict.is_conflict else None
    return {
        "form": said.form,
        "level": said.verdict.value,
        "reason": {"en": said.reason.en, "ja": said.reason.ja},
        "sources": list(said.sources),
        "confirmed": said.confirmed,
        "before": _of_margin(said.before),
        "after": _of_margin(said.after),
        "holds_from": _day(days.first) if days is not None else None,
        "holds_until": _day(days.last) if days is not None else None,
        "holds_now": days.has(views[-1].plan.today) if days is not None else None,
    }


def _of_margin(margin: Margin | None) -> dict[str, Any] | None:
    if margin is None:
        return None
    return {"span": str(margin.span), "sources": list(margin.sources), "confirmed": margin.confirmed}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None
