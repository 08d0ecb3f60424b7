"""``isotrack consent``: what is explained and signed before the first capsule, as a checklist."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tracker.cli import as_json as contract
from tracker.cli import paper, planned, show, whose
from tracker.cli.base import Command, as_json_option, context
from tracker.errors import N_, Phrase
from tracker.i18n import active
from tracker.rules import Text

if TYPE_CHECKING:
    from tracker.journeys.course.consenting import Consent, Ticked


@click.command(cls=Command, help=N_("Show what is explained and signed before the first capsule, as a checklist."))
@as_json_option()
@click.pass_context
def consent(ctx: click.Context, as_json: bool) -> None:
    """The checklist."""
    from tracker.journeys.course import consenting

    view, found = consenting.checklist(context())
    if as_json or ctx.find_root().meta.get("as_json"):
        today = view.plan.today.isoformat()
        contract.show({"patient": whose.label(), "today": today, "consents": [_contract(one) for one in found]})
        return
    whose.heading()
    if not found:
        show.say(N_("The programme asks for no consent."))
        return
    for one in found:
        _show(one)
    unticked = [point for one in found for point in one.open_points]
    if unticked:
        show.say(N_("When a point was explained: {command}"),
                 command=Phrase("isotrack log counselling {point}", {"point": _typed(unticked[0].point)}))  # fmt: skip
    if any(one.item.state.is_open for one in found):
        show.say(N_("When it was signed: {command}"), command="isotrack log consent")
    cited = {source for one in found for point in one.item.rule.points for source in point.sources}
    cited |= {source for one in found for source in one.item.rule.sources}
    show.say(N_("Sources:"))
    for source in view.protocol.sources:
        if source.id in cited:
            planned.cited(source.id, source.in_language(active().code), *filter(None, [source.dated]))
    show.say(N_("These are published rules, not medical advice: your clinic's word goes first."))


def _typed(point: str) -> Text:
    """How a point is typed in each language."""
    from tracker.journeys.course.consenting import FAMILY
    from tracker.vocabulary import vocabulary

    word = vocabulary(FAMILY).word(point)
    return Text(point, word.name.ja if word is not None else point)


def _show(one: Consent) -> None:
    item = one.item
    done = item.done
    if done is not None:
        show.say(N_("{what} ({key}): signed on {on}"), what=item.rule.title, key=item.key, on=done.on)
    else:
        show.say(N_("{what} ({key}): {state} ({due})"), what=item.rule.title, key=item.key,
                 state=Phrase(planned.STATES[item.state]), due=item.due)  # fmt: skip
    for point in one.points:
        _show_point(point)
    if not one.points:
        show.say(N_("  The sources name no points for it."))


def _show_point(one: Ticked) -> None:
    """A box with a cross in it, or an empty one, as on the form."""
    text = one.point.text.in_language(active().code)
    cited = planned.cite(one.point.sources, is_confirmed=one.point.confirmed)
    line = show.filled(N_("{code}: {text} [{sources}]"), code=_typed(one.point.point), text=text, sources=cited)
    if one.by is not None:
        line = show.filled(N_("{line} - explained on {on}"), line=line, on=one.by.on)
    paper.put(f"  [{'x' if one.by is not None else ' '}] {line}", hang=6)


def _contract(one: Consent) -> dict[str, Any]:
    item = one.item
    return {
        "key": item.key,
        "state": item.state.value,
        "due": item.due.isoformat(),
        "signed_on": item.done.on.isoformat() if item.done is not None else None,
        "title": {"en": item.rule.title.en, "ja": item.rule.title.ja},
        "points": [
            {"point": ticked.point.point, "text": {"en": ticked.point.text.en, "ja": ticked.point.text.ja},
             "confirmed": ticked.point.confirmed, "sources": list(ticked.point.sources),
             "explained_on": ticked.by.on.isoformat() if ticked.by is not None else None,
             "entry": ticked.by.id if ticked.by is not None else None}
            for ticked in one.points
        ],
    }  # fmt: skip
