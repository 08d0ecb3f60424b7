"""Of several copies of an entry the newest holds, and of a series each day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import groupby

from tracker.calendar.invitations import series
from tracker.calendar.invitations.entries import Draft, Told
from tracker.calendar.invitations.times import Moment
from tracker.calendar.invitations.values import BrokenError, Cancellation, Invitation, Refused
from tracker.errors import N_, Phrase

_CONTRADICTED = N_("another entry with the same UID is as new and says something else")
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def told(drafts: list[Draft], today: date) -> Told:
    """What all entries together say."""
    invitations: list[Invitation] = []
    refused: list[Refused] = []
    cancellations: list[Cancellation] = []
    for of_one_uid in _by_uid(drafts):
        holding, contradicting = _holding(of_one_uid)
        refused += [draft.refused(draft.reason or Phrase(_CONTRADICTED)) for draft in contradicting]
        for draft in holding:
            one = _days(draft, [*holding, *contradicting], today)
            invitations += one.invitations
            refused += one.refused
            cancellations += one.cancellations
    named = tuple(sorted(_once_refused(refused), key=lambda one: one.entry or 0))
    return Told(tuple(invitations), named, tuple(cancellations))


def _by_uid(drafts: list[Draft]) -> Iterator[list[Draft]]:
    """The entries with one UID together; those without one each by themselves."""
    found: dict[object, list[Draft]] = defaultdict(list)
    for place, draft in enumerate(drafts):
        found[draft.said.uid or place].append(draft)
    yield from found.values()


def _holding(drafts: list[Draft]) -> tuple[list[Draft], list[Draft]]:
    """The newest copy of each entry, and those of which equally new ones say different things, which book nothing."""
    copies: dict[object, list[Draft]] = defaultdict(list)
    for draft in drafts:
        # An answer is no copy of what it answers.
        copies[draft.replaces, draft.is_answer].append(draft)
    holding: list[Draft] = []
    contradicting: list[Draft] = []
    for found in copies.values():
        latest = max(map(_age, found))
        newest = [draft for draft in found if _age(draft) == latest]
        if len({_content(draft) for draft in newest}) == 1:
            holding.append(newest[0])
        else:
            contradicting += newest
    return holding, contradicting


def _age(draft: Draft) -> tuple[int, datetime, bool]:
    """A cancellation is the last word on what is as new."""
    return draft.said.sequence, draft.said.stamp or _LONG_AGO, draft.is_cancelled


def _content(draft: Draft) -> object:
    if draft.is_cancelled and draft.reason is None:
        return True
    said = draft.said
    rules = tuple((one.name, one.value) for one in draft.component.all("RRULE", "RDATE", "EXDATE", "EXRULE"))
    return said.on, said.at, said.title, said.kinds, said.status, str(draft.reason or ""), rules


def _days(draft: Draft, others: list[Draft], today: date) -> Told:
    """The appointments of an entry: one, or those of a series that no other entry stands for."""
    if draft.reason is None and draft.is_cancelled:
        return Told(cancellations=(draft.cancellation(),))
    if draft.reason is not None or draft.start is None:
        return Told(refused=(draft.refused(draft.reason or Phrase(_CONTRADICTED)),))
    if draft.replaces is not None or not draft.repeats:
        return Told((draft.on(draft.start[0], draft.replaces),))
    try:
        found = series.days(draft.component, draft.start, draft.clock, today)
    except BrokenError as broken:
        return Told(refused=(draft.refused(broken.reason),))
    days = tuple(
        draft.on(moment, moment.key) for moment in found.moments if not any(_stands_for(one, moment) for one in others)
    )
    reasons = []
    if not found.moments:
        reasons.append(Phrase(N_("all its days are past")))
    if found.goes_on:
        last = draft.on(found.moments[-1], None).on
        reasons.append(Phrase(N_("it goes on after {last}; later days are not read"), {"last": last}))
    return Told(days, tuple(draft.refused(reason) for reason in reasons))


def _stands_for(other: Draft, moment: Moment) -> bool:
    """Whether another entry says what is on that day of a series."""
    if other.replaces is None or other.is_answer:
        return False
    keys = (moment.key, f"{moment.local:%Y%m%d}")
    if other.onwards:
        return moment.key >= other.replaces
    return other.replaces in keys


def _once_refused(found: list[Refused]) -> list[Refused]:
    key = lambda one: (one.title, str(one.on), str(one.at), str(one.reason), one.uid or "")  # noqa: E731
    return [next(copies) for _, copies in groupby(sorted(found, key=key), key)]
