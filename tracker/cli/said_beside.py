"""What was said beside words that cannot be recorded as they stand: it is offered as well, and nothing is lost."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.cli import complaints, felt, show
from tracker.cli.base import context
from tracker.cli.complaints import Denied, Part, Said
from tracker.cli.parts import raised_by
from tracker.errors import N_, InputError, Listed, Phrase, TrackerError
from tracker.lexicon import Word, as_typed
from tracker.rules import Text
from tracker.vocabulary import vocabulary


def refused(message: str, advice: Phrase, text: str, beside: Sequence[Part]) -> InputError:
    """What was typed cannot be taken; with the commands for what else was said."""
    commands = tuple(one for part in dict.fromkeys(beside) if (one := _command(part)) is not None)
    if not commands:
        return InputError(message, advice.message, text=text, **advice.values)
    return InputError(message, N_("{advice}; for what else was said: {commands}"), text=text, advice=advice,
                      commands=Listed(commands))  # fmt: skip


def _command(part: Part) -> Phrase | None:
    word = next(iter(complaints.words_of(part)), None)
    if word is None:
        return None
    command: Text | str
    if isinstance(part, Denied):
        if part.is_near or word.is_flag or word.records:
            return None
        command = as_typed("isotrack over {}", word)
    elif word.code == "rf-pregnancy":
        command = "isotrack log pregnancy-test positive"
    elif word.records is not None:
        command = f"isotrack log risk {word.records}"
    else:
        grade = f" {part.grade}" if part.grade is not None and not word.is_flag and part.grade <= word.most else ""
        command = as_typed(f"isotrack log symptom {{}}{grade}" + (f" --since -{part.lasted}d" if part.lasted else ""),
                           word)  # fmt: skip
    return Phrase(N_("{command} ({what})"), {"command": command, "what": word.name})


def apart_from_denials(parts: Sequence[Part]) -> tuple[list[Part], list[Word]]:
    """The parts, and what they say not to be there where that is plain: it keeps nothing else from the record.

    Where anything else is not clear all parts are left. What is said both of is there.
    """
    said = [part for part in parts if isinstance(part, Said)]
    others = [part for part in parts if not isinstance(part, Said)]
    if not said or not all(isinstance(part, Denied) and part.is_plain for part in others):
        return list(parts), []
    there = {part.word.code for part in said}
    denied = [word for part in others for word in complaints.words_of(part) if word.code not in there]
    return [*said], list(dict.fromkeys(denied))


def say_what_is_denied(words: Sequence[Word]) -> None:
    """Say of symptoms that nothing is recorded of them, and how one of them ends that the record has as there."""
    if not words:
        return
    show.say(N_("Said not to be there, and not recorded: {what}"), what=Listed(tuple(word.name for word in words)))
    over = [as_typed("isotrack over {}", word) for word in there(words)]
    if over:
        show.say(N_("If it has ended: {commands}"), commands=Listed(tuple(over)))


def stop_at_both(parts: Sequence[Part], text: str) -> None:
    """Raise InputError where what has ended is said together with what goes on."""
    if any(isinstance(part, Denied) for part in parts) and any(isinstance(part, Said) for part in parts):
        commands = tuple(one for part in parts if (one := _command(part)) is not None)
        raise InputError(N_('"{text}" is not clear, and nothing was saved'), N_("did you mean: {commands}?"),
                         text=text, commands=Listed(commands))  # fmt: skip


def raised_together(parts: Sequence[Part]) -> list[Word]:
    """The red flags that symptoms come to together, where each may be meant by a part of its own."""
    data = vocabulary(felt.FAMILY).data
    codes = [{word.code for word in complaints.words_of(part)} for part in parts if not isinstance(part, Denied)]
    return raised_by(codes, data)


def there(near: Sequence[Word]) -> list[Word]:
    """Those of some symptoms that the record has as there, which alone can end."""
    from tracker.journeys.course import suffering

    try:
        found = suffering.complaints(context()).open if context().database.path.exists() else []
    except TrackerError:
        found = []
    words = [word for one in found if (word := vocabulary(felt.FAMILY).data.word(one.code)) is not None]
    return [word for word in near if word in words and not word.is_flag and not word.records]
