"""Reads what stands in more than one place of a file of words: advice, numbers, what is asked about."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from tracker.errors import N_
from tracker.lexicon import Advice, Asked, Combination, Level, Part
from tracker.protocols.catalogue import text_in_both
from tracker.protocols.node import Members, Node

_LARGEST_GRADE, _LARGEST_COUNT = 9, 9999
"""What a code may say at most that can be meant."""
T = TypeVar("T")


def some(members: Members, key: str, read_one: Callable[[Node], T]) -> tuple[T, ...]:
    """The elements of a list that may be missing."""
    return members.each(key, read_one) if key in members else ()


def advice(node: Node) -> Advice:
    """What is to be done, and from when on."""
    members = node.object("level sources", "from longer_than_days stands_days confirmed raises text")
    found = Advice(
        level=members.get("level", lambda one: one.one_of(Level)),
        sources=members.each("sources", Node.text),
        least=members.optional("from", positive, 1),
        longer=members.optional("longer_than_days", positive, None),
        stands=members.optional("stands_days", positive, None),
        confirmed=members.optional("confirmed", Node.truth, True),  # noqa: FBT003 - the default of a member
        raises=members.optional("raises", Node.name, None),
        text=members.optional("text", text_in_both, None),
    )
    members.done()
    if (found.level is Level.RED_FLAG) != (found.raises is not None):
        node.note(N_('a red flag, and nothing else, says with "{key}" which one it is'), key="raises")
    return found


def combination(node: Node) -> Combination:
    """Symptoms that ask for more together."""
    members = node.object("together then", "within_days")
    found = Combination(
        parts=members.each("together", _part),
        advice=members.get("then", advice),
        within=members.optional("within_days", positive, 0),
    )
    members.done()
    return found


def _part(node: Node) -> Part:
    members = node.object("any", "from")
    found = Part(members.each("any", Node.name), members.optional("from", positive, 1))
    members.done()
    return found


def asked(node: Node) -> Asked:
    """What is asked about and never taken."""
    members = node.object("may_be", "said like")
    found = Asked(members.each("may_be", Node.name), some(members, "said", Node.text), some(members, "like", _pattern))
    members.done()
    return found


def _pattern(node: Node) -> str:
    text = node.text()
    try:
        re.compile(text)
    except re.error:
        node.wrong(N_("a regular expression"))
    return text


def positive(node: Node) -> int:
    """A number of things, of which there is one at least."""
    return most(node, "count")


def most(node: Node, value: str) -> int:
    """The most that can be meant of a value."""
    largest = _LARGEST_GRADE if value == "grade" else _LARGEST_COUNT
    if isinstance(node.value, bool) or not isinstance(node.value, int) or not 1 <= node.value <= largest:
        node.wrong(N_("a whole number from 1 to {most}"), most=largest)
    return node.value
