"""New appointments find the planned items that they are for."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from tracker.calendar.invitations import Invitation
from tracker.engine.laws import check_new
from tracker.errors import N_, InputError, Phrase
from tracker.facts import Appointment, Standing
from tracker.journeys.booking import outside_the_window
from tracker.journeys.calendar.inviting.addressees import Addressees, Other
from tracker.journeys.calendar.inviting.decisions import (
    NEAR,
    Decision,
    booked_on,
    entry_of,
    nearest,
    refuses,
    says,
    stays,
    to_book,
    to_book_by_hand,
)
from tracker.journeys.calendar.inviting.known import Known, copy_of
from tracker.journeys.calendar.inviting.updates import appointment
from tracker.plan import Item
from tracker.rules import KIND_NAMES, Kind

_MOST_QUESTIONS = 3
"""About one item; what a file has more of is listed."""


class Fitting(Struct, frozen=True):
    """The new appointments of a file on their way to the items of a plan."""

    known: Known
    taken: frozenset[str]
    """Keys of the items that a newer copy in the same file is for."""
    meant: Addressees

    def fit(self, invitations: Sequence[Invitation]) -> list[Decision]:
        """Book what says what it is for; name or ask about everything else, last about what names another patient."""
        past = [refuses(one, N_("it is past")) for one in invitations if one.on < self.known.today]
        coming = [one for one in invitations if one.on >= self.known.today]
        ahead = [one for one in coming if self.meant.other(one) is None]
        own = self._own(ahead)
        taken = self.taken | {one.key for one in own if one.key is not None and one.question is None}
        others = [(one, other) for one in coming if (other := self.meant.other(one)) is not None]
        return [*past, *own, *replace(self, taken=taken).anothers(others)]

    def anothers(self, found: Sequence[tuple[Invitation, Other]]) -> Iterator[Decision]:
        """Ask whether what seems to be another patient's is for this one: what is nearest to an item, once of each."""
        wanted = []
        for one, _other in found:
            nearest = None if one.kinds else self._nearest(one)
            wanted += [(one, kind) for kind in one.kinds or ((nearest.kind,) if nearest is not None else ())]
        pairs = self._nearest_pairs([(place, *pair) for place, pair in enumerate(wanted)], self.taken)
        items: dict[int, list[Item]] = defaultdict(list)
        for place, item in pairs.items():
            items[wanted[place][0].entry].append(item)
        asked: set[int] = set()
        for one, other in found:
            if one.entry not in asked:
                asked.add(one.entry)
                yield from self._another(one, other, items[one.entry])

    def _another(self, one: Invitation, other: Other, items: list[Item]) -> Iterator[Decision]:
        reason, listed = other.reason(one), other.listed(one)
        done = [new for item in items if isinstance((new := self._book(one, item)).records, Appointment)]
        if not done:
            yield Decision(says=(listed,))
        for new in done:
            values = {"reason": reason, "name": self.meant.mine, "key": new.key}
            question = Phrase(N_("{reason} Is it for {name} ({key}) all the same?"), values)
            if new.takes_away is not None:
                question = Phrase(N_("{reason} Is it for {name} ({key}, in place of {booked}) all the same?"),
                                  values | {"booked": booked_on(new.takes_away)})  # fmt: skip
            yield replace(new, question=question, otherwise=(listed,), declined=(listed,))

    def _own(self, ahead: list[Invitation]) -> list[Decision]:
        said = self._said([one for one in ahead if one.kinds])
        booked = self.taken | {one.key for one in said if one.key is not None}
        return [*said, *self._unsaid([one for one in ahead if not one.kinds], booked)]

    def _said(self, said: list[Invitation]) -> list[Decision]:
        wanted = [(one, kind) for one in said for kind in one.kinds]
        there = {place: item for place, (one, kind) in enumerate(wanted) if (item := self._booked(one, kind))}
        held = self.taken | {item.key for item in there.values()}
        fitting = self._nearest_pairs([(place, *pair) for place, pair in enumerate(wanted) if place not in there], held)
        decisions: list[Decision] = []
        fits_nothing = []
        for place, (one, kind) in enumerate(wanted):
            if place in there:
                decisions.append(_there(one, there[place]))
            elif place in fitting:
                decisions.append(self._book(one, fitting[place]))
            else:
                fits_nothing.append((one, kind))
        return [*decisions, *self._fits_nothing(fits_nothing)]

    def _fits_nothing(self, found: list[tuple[Invitation, Kind]]) -> Iterator[Decision]:
        """Name what fits no item; of a series, how many of its days."""
        days = Counter((one.entry, kind) for one, kind in found)
        named = set()
        for one, kind in found:
            if (one.entry, kind) in named:
                continue
            named.add((one.entry, kind))
            item = nearest(self.known.open_items, one, kind)
            values: dict[str, Any] = {
                "entry": entry_of(one), "kind": Phrase(KIND_NAMES[kind]), "command": to_book_by_hand(item, one),
            }  # fmt: skip
            if days[one.entry, kind] == 1 and item is not None:
                said = N_("Not taken over: {entry} ({kind}): {key} is for another appointment. To book this one"
                          " instead: {command}")  # fmt: skip
                yield says(said, key=item.key, **values)
            elif days[one.entry, kind] == 1:
                yield says(N_("Not taken over: {entry} fits no planned item ({kind}). To book it: {command}"), **values)
            else:
                yield says(
                    N_("Not taken over: {count} days of a series from {entry} on fit no planned item ({kind})."
                       " To book one: {command}"), count=days[one.entry, kind], **values,
                )  # fmt: skip

    def _booked(self, one: Invitation, kind: Kind) -> Item | None:
        """The item of that kind that is booked for this very time."""
        found = (item for item in self._open(kind) if item.key not in self.taken)
        return next((item for item in found if _is_its_booking(item.appointment, one)), None)

    def _nearest_pairs(self, wanted: list[tuple[int, Invitation, Kind]], held: frozenset[str]) -> dict[int, Item]:
        """The item for each appointment: the nearest pair first, each once, and none of those that are held."""
        pairs = [
            (abs(item.due - one.on), item.due, place, item)
            for place, one, kind in wanted
            for item in self._open(kind)
            if abs(item.due - one.on) <= NEAR and item.key not in held
        ]
        found: dict[int, Item] = {}
        used = set()
        for _far, _due, place, item in sorted(pairs, key=lambda pair: pair[:3]):
            if place not in found and item.key not in used:
                found[place] = item
                used.add(item.key)
        return found

    def _open(self, *kinds: Kind) -> list[Item]:
        return [item for item in self.known.open_items if item.kind in kinds]

    def _book(self, one: Invitation, item: Item) -> Decision:
        new = appointment(item, one)
        try:
            check_new(new, self.known.view, self.known.today)
        except InputError as error:
            return refuses(one, error.message, **error.values)
        outside = outside_the_window(item, new)
        done = Decision(records=new, takes_away=item.appointment, says=() if outside is None else (outside,))
        if item.appointment is None:
            return done
        question = N_("{key} is booked already, on {booked}. Is it to be moved to {entry}?")
        listed = N_("Not taken over: {entry}. {key} is booked already, on {booked}; to move it: {command}")
        return replace(
            done, question=_about(question, one, item), otherwise=(_about(listed, one, item),),
            declined=(stays(item, item.appointment),),
        )  # fmt: skip

    def _unsaid(self, unsaid: list[Invitation], booked: frozenset[str]) -> Iterator[Decision]:
        """Ask about what does not say what it is for: whether it is for the item that it is nearest to."""
        near: dict[tuple[int, str], tuple[Invitation, Item]] = {}
        far: dict[int, Invitation] = {}
        for one in unsaid:
            there = self._booked_by_hand(one)
            if there is not None:
                yield _there(one, there)
                continue
            item = self._nearest(one)
            if item is None:
                far.setdefault(one.entry, one)
                continue
            before = near.get((one.entry, item.key))
            if before is None or abs(item.due - one.on) < abs(item.due - before[0].on):
                near[one.entry, item.key] = one, item
        asked = _nearest_of_each(list(near.values()))
        for one, item in near.values():
            yield self._offered(one, item, is_asked=item.key not in booked and one in asked[item.key])
        for one in far.values():
            if not any(entry == one.entry for entry, _key in near):
                yield refuses(one, N_("it does not say what it is for, and nothing is planned near it"))

    def _booked_by_hand(self, one: Invitation) -> Item | None:
        """The item that a person booked for this very time: they know what it is for."""
        if one.at is None:
            return None
        found = (
            item for item in self.known.open_items if item.appointment is not None and item.appointment.uid is None
        )
        return next((item for item in found if _is_its_booking(item.appointment, one)), None)

    def _offered(self, one: Invitation, item: Item, *, is_asked: bool) -> Decision:
        why = N_("Not taken over: {entry} does not say what it is for. If it is for {key}: {command}")
        if item.appointment is not None:
            why = N_("Not taken over: {entry} does not say what it is for. If it is for {key}, in place of {booked}:"
                     " {command}")  # fmt: skip
        listed = _about(why, one, item)
        new = self._book(one, item)
        if not is_asked or not isinstance(new.records, Appointment):
            return Decision(says=(listed,))
        question = N_("{entry} does not say what it is for. Is it for {key}?")
        if item.appointment is not None:
            question = N_("{entry} does not say what it is for. Is it for {key}, in place of {booked}?")
        return replace(
            new, question=_about(question, one, item), otherwise=(listed,),
            declined=(Phrase(N_("Not taken over: {entry}."), {"entry": entry_of(one)}),),
        )  # fmt: skip

    def _nearest(self, one: Invitation) -> Item | None:
        """The item that an appointment may be for: a visit, or else a test."""
        for kinds in ((Kind.VISIT,), (Kind.BLOOD_TEST, Kind.PREGNANCY_TEST)):
            near = nearest(self.known.open_items, one, *kinds)
            if near is not None:
                return near
        return None


def _nearest_of_each(near: list[tuple[Invitation, Item]]) -> dict[str, list[Invitation]]:
    """By the key of an item what it is asked about: not about every entry of a whole calendar."""
    found: dict[str, list[Invitation]] = defaultdict(list)
    for one, item in sorted(near, key=lambda pair: (abs(pair[1].due - pair[0].on), pair[0].on)):
        if len(found[item.key]) < _MOST_QUESTIONS:
            found[item.key].append(one)
    return found


def _is_its_booking(booked: Appointment | None, one: Invitation) -> bool:
    return booked is not None and (booked.on, booked.at) == (one.on, one.at)


def _there(one: Invitation, item: Item) -> Decision:
    """It is booked for that time; where it was booked by hand, it is remembered that this is the invitation of it."""
    booked, copy = item.appointment, copy_of(one)
    if booked is None or booked.uid is not None or copy is None:
        return says(N_("Already there: {key} on {on}."), known=True, key=item.key, on=one.on)
    remembered = replace(booked.by(copy, Standing.OWN), id=0, number=0)
    said = N_("Already there: {key} on {on}. It was booked by hand: the invitation moves it only when you say so.")
    return Decision(records=remembered, takes_away=booked, says=(Phrase(said, {"key": item.key, "on": one.on}),))


def _about(message: str, one: Invitation, item: Item) -> Phrase:
    booked = booked_on(item.appointment) if item.appointment is not None else None
    values = {"entry": entry_of(one), "key": item.key, "booked": booked, "command": to_book(item, one)}
    return Phrase(message, values)
