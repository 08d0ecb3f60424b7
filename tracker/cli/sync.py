"""``isotrack calendar sync``: a calendar on a server, the only command that uses the network."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

import click

from tracker.cli import paper, passphrase, passwords, planned, show, whose
from tracker.cli.base import Command, at_work, confirm, context, flags, option
from tracker.cli.choices import Choice
from tracker.cli.describe import dated
from tracker.cli.running import tell
from tracker.cli.tables import Column, table
from tracker.cli.typed import plain
from tracker.errors import N_, InputError, Phrase, StorageError
from tracker.i18n import _
from tracker.visible import visible

if TYPE_CHECKING:
    from tracker.dav import Server
    from tracker.journeys.calendar.sending import Synced
    from tracker.journeys.calendar.syncing import Setup
    from tracker.journeys.calendar.three_way import Difference

_LONGEST_COMMAND = 120
"""Seconds that the command for the password may take: somebody may have to unlock something."""
_ACTIONS = {"create": N_("new"), "update": N_("changed"), "delete": N_("deleted")}
_ELSEWHERE = {
    "moved": N_("moved"), "deleted": N_("deleted"), "ticked": N_("ticked"), "ended": N_("another last day"),
    "repeated": N_("repeats in another way"), "edited": N_("text or length changed"),
}  # fmt: skip


@click.command(
    cls=Command,
    help=N_(
        "Keep a calendar on a server (CalDAV) in step with the plan: one calendar of its own, made by the first sync."
        " What another device changed there is reported, and never overwritten unless you say so. The password comes"
        " from the keyring, from a command (--password-command or ISOTRACK_PASSWORD_COMMAND), or is asked for."
    ),
)
@option("--url", metavar="URL", help=N_("The server, the first time: https://..."))
@option("--user", metavar="NAME", help=N_("Your name on the server, the first time."))
@option("--as", "form", type=Choice(["event", "todo"]), help=N_("Events, or to-dos with a due day."))
@option("--password-command", metavar="COMMAND", help=N_("A program that prints the password."))
@option("--pull", is_flag=True, help=N_("Take over what another device moved, ticked or deleted."))
@option("--restore", is_flag=True, help=N_("Put the plan's own entries back in place of what another device changed."))
@option("--yes", is_flag=True, help=N_("Do not ask before the first time."))
@option("--stop", "ends", is_flag=True, help=N_("Use that server no more; nothing is deleted there."))
def sync(
    url: str | None,
    user: str | None,
    form: str | None,
    password_command: str | None,
    pull: bool,
    restore: bool,
    yes: bool,
    ends: bool,
) -> None:
    """Talk to the server."""
    from tracker.journeys.calendar import syncing

    if pull and restore:
        raise InputError(N_("--pull and --restore say the opposite of one another"))
    if ends:
        _stop()
        return
    where = _where(syncing.setup(context()), url, user, form)
    server, keep_password = _server(where, password_command)
    if flags().dry_run or (where.calendar is None and not yes):
        with paper.Passing() as passing:
            passing.show(_("Asking the server ..."))
            found = syncing.preview(context(), where, server, restore=restore)
        _say_what_leaves(where, found)
        if flags().dry_run:
            _say_kept(found)
            _say_left(found.left, pulling=False)
            return
        _agree()
    try:
        with paper.Passing() as passing, at_work():
            passing.show(_("Asking the server ..."))

            def count(done: int, of: int) -> None:
                passing.show(_("Sent: {done} of {of}").format(done=done, of=of))

            done = syncing.sync(context(), where, server, take_over=pull, restore=restore, on_step=count)
    except syncing.CutOffError as error:
        _report(where, error.done, pulling=pull)
        raise
    keep_password()
    _report(where, done, pulling=pull)


def _stop() -> None:
    """Use the server no more; the password goes with the last calendar that was kept there under that name.

    The password goes first: what is cut off in between is finished by the same command, which still knows its name.
    """
    from tracker.journeys.calendar import syncing

    at = context()
    was = syncing.kept_on(at)
    kept = passwords.Keep(was.user, was.url)
    named = [passwords.name_of(one.user, one.url) for one in syncing.setups(at).values()]
    if not flags().dry_run and named.count(kept.name) == 1:
        kept.forget_aloud()
    syncing.stop(at)
    whose.saved(N_("Saved: {url} is used no more. The calendar there is as it was."), url=was.url)


def _where(known: Setup | None, url: str | None, user: str | None, form: str | None) -> Setup:
    from tracker import dav
    from tracker.journeys.calendar.syncing import Setup
    from tracker.journeys.calendar.three_way import Form

    if known is not None:
        for said, kept in ((url, known.url), (user, known.user), (form, known.form)):
            if said is not None and said != kept:
                raise InputError(
                    N_("the calendar is kept on {url} ({user}, {form})"), N_("to change that: {command}"),
                    url=known.url, user=known.user, form=known.form.value, command="isotrack calendar sync --stop",
                )  # fmt: skip
        return known
    if user is not None and not plain(user):
        raise InputError(N_("the name is missing"), N_("for example: {command}"),
                         command="isotrack calendar sync --url https://... --user NAME")  # fmt: skip
    if url is None or user is None:
        raise InputError(
            N_("no server is known yet"), N_("the first time, say: {command}"),
            command="isotrack calendar sync --url https://... --user NAME",
        )  # fmt: skip
    dav.check_url(url)
    return Setup(url, user, Form(form or Form.EVENT))


def _server(where: Setup, password_command: str | None) -> tuple[Server, passwords.Keep]:
    from tracker import dav

    dav.require_library()
    command = password_command or os.environ.get("ISOTRACK_PASSWORD_COMMAND")
    keep = passwords.Keep(where.user, where.url)
    password = _printed_by(command) if command else keep.kept()
    if password is None:
        if sys.stdin is None or not sys.stdin.isatty():
            raise InputError(
                N_("no password is known for {name}"),
                N_(
                    "keep it in the keyring ({keyring}), or name a program that prints it each time"
                    " (--password-command or ISOTRACK_PASSWORD_COMMAND)"
                ),
                name=keep.name, keyring=f"keyring set {passwords.SERVICE} {keep.name}",
            )  # fmt: skip
        question = visible(_("Password for {name}").format(name=keep.name))
        password = keep.new = str(click.prompt(question, hide_input=True))
    server = dav.Server(dav.Account(where.url, where.user, password))
    click.get_current_context().call_on_close(server.close)
    return server, keep


def _printed_by(command: str) -> str:
    try:
        ran = subprocess.run(  # noqa: S603 - the user's own command, without a shell
            shlex.split(command),
            stdout=subprocess.PIPE,
            timeout=_LONGEST_COMMAND,
            check=True,
            env={name: value for name, value in os.environ.items() if name != passphrase.VARIABLE},
        )
        found = ran.stdout.decode().splitlines()
    except (OSError, ValueError, subprocess.SubprocessError):
        raise StorageError(N_("the program for the password failed: {command}"), command=command) from None
    if not found or not found[0]:
        raise StorageError(N_("the program for the password printed nothing: {command}"), command=command)
    return found[0]


def _agree() -> None:
    if sys.stdin is None or not sys.stdin.isatty():
        raise InputError(N_("nothing was sent: the first sync has to be agreed to"), N_("to agree, add --yes"))
    if not confirm(_("Send this?"), default=True):
        raise click.Abort


def _say_what_leaves(where: Setup, found: Synced) -> None:
    from tracker.calendar.settings import Titles
    from tracker.journeys.calendar import remembering

    whose.heading()
    show.say(N_("To {url}, as {user}:"), url=where.url, user=where.user)
    table(
        [N_("When"), Column(N_("Title"), prose=True, is_name=True), N_("Change")],
        ((planned.moment(one.when), one.title, _(_ACTIONS[one.action.value])) for one in found.sent),
    )
    if not found.sent and not found.left:
        show.say(N_("Nothing: the calendar there is the plan."))
    elif found.sent and remembering.settings(context()).settings.titles is Titles.FULL:
        show.say(N_("The titles say what they are about: anyone who sees the calendar can read them."))


def _report(where: Setup, done: Synced, *, pulling: bool) -> None:
    from tracker.calendar.merge import Action

    whose.heading()
    pulled = done.pulled
    if pulled.outcome is not None:
        for fact in pulled.outcome.recorded:
            whose.saved(N_("Saved: {text}."), text=dated(fact, Phrase(N_("new number {id}"), {"id": fact.id})))
        show.remarks(pulled.outcome.remarks)
        planned.moves(pulled.outcome.moved, pulled.outcome.reason)
    _table(N_("Taken over from another device:"), pulled.facts)
    _table(N_("Left as another device made it, until the plan changes it (--restore puts it back):"), pulled.left)
    counts = {action.value: done.count(action) for action in (Action.CREATE, Action.UPDATE, Action.DELETE)}
    show.say(N_("Sent to {url}: {create} new, {update} changed, {delete} deleted."), url=where.url, **counts)
    _say_kept(done)
    if done.unreadable:
        tell("! " + _("Entries there that cannot be read were left alone: {count}").format(count=done.unreadable))
    if done.busy:
        tell("! " + _("Another device changed {count} at the same moment; sync again.").format(count=done.busy))
    _say_left(done.left, pulling=pulling)


def _say_kept(found: Synced) -> None:
    if not found.kept:
        return
    show.say(N_("Single days that another device deleted or changed; they stay so (--restore puts them back):"))
    table(
        [Column(N_("Title"), prose=True, is_name=True), N_("Change"), N_("When")],
        ((one.title, _(N_("deleted")) if one.taken_out else _(N_("changed")), planned.moment(one.when))
         for one in found.kept),
    )  # fmt: skip


def _say_left(found: tuple[Difference, ...], *, pulling: bool) -> None:
    if not found:
        return
    _table(N_("Changed by another device, and left as it is:"), found)
    if pulling:
        show.say(N_("None of this can be taken over. To put the plan back: isotrack calendar sync --restore"))
    else:
        show.say(N_("To take over what the plan can: isotrack calendar sync --pull; to put the plan back: --restore"))


def _table(heading: str, found: tuple[Difference, ...]) -> None:
    if not found:
        return
    show.say(heading)
    table(
        [Column(N_("Title"), prose=True, is_name=True), N_("Change"), N_("In the plan"), N_("There")],
        (
            (one.title, _(_ELSEWHERE[one.elsewhere.value]),
             planned.moment(one.plan) if one.plan is not None else _("no longer planned"), planned.moment(one.here))
            for one in found
        ),
    )  # fmt: skip
