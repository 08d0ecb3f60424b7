"""What of a record is not there yet: nothing is doubled, and of two that went different ways nothing is chosen.

Commands are known again by when they were carried out and what they recorded; facts that they recorded are then the
same facts. A record that has every command of the one here is its continuation: what was taken back or corrected there
is so here. Where each has commands of its own, what stands there and is not here yet is added, and a correction of
what was corrected here as well is a conflict.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from tracker.errors import N_, Phrase
from tracker.facts import Fact, kind_of
from tracker.protocols.faults import Fault, Path
from tracker.record import Disagreement
from tracker.whole import Carried, CourseWhole, Entry, Whole


class Addition(Struct, frozen=True):
    """What is to be added to a record, by the ids of the one that comes; what is there has its id of here."""

    commands: tuple[Carried, ...] = ()
    courses: tuple[CourseWhole, ...] = ()
    """New ones, without their facts."""
    entries: tuple[tuple[CourseWhole, Entry], ...] = ()
    """New ones, each with its course as it comes."""
    known_commands: Mapping[int, int] = field(default_factory=dict)
    known_courses: Mapping[int, int] = field(default_factory=dict)
    known_facts: Mapping[int, int] = field(default_factory=dict)
    changed: tuple[Carried, ...] = ()
    """Commands of here, by their ids here, that are taken back there, or stand there."""
    voided: tuple[tuple[int, int], ...] = ()
    """Facts of here, by their ids here, each with the command, as it comes, that voids it."""
    unvoided: tuple[int, ...] = ()
    differs: int = 0
    """Commands that are taken back in one of the two and stand in the other; they stay as they are here."""
    is_continued: bool = True
    """Whether the record that comes has everything of the one here."""
    faults: tuple[Fault, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether all of it is there already."""
        return not (self.commands or self.courses or self.entries or self.changed or self.voided or self.unvoided)


def addition(here: Whole, coming: Whole) -> Addition:
    """What of the record that comes is not here yet."""
    commands = _commands_known(here, coming)
    courses = {
        one.course.id: known.course.id
        for one in coming.courses for known in here.courses if known.course.uuid == one.course.uuid
    }  # fmt: skip
    facts = _facts_known(here, coming, commands)
    is_continued = len(commands) == len(here.commands)
    new = _Ways(here, coming, dict(commands), courses, facts)
    return new.continued() if is_continued else new.beside()


class _Ways(Struct):
    here: Whole
    coming: Whole
    commands: dict[int, int]
    courses: dict[int, int]
    facts: dict[int, int]

    def continued(self) -> Addition:
        """The record here becomes the one that comes."""
        by_id = {one.id: one for one in self.here.commands}
        entries = {one.fact.id: one for one in self.here.entries}
        changed, voided, unvoided, differs = [], [], [], 0
        has_new = len(self.coming.commands) > len(self.commands)
        for one in self.coming.commands:
            known = by_id.get(self.commands.get(one.id, 0))
            if known is not None and (one.undone_at, one.undone_order) != (known.undone_at, known.undone_order):
                if has_new:
                    changed.append(replace(one, id=known.id))
                else:
                    differs += (one.undone_at is None) != (known.undone_at is None)
        for entry in self.coming.entries:
            there = entries.get(self.facts.get(entry.fact.id, 0))
            if there is None or not has_new:
                continue
            by = self.commands.get(entry.voided_by, -1) if entry.voided_by is not None else None
            if by != there.voided_by:
                if entry.voided_by is None:
                    unvoided.append(there.fact.id)
                else:
                    voided.append((there.fact.id, entry.voided_by))
        new_entries = tuple(
            (course, entry) for course in self.coming.courses for entry in course.entries
            if entry.fact.id not in self.facts
        )  # fmt: skip
        return self._made(
            tuple(one for one in self.coming.commands if one.id not in self.commands), new_entries,
            tuple(changed), tuple(voided), tuple(unvoided), differs=differs, is_continued=True,
        )  # fmt: skip

    def beside(self) -> Addition:
        """What stands there and is not here is added to what was recorded here since."""
        standing = {one.id for one in self.coming.commands if one.undone_at is None}
        new = [one for one in self.coming.commands if one.id not in self.commands and one.id in standing]
        ids = {one.id for one in new}
        equal = _standing(self.here)
        entries, faults, voided = [], [], []
        for at, course in enumerate(self.coming.courses):
            for index, entry in enumerate(course.entries):
                path = ("courses", at, "facts", index)
                known = self.facts.get(entry.fact.id)
                if known is None and entry.command in ids:
                    same = equal.get((course.course.uuid, _said(entry.fact)))
                    if same is not None and self.coming.stands(entry):
                        self.facts[entry.fact.id] = same
                        continue
                    entries.append((course, entry))
                elif known is not None and entry.voided_by in ids:
                    there = next(one for one in self.here.entries if one.fact.id == known)
                    if self.here.stands(there):
                        voided.append((known, entry.voided_by))
                    elif not self._is_corrected_alike(course, entry, there, equal):
                        faults.append(self._disagreement(path, course, entry, there))
        used = {entry.command for _course, entry in entries} | {by for _fact, by in voided}
        used |= {entry.voided_by for _course, entry in entries if entry.voided_by is not None}
        used |= {one.command for one in self.coming.courses if one.course.id not in self.courses}
        differs = self._differing(standing)
        return self._made(tuple(one for one in new if one.id in used), tuple(entries), (), tuple(voided), (),
                          differs=differs, is_continued=False, faults=tuple(faults))  # fmt: skip

    def _differing(self, standing: set[int]) -> int:
        undone = self.here.undone
        return sum((there in standing) == (here in undone) for there, here in self.commands.items())

    def _is_corrected_alike(
        self, course: CourseWhole, entry: Entry, known: Entry, equal: Mapping[Any, int]
    ) -> bool:  # fmt: skip
        after = _in_place_of(entry, course)
        if not after:
            return not self._standing_for(known, course)
        return all((course.course.uuid, _said(one.fact)) in equal for one in after)

    def _standing_for(self, known: Entry, course: CourseWhole) -> list[Fact]:
        """What stands here of an entry that was corrected; nothing where it was removed."""
        return [one.fact for each in self.here.courses if each.course.uuid == course.course.uuid
                for one in each.entries if _is_of(one, known) and self.here.stands(one)]  # fmt: skip

    def _disagreement(self, path: Path, course: CourseWhole, entry: Entry, known: Entry) -> Disagreement:
        """One entry that was corrected or removed there and here, in two ways."""
        there, here = _in_place_of(entry, course), self._standing_for(known, course)
        problem = Phrase(N_("it was corrected or removed in both, in two ways"))
        return Disagreement(path, problem, there=there[0].fact if there else None, here=here[-1] if here else None)

    def _made(
        self, commands: tuple[Carried, ...], entries: tuple[tuple[CourseWhole, Entry], ...],
        changed: tuple[Carried, ...], voided: tuple[tuple[int, int], ...], unvoided: tuple[int, ...],
        *, differs: int, is_continued: bool, faults: tuple[Fault, ...] = (),
    ) -> Addition:  # fmt: skip
        courses = tuple(one for one in self.coming.courses if one.course.id not in self.courses)
        return Addition(
            commands, courses, entries, self.commands, self.courses, self.facts, changed, voided, unvoided, differs,
            is_continued, faults,
        )  # fmt: skip


def _in_place_of(entry: Entry, course: CourseWhole) -> list[Entry]:
    """What the command that voided an entry recorded in its place; nothing where it removed it."""
    return [one for one in course.entries if one.command == entry.voided_by and _is_of(one, entry)]


def _is_of(one: Entry, other: Entry) -> bool:
    """Whether two entries are the same one, before and after a correction."""
    return (kind_of(one.fact), one.fact.number) == (kind_of(other.fact), other.fact.number)


def _said(fact: Fact) -> Any:
    """What a fact says, without its number and id: what may be compared."""
    kind = kind_of(fact)
    return (kind.name, fact.on, fact.note, *kind.kept(fact).values())


def _standing(whole: Whole) -> dict[Any, int]:
    """By course and what they say, the facts that stand."""
    return {
        (course.course.uuid, _said(entry.fact)): entry.fact.id
        for course in whole.courses for entry in course.entries if whole.stands(entry)
    }  # fmt: skip


def _recorded(whole: Whole) -> dict[int, list[Any]]:
    """By command what it recorded, with its place."""
    found: dict[int, list[Any]] = defaultdict(list)
    for course in whole.courses:
        for entry in course.entries:
            found[entry.command].append((entry.fact.id, (course.course.uuid, _said(entry.fact))))
    return {command: sorted(those, key=lambda one: one[0]) for command, those in found.items()}


def _commands_known(here: Whole, coming: Whole) -> dict[int, int]:
    """By the id of each command that is here already its id here."""
    recorded = _recorded(here)
    known: dict[Any, list[int]] = defaultdict(list)
    for one in here.commands:
        known[_carried(one, recorded)].append(one.id)
    recorded, found = _recorded(coming), {}
    for one in coming.commands:
        those = known.get(_carried(one, recorded))
        if those:
            found[one.id] = those.pop(0)
    return found


def _carried(one: Carried, recorded: Mapping[int, list[Any]]) -> Any:
    return one.verb, one.recorded_at, tuple(said for _id, said in recorded.get(one.id, []))


def _facts_known(here: Whole, coming: Whole, commands: Mapping[int, int]) -> dict[int, int]:
    """By the id of each fact that a known command recorded its id here."""
    ours, theirs = _recorded(here), _recorded(coming)
    return {
        there[0]: known[0]
        for command, same in commands.items()
        for there, known in zip(theirs.get(command, []), ours.get(same, []), strict=True)
    }
