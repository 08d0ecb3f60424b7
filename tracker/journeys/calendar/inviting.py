"""An invitation from the clinic becomes a booking for the planned item that it fits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta

from tracker.calendar.invitations import Invitation, Refused, Status, read
from tracker.engine.laws import check_new
from tracker.errors import N_, InputError, Phrase
from tracker.facts import Appointment
from tracker.journeys.context import Context
from tracker.journeys.writing import AlreadyThere, Outcome, UnitOfWork, carry_out
from tracker.plan import Item
from tracker.rules import KIND_NAMES, Kind

_NEAR = timedelta(days=15)
"""Half a month: an appointment farther from every planned item fits none."""
_LONGEST_TITLE = 200
_TO_BOOK = Phrase(N_("isotrack book KEY DATE"))


class NothingTakenError(InputError):
    """No entry of a file became a booking; ``remarks`` say of each why."""

    def __init__(self, message: str, hint: str, remarks: Iterable[Phrase], **values: object) -> None:
        super().__init__(message, hint, **values)
        self.remarks = tuple(remarks)


def import_appointments(context: Context, octets: bytes) -> Outcome:
    """Book every appointment of the file that says what it is for, lies ahead and fits an open item without a booking.

    The others are named with the reason, and with the command that books them; what was booked before stays.
    """
    remarks: list[Phrase] = []

    def write(work: UnitOfWork) -> None:
        taking = _Taking(context, work)
        reading = read(octets, work.view.course.timezone, context.today)
        for one in reading.refused:
            _say_refused(work, one)
        taking.take(reading.invitations)
        remarks.extend(work.remarks)
        if work.recorded:
            return
        if taking.known:
            raise AlreadyThere(taking.known[-1])
        raise taking.nothing()

    done = carry_out(context, "calendar import-appointments", Phrase(N_("appointments taken over")), write)
    return replace(done, remarks=tuple(remarks))


@dataclass(frozen=True, slots=True)
class _Taking:
    """The appointments of one file on their way to the items of a plan."""

    context: Context
    work: UnitOfWork
    known: list[Appointment] = field(default_factory=list)
    """The bookings that were there already."""
    called_off: list[tuple[Invitation, Item]] = field(default_factory=list)

    def take(self, invitations: tuple[Invitation, ...]) -> None:
        """Book what can be booked, and say of everything else why not."""
        ahead = []
        for one in invitations:
            if one.is_cancelled:
                self._say_cancelled(one)
            elif one.on < self.context.today:
                self._say(N_("it is past"), one)
            else:
                ahead.append(one)
        self._take_said([one for one in ahead if one.kinds])
        self._offer_unsaid([one for one in ahead if not one.kinds])

    def nothing(self) -> NothingTakenError:
        """The error where nothing was booked."""
        if not self.called_off:
            return NothingTakenError(
                N_("no appointment in the file fits the plan"), N_("to book one: {command}"), self.work.remarks,
                command=_TO_BOOK,
            )  # fmt: skip
        one, item = self.called_off[0]
        return NothingTakenError(
            N_("{title} on {on} is cancelled: that is the booking of {key}"), N_("to take it away: {command}"),
            self.work.remarks, title=one.title or "-", on=one.on, key=item.key,
            command=f"isotrack book {item.key} --cancel",
        )  # fmt: skip

    def _take_said(self, said: list[Invitation]) -> None:
        wanted = [(one, kind) for one in said for kind in one.kinds]
        booked = {
            place: item for place, (one, kind) in enumerate(wanted) if (item := self._booked(one, kind)) is not None
        }
        held = {item.key for item in booked.values()}
        fitting = self._fitting([(place, *pair) for place, pair in enumerate(wanted) if place not in booked], held)
        fits_nothing = []
        for place, (one, kind) in enumerate(wanted):
            if place in booked:
                self._say_there(one, booked[place])
            elif place in fitting:
                self._book(one, fitting[place])
            else:
                fits_nothing.append((one, kind))
        self._say_fits_nothing(fits_nothing)

    def _booked(self, one: Invitation, kind: Kind) -> Item | None:
        """The item of that kind that is booked for this very time."""
        return next((item for item in self._open(kind) if _is_its_booking(item, one)), None)

    def _fitting(self, wanted: list[tuple[int, Invitation, Kind]], held: set[str]) -> dict[int, Item]:
        """The item for each appointment: the nearest pair first, each once, and none of those that are held."""
        pairs = [
            (abs(item.due - one.on), item.due, place, item)
            for place, one, kind in wanted
            for item in self._open(kind)
            if abs(item.due - one.on) <= _NEAR
        ]
        found: dict[int, Item] = {}
        for _far, _due, place, item in sorted(pairs, key=lambda pair: pair[:3]):
            if place not in found and item.key not in held:
                found[place] = item
                held.add(item.key)
        return found

    def _open(self, *kinds: Kind) -> list[Item]:
        return [item for item in self.work.view.plan.items if item.kind in kinds and item.state.is_open]

    def _book(self, one: Invitation, item: Item) -> None:
        booked = item.appointment
        if booked is not None:
            self.work.say(
                N_("Not taken over: {entry}. {key} is booked already, on {booked}; to move it: {command}"),
                entry=_entry(one.title, one.on, one.at), key=item.key, booked=_when(booked.on, booked.at),
                command=_command(item, one),
            )  # fmt: skip
            return
        fact = Appointment(on=one.on, key=item.key, at=one.at, note=one.title[:_LONGEST_TITLE] or None)
        try:
            check_new(fact, self.work.view, self.context.today)
        except InputError as error:
            self._say(error.message, one, **error.values)
            return
        self.work.record(fact)
        if one.status is Status.TENTATIVE:
            self.work.say(N_("{key} on {on} is tentative: it is not confirmed yet."), key=item.key, on=one.on)

    def _offer_unsaid(self, unsaid: list[Invitation]) -> None:
        """Name what does not say what it is for, with the command for the item that it is nearest to."""
        near: dict[tuple[int, str], tuple[Invitation, Item]] = {}
        far: dict[int, Invitation] = {}
        for one in unsaid:
            item = self._nearest(one)
            if item is None:
                far.setdefault(one.entry, one)
                continue
            before = near.get((one.entry, item.key))
            if before is None or abs(item.due - one.on) < abs(item.due - before[0].on):
                near[one.entry, item.key] = one, item
        for one, item in near.values():
            self.work.say(
                N_("Not taken over: {entry} does not say what it is for. If it is for {key}: {command}"),
                entry=_entry(one.title, one.on, one.at), key=item.key, command=_command(item, one),
            )  # fmt: skip
        for one in far.values():
            if not any(entry == one.entry for entry, _key in near):
                self._say(N_("it does not say what it is for, and nothing is planned near it"), one)

    def _nearest(self, one: Invitation) -> Item | None:
        """The item that an appointment may be for: a visit, or else a test."""
        for kinds in ((Kind.VISIT,), (Kind.BLOOD_TEST, Kind.PREGNANCY_TEST)):
            near = [item for item in self._open(*kinds) if abs(item.due - one.on) <= _NEAR]
            if near:
                return min(near, key=lambda item: (abs(item.due - one.on), item.due))
        return None

    def _say_fits_nothing(self, found: list[tuple[Invitation, Kind]]) -> None:
        """Name what fits no item; of a series, how many of its days."""
        days = Counter((one.entry, kind) for one, kind in found)
        named = set()
        for one, kind in found:
            if (one.entry, kind) in named:
                continue
            named.add((one.entry, kind))
            values = {"entry": _entry(one.title, one.on, one.at), "kind": Phrase(KIND_NAMES[kind]), "command": _TO_BOOK}
            if days[one.entry, kind] == 1:
                self.work.say(
                    N_("Not taken over: {entry} fits no planned item ({kind}). To book it: {command}"), **values
                )
            else:
                self.work.say(
                    N_("Not taken over: {count} days of a series from {entry} on fit no planned item ({kind})."
                       " To book one: {command}"), count=days[one.entry, kind], **values,
                )  # fmt: skip

    def _say_cancelled(self, one: Invitation) -> None:
        item = next(
            (item for item in self.work.view.plan.items if item.state.is_open and _is_its_booking(item, one)), None
        )
        if item is None:
            self._say(N_("it is cancelled"), one)
            return
        self.called_off.append((one, item))
        self.work.say(
            N_("{entry} is cancelled: that is the booking of {key}. To take it away: {command}"),
            entry=_entry(one.title, one.on, one.at), key=item.key, command=f"isotrack book {item.key} --cancel",
        )  # fmt: skip

    def _say_there(self, one: Invitation, item: Item) -> None:
        self.work.say(N_("Already there: {key} on {on}."), key=item.key, on=one.on)
        if item.appointment is not None:
            self.known.append(item.appointment)

    def _say(self, reason: str, one: Invitation, **values: object) -> None:
        entry = _entry(one.title, one.on, one.at)
        self.work.say(N_("Not taken over: {entry} ({reason})."), entry=entry, reason=Phrase(reason, values))


def _say_refused(work: UnitOfWork, one: Refused) -> None:
    if one.entry is None:
        work.say(N_("Not everything could be read: {reason}."), reason=one.reason)
        return
    entry = _entry(one.title, one.on, one.at)
    if not one.title:
        entry = Phrase(N_("entry {number} of the file"), {"number": one.entry})
    work.say(N_("Not taken over: {entry} ({reason})."), entry=entry, reason=one.reason)


def _entry(title: str, on: date | None, at: time | None) -> Phrase:
    if on is None:
        return Phrase(N_('"{title}"'), {"title": title or "-"})
    return Phrase(N_('"{title}" on {when}'), {"title": title or "-", "when": _when(on, at)})


def _when(on: date, at: time | None) -> Phrase:
    return Phrase("{on}", {"on": on}) if at is None else Phrase("{on} {at}", {"on": on, "at": f"{at:%H:%M}"})


def _command(item: Item, one: Invitation) -> str:
    return f"isotrack book {item.key} " + (str(one.on) if one.at is None else f'"{one.on} {one.at:%H:%M}"')


def _is_its_booking(item: Item, one: Invitation) -> bool:
    booked = item.appointment
    return booked is not None and (booked.on, booked.at) == (one.on, one.at)
