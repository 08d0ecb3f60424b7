"""``isotrack doctor``: whether the database is well, and what to do where it is not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import click
from msgspec.structs import replace

from tracker.cli import as_json as contract
from tracker.cli import kinds, paper
from tracker.cli.base import Command, as_json_option, at_work, confirm, context, flags, is_asked, option
from tracker.cli.running import machine_day
from tracker.errors import FAILURE, N_, InputError, Phrase, counted
from tracker.facts import FactKind
from tracker.i18n import _, active

if TYPE_CHECKING:
    from tracker.journeys.context import Context
    from tracker.journeys.examining import Finding, accepting

_MOST = 20
"""As many findings of one sort as a person reads."""


@click.command(
    cls=Command,
    help=N_(
        "Look whether the database is well: its pages, its seals (whether every entry is still what was recorded), who"
        " can read it, where it lies, its copies, the files that calendars subscribe to; and say what to do about each."
        " Nothing is written. For cron: the exit code is 0 where all is well or there are warnings alone, 1 where"
        " something is wrong. What no copy can mend can be looked at and then accepted as it is, with --accept."
    ),
)
@option("--mend", is_flag=True, help=N_("Mend what can be mended without a loss: permissions, leftovers."))
@option("--accept", is_flag=True, help=N_(
    "Take entries that are not what was recorded as they are: they are shown first, and the file is kept as it was."
))  # fmt: skip
@option("--yes", is_flag=True, help=N_("Accept without asking."))
@as_json_option()
@click.pass_context
def doctor(ctx: click.Context, mend: bool, accept: bool, yes: bool, as_json: bool) -> None:
    """Examine it."""
    from tracker.db.engine import Database
    from tracker.db.rehearsal import Rehearsal
    from tracker.journeys import examining

    at = context()
    if isinstance(at.database, Rehearsal):
        mend = False
        at = replace(at, database=Database(at.database.link or at.database.path, settle=at.database.settle))
    as_json = as_json or ctx.find_root().meta.get("as_json", False)
    if accept:
        if mend:
            raise InputError(N_("--mend and --accept do not go together"), N_("first the one, then the other"))
        _accept(at, yes=yes, silently=as_json)
        if not as_json:
            return
    found = list(examining.examine(at, machine_day(), mend=mend))
    wrong = sum(one.level is examining.Level.WRONG for one in found)
    warnings = sum(one.level is examining.Level.WARNING for one in found)
    flags(ctx).alarmed = True  # it is about the file, and nobody's record
    if as_json:
        contract.show({
            "database": str(at.database.path), "well": not wrong, "wrong": wrong, "warnings": warnings,
            "findings": list(map(_for_programs, found)),
        })  # fmt: skip
    else:
        _print(found, str(at.database.path))
        if not wrong and not warnings:
            paper.put(_("All is well."))
        else:
            paper.put(active().fill(N_("{wrong}, {warnings}."), {
                "wrong": counted("{count} thing is wrong", "{count} things are wrong", count=wrong),
                "warnings": counted("{count} warning", "{count} warnings", count=warnings),
            }))  # fmt: skip
    if wrong:
        ctx.exit(FAILURE)


def _accept(at: Context, *, yes: bool, silently: bool) -> None:
    """Show what is not as it was recorded, and take it as it is once that is agreed to."""
    from tracker.cli.describe import dated
    from tracker.journeys.examining import accepting  # start-up: only where it is asked for

    flags().alarmed = True
    offer = accepting.look(at)
    say = (lambda _text: None) if silently else paper.put
    if not offer.findings:
        say(_("Every entry is as it was recorded: there is nothing to accept."))
        return
    for one in offer.findings:
        say("! " + _sentence(_in_words(one.text)))
    for fact in offer.now:
        say("- " + _sentence(active().fill(N_("Now it says: {text}"), {"text": dated(fact)})))
    _say_what_is_lost(offer, say)
    if offer.instead is not None:
        say("! " + _sentence(active().fill(N_("What was recorded is still there: {copy}"), {"copy": offer.instead})))
    say(_("What is accepted counts from then on as if it had been recorded so: compare it with your papers first. The"
          " file is kept as it is now, beside its copies."))  # fmt: skip
    if flags().dry_run:
        say(_("(dry run) Nothing was changed."))
        return
    if not yes:
        if silently or not is_asked():
            raise InputError(N_("nothing was accepted"), N_("to accept it without being asked: --yes"))
        if not confirm(_("Accept it as it is?"), default=False):
            raise InputError(N_("nothing was accepted"))
    with at_work():
        kept = accepting.accept(at, offer, machine_day())
    rows = counted("{count} row", "{count} rows", count=len({flaw.known[:3] for flaw in offer.flaws}))
    say(active().fill(N_("Accepted: {rows}. The file as it was before: {file}"), {"rows": rows, "file": str(kept)}))


def _say_what_is_lost(offer: accepting.Offer, say: Callable[[str], None]) -> None:
    for repair in offer.repairs:
        say("- " + _sentence(_in_words(repair.text)))
    if offer.torn:
        say(_("In a text that cannot be read \ufffd takes the place of what is lost."))
        say(_("An entry that cannot be read even then is taken out of the record."))


def _print(found: list[Finding], path: str) -> None:
    from tracker.journeys.examining import Level

    paper.put(active().fill(N_("Looked at: {file}"), {"file": path}))
    said: dict[str, int] = {}
    for one in found:
        if one.level is not Level.OK:
            said[one.check] = said.get(one.check, 0) + 1
            if said[one.check] > _MOST:
                continue
        if one.is_mended:
            paper.put("- " + _sentence(active().fill(N_("Mended: {text}"), {"text": _in_words(one.text)})))
            continue
        text = _sentence(_in_words(one.text))
        if one.advice is not None:
            text = active().fill(N_("{text} What to do: {advice}"), {"text": text, "advice": _in_words(one.advice)})
        if one.level is Level.WRONG:
            text = active().fill(N_("Wrong: {text}"), {"text": text})
        paper.put(("- " if one.level is Level.OK else "! ") + _sentence(text))
    for count in said.values():
        if count > _MOST:
            more = {"more": counted("{count} more like it", "{count} more like these", count=count - _MOST)}
            paper.put("! " + active().fill(N_("And {more}; --json lists them all."), more))


def _sentence(text: str) -> str:
    """A text of a message that may stand alone, or be an error in one line."""
    if text.endswith((".", "。", "?", ")", "）")) or not text:  # noqa: RUF001 - Japanese
        return text
    return text + ("。" if active().code == "ja" else ".")


def _in_words(phrase: Phrase) -> str:
    return active().fill(phrase.message, _told(phrase.values)) if type(phrase) is Phrase else str(
        active().value(phrase)
    )  # fmt: skip


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a text, kinds of entries by what they are called."""
    return {name: kinds.name(value) if isinstance(value, FactKind) else value for name, value in values.items()}


def _for_programs(one: Finding) -> dict[str, Any]:
    return {
        "check": one.check, "level": one.level.value, "text": _in_words(one.text),
        "advice": _in_words(one.advice) if one.advice is not None else None, "file": one.file,
        "patient": one.patient, "entry": one.entry, "kind": one.kind, "mended": one.is_mended,
    }  # fmt: skip
