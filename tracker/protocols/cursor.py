"""A place in a text that should be JSON: blanks, signs and texts in quotes, each as it was meant."""

from __future__ import annotations

import bisect
import json
import re
from typing import Any

from msgspec import Struct

from tracker.errors import N_, Phrase
from tracker.protocols.signs import BLANK, CLOSING, COMMENT, CURLY, LIKE, LOOSE_TEXT, TEXT, WRONG_INSIDE

_MOST_SLIPS = 50


class Slip(Struct, frozen=True):
    """Something that JSON does not allow."""

    offset: int
    problem: Phrase
    is_mended: bool
    """Whether there is no doubt what was meant, so that the rest of the file can be judged."""


class EnoughError(Exception):
    """So much is wrong that it is no text of this kind."""


class Cursor:
    """Where a text is read; what is no JSON on the way is noted and gone over."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.slips: list[Slip] = []
        self._line_ends = [match.start() for match in re.finditer("\n", text)]

    def line(self, offset: int) -> int:
        """The number of the line of an offset, from none."""
        return bisect.bisect_left(self._line_ends, offset)

    def is_at_end(self) -> bool:
        """Whether all is read."""
        return self.at >= len(self.text)

    def slip(self, offset: int, problem: str, *, mended: bool = True, **values: Any) -> None:
        """Note what is wrong at a place; of several the worst. ``problem`` is a gettext message id."""
        found = Slip(offset, Phrase(problem, values), mended)
        there = next((number for number, one in enumerate(self.slips) if one.offset == offset), None)
        if there is None:
            self.slips.append(found)
        elif self.slips[there].is_mended and not mended:
            self.slips[there] = found
        if len(self.slips) >= _MOST_SLIPS:
            raise EnoughError

    def blank(self) -> None:
        """Go on to what is no blank, over comments and blanks that JSON does not know."""
        while not self.is_at_end():
            if match := BLANK.match(self.text, self.at):
                self.at = match.end()
            elif match := COMMENT.match(self.text, self.at):
                self.slip(self.at, N_("JSON has no comments; take this one out"))
                self.at = match.end()
            elif self.text[self.at].isspace() or self.text[self.at] == "\ufeff":
                self.slip(self.at, N_("this blank is a special one; write a plain one"))
                self.at += 1
            else:
                return

    def sign(self) -> str:
        """The sign here, or the one of JSON that is meant by it."""
        here = self.text[self.at : self.at + 1]
        return LIKE.get(here, here)

    def take(self) -> None:
        """Go past the sign here."""
        here = self.text[self.at]
        if here in LIKE:
            self.slip(self.at, N_('"{found}" is not a sign of JSON; write "{right}"'), found=here, right=LIKE[here])
        self.at += 1

    def sign_from(self, offset: int) -> str:
        """The next sign from there on, behind blanks."""
        blank = BLANK.match(self.text, offset)
        place = blank.end() if blank else offset
        here = self.text[place : place + 1]
        return LIKE.get(here, here)

    def string(self) -> str:
        """Read the text in quotes here."""
        match = TEXT.match(self.text, self.at)
        if match and (CURLY.isdisjoint(match[0]) or self.goes_on_at(match.end())):
            self.at = match.end()
            return str(json.loads(match[0]))
        line = self.text[self.at + 1 :].partition("\n")[0]
        closed = self.closed_otherwise(line)
        if closed is not None:
            opener, closer = self.at, self.at + 1 + closed
            wrong = closer if self.text[opener] == '"' else opener
            self.slip(wrong, N_("{found} is no plain quote; write {right}"), found=self.text[wrong], right='"')
            self.at = closer + 1
            return line[:closed]
        if match:
            self.at = match.end()
            return str(json.loads(match[0]))
        return self.unclosed(line)

    def goes_on_at(self, offset: int) -> bool:
        """Whether what stands there can stand behind a value."""
        return self.sign_from(offset) in ("", ":", ",", "]", "}")

    def closed_otherwise(self, line: str) -> int | None:
        """Where in the rest of the line a text ends whose quotes are not plain."""
        closers = {CLOSING[self.text[self.at]], '"', *CURLY} if self.text[self.at] != '"' else CURLY
        last = len(line.rstrip()) - 1
        for place, sign in enumerate(line):
            if sign in closers and (place == last or self.goes_on_at(self.at + 2 + place)):
                return place
        return None

    def unclosed(self, line: str) -> str:
        """A text that is not closed on its line, or holds what no text may hold."""
        loose = LOOSE_TEXT.match(self.text, self.at)
        inside = WRONG_INSIDE.search(loose[0]) if loose else None
        if loose and inside:
            if inside[0] == "\\":
                self.slip(self.at + inside.start(), N_("a backslash is written twice: {right}"), right="\\\\")
            else:
                self.slip(self.at + inside.start(), N_("a tab or control character cannot stand inside a text"))
            self.at = loose.end()
            return "".join(one if one.isprintable() else " " for one in loose[1])
        self.slip(self.at, N_("this text is not closed on its line"), mended=False)
        body = line.rstrip().rstrip(",")
        self.at += 1 + len(body)
        return body
