"""What is said to be taken beside the capsules, and is no name of one thing that can be."""

from __future__ import annotations

import re
import shlex

from tracker.errors import N_, InputError, Listed, Phrase
from tracker.facts.substances import Taken
from tracker.pharmacy import OF_THE_COURSE


def refuse_what_is_no_name(fact: Taken) -> None:
    """Raise InputError for what is not the name of one thing that is taken beside the capsules."""
    _refuse_what_names_nothing(fact)
    _refuse_several(fact.name)
    _refuse_the_medicine_of_the_course(fact.name)


def _refuse_what_names_nothing(fact: Taken) -> None:
    """Raise InputError for what is not said to be taken: a missed capsule, or that something has ended."""
    from tracker.mentioned import says_missed, without_what_says_over

    if says_missed(fact.name):
        raise InputError(N_('"{text}" is a missed capsule and no medicine; nothing was saved'),
                         N_("record it with: {command}"), text=fact.name,
                         command=f"isotrack log dose --missed --on {fact.on.isoformat()}")  # fmt: skip
    rest = without_what_says_over(fact.name)
    if rest is None:
        return
    from tracker.substances import meant_by

    if meant_by(fact.name).substance is not None:
        return
    raise InputError(
        N_('"{text}" says that something is not taken; nothing was saved'),
        N_("if it is taken no more: {command}") if rest else None, text=fact.name,
        command=Phrase(N_("isotrack log substance {name} --until DATE"), {"name": _quoted(rest)}),
    )  # fmt: skip


def _quoted(name: str) -> str:
    """A name as it is typed again."""
    return name if re.fullmatch(r"[\w-]+", name) else shlex.quote(name)


def _refuse_several(name: str) -> None:
    """Raise InputError for several names at once: which of them has ended, or begun, is to be said of each."""
    from tracker.substances import meant_by_all

    found = meant_by_all(name.split(" "))
    if len(found) > 1 and any(one.substance is not None for one in found):
        raise InputError(N_("these are several: {names}"), N_("log each by itself"),
                         names=Listed(tuple(one.typed for one in found)))  # fmt: skip


def _refuse_the_medicine_of_the_course(name: str) -> None:
    """Raise InputError for isotretinoin itself: it is taken as doses, and not beside them."""
    from tracker.substances import meant_by

    substance = meant_by(name).substance
    if substance is not None and substance.of_the_course:
        raise InputError(N_('"{text}" is not taken beside the capsules; nothing was saved'), OF_THE_COURSE, text=name,
                         name=substance.name, command="isotrack log dose")  # fmt: skip
