"""Adopting another programme, or a newer version, in a course that runs."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from tracker import protocols
from tracker.engine.comparison import Difference, laxer, origin
from tracker.engine.laws import check
from tracker.engine.overrides import without_a_place
from tracker.engine.view import Recount, View, laxer_in_force, recounted
from tracker.errors import N_, InputError, Phrase, ProtocolError
from tracker.facts import Override, Programme
from tracker.journeys.context import Context, look, seen
from tracker.journeys.writing import AlreadyThere, Outcome, UnitOfWork, carry_out
from tracker.plan import Move, moves
from tracker.rules import Protocol


class Proposal(Struct, frozen=True):
    """What adopting a programme would do: shown before it is confirmed."""

    fact: Programme
    name: Protocol
    before: View
    after: View
    moved: tuple[Move, ...]
    recounted: tuple[Recount, ...]
    laxer: tuple[Difference, ...]
    """In what it is laxer than the programme that holds on its day, with the clinic's own values in both."""
    left_out: tuple[tuple[Override, InputError], ...]
    """The clinic's own values that it does not take, though the programme that holds now does."""
    already: bool
    """Whether the course follows it on that day already."""
    held: str
    """Id and version of the programme that holds on that day."""


class Newer(Struct, frozen=True):
    """A newer version of the programme that a course follows."""

    name: str
    version: str
    source: str
    """What ``adopt`` takes: the id of a programme of isotrack, or the path of an own file."""
    is_own: bool


def programme_named(reference: str, today: date) -> tuple[Protocol, str | None]:
    """A shipped protocol by id or id@version, or a clinic's own file by path with its text, to be pinned."""
    if is_a_file(reference):
        text = protocols.read(Path(reference))
        return protocols.loads(text, reference), text
    return protocols.find(reference, today), None


def is_a_file(reference: str) -> bool:
    """Whether what was typed for a programme is the path of a file."""
    return reference.endswith(".json") or "/" in reference or "\\" in reference


def origin_of(own: Protocol) -> Protocol | None:
    """The shipped programme that a clinic's own one came from, if any."""
    return origin(own, protocols.shipped())


def laxer_than_its_origin(reference: str, today: date, *, can_become_pregnant: bool) -> tuple[list[Difference], str]:
    """In what a clinic's own file is laxer for a patient than the shipped programme that it came from, and that one."""
    own, _text = programme_named(reference, today)
    shipped = origin_of(own)
    if shipped is None:
        return [], ""
    return laxer(own, shipped, can_become_pregnant=can_become_pregnant), f"{shipped.id}@{shipped.version}"


def propose(context: Context, reference: str, on: date, note: str | None) -> Proposal:
    """What adopting a programme from a day on would do; nothing is recorded."""
    view = look(context)
    protocol, text = programme_named(reference, context.today)
    path = str(Path(reference).absolute()) if text is not None else None
    fact = Programme(on=on, protocol=protocol.id, version=protocol.version, text=text, path=path, note=note)
    check(fact, view, context.today)
    held = view.held_on(on)
    _not_another_of_the_same_name(protocol, view)
    already = (held.id, held.version, held.rules) == (protocol.id, protocol.version, protocol.rules)
    after = _with(view, fact, context.today)
    left_out = [one for one in without_a_place(protocol, view.history.overrides)
                if one[0] not in [own for own, _problem in without_a_place(held, view.history.overrides)]]  # fmt: skip
    return Proposal(
        fact, protocol, view, after, moves(view.plan, after.plan), recounted(view, after),
        tuple(laxer_in_force(protocol, held, view.history)), tuple(left_out), already, f"{held.id}@{held.version}",
    )  # fmt: skip


def adopt(context: Context, proposal: Proposal) -> Outcome:
    """Adopt what was proposed, as it was shown; where it is laxer, that is the clinic's word."""
    than = proposal.held if proposal.laxer else None

    def write(work: UnitOfWork) -> None:
        if proposal.already:
            raise AlreadyThere(work.view.history.programmes[-1] if work.view.history.programmes else proposal.fact)
        if {one.id for one in work.view.history.facts} != {one.id for one in proposal.before.history.facts}:
            raise InputError(N_("the course has changed meanwhile: look again at what would move"))
        work.record(replace(proposal.fact, laxer_than=than))

    return carry_out(context, "adopt", Phrase(N_("programme {protocol}"), {"protocol": proposal.fact.reference}), write)


def newer(view: View) -> Newer | None:
    """A newer version of the programme that a course follows: a shipped one, or what lies where the own file lay."""
    held = view.programmes.holds
    last = view.history.programmes[-1] if view.history.programmes else None
    if last is not None and last.path is not None:
        return _newer_file(last, last.path)
    newest = protocols.newest_in_force(held.id, view.plan.today)
    if newest is None or newest.version <= held.version:
        return None
    return Newer(held.id, newest.version, held.id, is_own=False)


def _newer_file(fact: Programme, path: str) -> Newer | None:
    try:
        text = protocols.read(Path(path))
        found = protocols.loads(text, path) if text != fact.text else None
    except (ProtocolError, OSError, ValueError):
        return None
    if found is None or found.id != fact.protocol or _in_order(found.version) <= _in_order(fact.version):
        return None
    return Newer(found.id, found.version, path, is_own=True)


def _in_order(version: str) -> list[tuple[int, str]]:
    """Versions as people count them: 10 comes after 9."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"([0-9]+)", version) if part]


def _with(view: View, fact: Programme, today: date) -> View:
    number = 1 + max((one.number for one in view.history.programmes), default=0)
    history = view.history.changed((), [replace(fact, number=number)])
    return seen(view.programmes.started, history, today, lambda: view.before)


def _not_another_of_the_same_name(protocol: Protocol, view: View) -> None:
    """Raise InputError where a file calls itself by the name of one that the course followed, and differs from it."""
    for known in (view.programmes.started, *view.programmes.adopted):
        same_name = (known.id, known.version) == (protocol.id, protocol.version)
        if same_name and known != protocol:
            raise InputError(
                N_("{protocol} is the name of the programme that this course followed, and this file differs from it"),
                N_("give it another version"),
                protocol=f"{protocol.id}@{protocol.version}",
            )
