"""Text that shows what it is: what moves a cursor, turns a line round or cannot be seen stands as an escape.

Whoever wrote a text, and by whichever way it came here (typed, from a file, an invitation, a server), it passes here
before it stands on a terminal, on a page or in JSON.
"""

from __future__ import annotations

import re
from functools import cache

_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f"
_HIDDEN = (
    "\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890-\u0891\u08e2\u115f-\u1160\u17b4-\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufeff\uffa0\ufff0-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff"
)
"""Signs of format (also those of a direction, of no width, and tags), ends of lines and half characters."""
_JOINER = "\N{ZERO WIDTH JOINER}"
_PICTURE = "\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
"""What a joiner joins to one picture: a family, a nurse."""


@cache
def _tricks(*, in_pictures: bool) -> re.Pattern[str]:
    """What is escaped; a joiner within a picture is not where ``in_pictures``. Made where it is first needed."""
    hidden = f"[{_CONTROLS}{_HIDDEN}]"
    return re.compile(f"(?!(?<=[{_PICTURE}]){_JOINER}[{_PICTURE}]){hidden}" if in_pictures else hidden)


def _escape(found: re.Match[str]) -> str:
    return escaped(found[0])


def escaped(text: str) -> str:
    """Every character of a text as JSON writes it without the character itself."""
    octets = text.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{octets[at : at + 4]}" for at in range(0, len(octets), 4))


def visible(text: str) -> str:
    """A text as a person reads it: every sign that could trick stands as its escape, ends of lines stay."""
    if text.isascii() and text.isprintable():
        return text
    return _tricks(in_pictures=True).sub(_escape, text)


def in_one_line(text: str) -> str:
    """The same where a line is all there is."""
    return visible(text.replace("\n", " / ").replace("\t", " "))


def json_for(text: str, encoding: str = "utf-8") -> str:
    """JSON as it may be printed in an encoding: what could trick, and what the encoding lacks, stands as its escape."""
    if text.isascii() and "\x7f" not in text:
        return text
    shown = _tricks(in_pictures=False).sub(_escape, text)
    try:
        shown.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return "".join(one if _has(encoding, one) else escaped(one) for one in shown)
    return shown


def _has(encoding: str, character: str) -> bool:
    try:
        character.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return character.isascii()
    return True
