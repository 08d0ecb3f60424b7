"""In what a programme is laxer than another: listed, and asked for as the clinic's own word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tracker.cli import show
from tracker.cli.base import confirm, is_asked
from tracker.errors import N_, InputError
from tracker.i18n import _, active

if TYPE_CHECKING:
    from tracker.engine.comparison import Difference


def listed(found: Sequence[Difference], than: str) -> None:
    """Each thing that a programme asks for less than another, or on another day."""
    if not found:
        return
    show.say(N_("! Laxer than {protocol}, or on other days (only as your clinic's own word):"), protocol=than)
    for one in found:
        title = one.rule.title.in_language(active().code)
        show.say(N_("- {rule} ({title}): {what}"), rule=one.rule.id, title=title, what=active().value(one.what))


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
