"""What is said not to be there: nothing is logged of it, and no capsules are stopped for it."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from tracker.cli import complaints, denials, felt, paper, periods, said_beside, show, urgent
from tracker.cli.base import flags
from tracker.cli.complaints import Denied, Part, Said
from tracker.errors import N_, InputError, Listed, Phrase
from tracker.lexicon import as_typed


def is_all_well(parts: Sequence[Part]) -> bool:
    """Whether it is said that there is nothing at all, and no more."""
    return bool(parts) and all(_says_all_is_well(part) for part in parts)


def _says_all_is_well(part: Part) -> bool:
    return isinstance(part, Denied) and part.is_plain and not part.words


def say_that_nothing_needs_to_be_logged() -> None:
    """Say that a day without complaints needs no entry, and how it can be kept all the same.

    How the mood is nobody has said with it: that is asked, and never offered as an answer.
    """
    show.say(N_("A day without symptoms needs no entry; nothing was saved."))
    show.say(N_("To keep how your mood is: {command}; a symptom that has ended: {over}"), command="isotrack log mood",
             over=felt.example("isotrack over {}", "headache"))  # fmt: skip


def warn(parts: Sequence[Part], *, is_recorded: bool) -> None:
    """Say what the red flags ask for that are named; of what is plainly not there the crisis line alone, calmly.

    Those to which symptoms come together are said by what is recorded itself, where it is.
    """
    denied = [part for part in parts if isinstance(part, Denied) and part.is_plain]
    for part in parts:
        for word in complaints.words_of(part) if part not in denied else ():
            felt.warn(word, part.grade if isinstance(part, Said) else None)
    if any(word.is_crisis for part in denied for word in part.words) and flags().called is None:
        paper.put(urgent.calmly(urgent.countries()))
    for word in said_beside.raised_together(parts) if not is_recorded else ():
        felt.warn(word, None)


def refusal(part: Denied, beside: Sequence[Part]) -> InputError:
    """What was said not to be there, and what may be done about it."""
    named = [word for word in part.words if not word.is_flag and not word.records]
    named = said_beside.there(named) if part.is_near else named
    over = [as_typed("isotrack over {}", word) for word in named[:3]]
    advice = Phrase(N_("if it has ended: {commands}"), {"commands": Listed(tuple(over))})
    if not (over or part.words or part.is_plain or denials.says_nothing(part.text)):
        kept = periods.refusal(part, beside)
        return kept or said_beside.refused(
            N_('what is meant by the "not" of "{text}" is not clear; nothing was saved'),
            Phrase(N_("to keep it for your doctor in your own words: {command}; the words: {list}"),
                   {"command": f"isotrack ask {shlex.quote(part.text)}", "list": "isotrack list symptoms"}),
            part.text, beside,
        )  # fmt: skip
    if not over:
        advice = Phrase(N_("what is not there needs no entry; to keep it for your doctor in your own words: {command}"),
                        {"command": f"isotrack ask {shlex.quote(part.text)}"})  # fmt: skip
    return periods.refusal(part, beside) or said_beside.refused(
        N_('"{text}" says that something is not there; nothing was saved'), advice, part.text, beside
    )
