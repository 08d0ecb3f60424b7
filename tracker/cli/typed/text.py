"""Characters as they are typed, in plain forms."""

from __future__ import annotations

import re
import unicodedata

from tracker.errors import N_, InputError
from tracker.facts.kind import LONGEST_NOTE

_LONGEST_NAME = 80
_NOT_IN_A_NAME = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""Signs that move the cursor, turn the line round or cannot be seen."""
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u2060\ufeff"))
_DASHES = "[\N{MINUS SIGN}\u2010-\u2015\N{KATAKANA-HIRAGANA PROLONGED SOUND MARK}](?=[0-9])"
"""What keyboards give for a hyphen before a digit."""
_MONTH = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?)"
)
_RUN_TOGETHER = rf"(?i)(?<=[0-9])(?={_MONTH}(?![a-z]))|(?<![a-z]){_MONTH}(?=[0-9])"
"""Where a number and a month stand without a blank between them."""


def plain(text: str) -> str:
    """``text`` in plain forms of its characters, without blanks around it; InputError for what cannot be stored."""
    if any(unicodedata.category(character) in ("Cs", "Cc") and character not in "\t\n" for character in text):
        raise InputError(N_("the text has characters that cannot be stored"))
    return unicodedata.normalize("NFKC", text.translate(_UNSEEN)).strip()


def plain_day(text: str) -> str:
    """The plain form of a day or a time, with plain hyphens, and a blank between a number and the name of a month."""
    found = re.sub(_DASHES, "-", plain(text))
    return re.sub(_RUN_TOGETHER, lambda month: f"{month[0]} ", found) if re.search("[a-zA-Z]", found) else found


def read_name(typed: str) -> str:
    """A patient's name in composed form, in one line; InputError for what is none or cannot be seen for what it is."""
    text = unicodedata.normalize("NFC", typed).strip(" \N{IDEOGRAPHIC SPACE}")
    if not any(character.isalnum() for character in text):
        raise InputError(N_('"{text}" is not a name'), text=text)
    if text.startswith("-"):
        raise InputError(N_('"{text}" looks like a flag: a name is missing'), text=text)
    if any(unicodedata.category(character) in _NOT_IN_A_NAME for character in text):
        raise InputError(N_("a name is one line of letters: no line ends, tabs or invisible signs"))
    if len(text) > _LONGEST_NAME:
        raise InputError(N_("the name is too long (at most {most} letters)"), most=_LONGEST_NAME)
    return text


def read_note(typed: str) -> str:
    """A text of the user's own in composed form; InputError for what no calendar or terminal can take."""
    text = unicodedata.normalize("NFC", typed.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if not plain(text):
        raise InputError(N_("the text is empty"))
    if len(text.encode()) > LONGEST_NOTE:
        raise InputError(N_("the text is too long (at most {most} bytes)"), most=LONGEST_NOTE)
    return text
