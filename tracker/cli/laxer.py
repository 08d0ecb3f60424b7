"""In what a programme is laxer than another: in words, listed, and asked for as the clinic's own word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tracker.cli import paper
from tracker.cli.base import confirm, is_asked
from tracker.cli.terms import STRENGTHS, point
from tracker.dates import Span
from tracker.errors import N_, InputError, Phrase
from tracker.i18n import _, active
from tracker.rules import KIND_NAMES, Anchor, FirstDay, Kind, Mode, Strength

if TYPE_CHECKING:
    from tracker.engine.comparison import Difference

_CHANGES = {
    "kind": N_("it is a {new}, no longer a {old}"),
    "strength": N_("it is {new}, no longer {old}"),
    "anchor": N_("it is counted from {new}, no longer from {old}"),
    "offset": N_("it is due {new}, in place of {old}"),
    "earliest": N_("it may come {new} after {anchor}, in place of {old}"),
    "mode": N_("it is {new}, no longer {old}"),
    "every": N_("it comes every {new}, in place of every {old}"),
    "first": N_("the first one comes after {new}, in place of {old}"),
    "from": N_("it begins at {new}, no longer at {old}"),
    "lead": N_("it begins {new} ahead, in place of {old}"),
    "until": N_("it ends at {new}, no longer at {old}"),
    "tail": N_("it goes on for {new} after the end, in place of {old}"),
    "opened_by": N_("its days are counted from {new}, no longer from {old}"),
    "length": N_("there are {new} for it, in place of {old}"),
    "first_day": N_("the day from which it is counted {new}, where before it {old}"),
    "window.before": N_("it may be done up to {new} early, in place of {old}"),
    "window.after": N_("it may be done up to {new} late, in place of {old}"),
}
"""By the field of a rule, what it means that it is another."""
_NAMES: dict[Any, str] = {
    **KIND_NAMES,
    **STRENGTHS,
    Mode.GRID: N_("on fixed days"),
    Mode.FROM_LAST_DONE: N_("counted from the last one done"),
    FirstDay.COUNTS: N_("is day 1"),
    FirstDay.DOES_NOT_COUNT: N_("is not counted"),
    FirstDay.UNCLEAR: N_("may be counted or not"),
}


def in_words(what: Phrase) -> Phrase:
    """A difference without the names of fields and values that files have."""
    field = what.values.get("field")
    if field is None:
        return what
    values = {name: _in_words(field, value) for name, value in what.values.items() if name != "field"}
    return Phrase(_CHANGES[field.partition(" ")[0]], values)


def _in_words(field: str, value: Any) -> Any:
    match value:
        case Kind() | Strength() | Mode() | FirstDay():
            return Phrase(_NAMES[value])
        case Anchor():
            return point(value)
        case Span() if field == "offset":
            return _apart(value)
    return value


def _apart(span: Span) -> Phrase:
    if not span.count:
        return Phrase(N_("on the same day"))
    return Phrase(N_("{span} before") if span.count < 0 else N_("{span} after"), {"span": span})


def listed(found: Sequence[Difference], than: str, *, with_fields: bool = False) -> None:
    """Each thing that a programme asks for less than another, or on another day; with what its file calls it, too."""
    if not found:
        return
    fill = active().fill
    message = N_("! Laxer than {protocol}, or on other days (only as your clinic's own word):")
    paper.put(fill(message, {"protocol": than}))
    for one in found:
        what, field = in_words(one.what), one.what.values.get("field")
        if with_fields and field is not None:
            what = Phrase(N_("{what} ({field})"), {"what": what, "field": field})
        title = one.rule.title.in_language(active().code)
        named = N_("- {rule} ({title}): {what}") if with_fields else N_("- {title}: {what}")
        paper.put(fill(named, {"rule": one.rule.id, "title": title, "what": what}))


def is_agreed_to(found: Sequence[Difference], than: str, *, clinic_confirmed: bool) -> bool:
    """Whether the clinic's word stands for it: listed, and asked for where nobody has said so."""
    listed(found, than)
    if not found or clinic_confirmed:
        return True
    if not is_asked():
        raise InputError(
            N_("this programme is laxer than {protocol} in what is listed above: that needs your clinic's word"),
            N_("if your clinic told you so, add --clinic-confirmed"),
            protocol=than,
        )
    return confirm(_("Is all of that your clinic's own word?"), default=False)
