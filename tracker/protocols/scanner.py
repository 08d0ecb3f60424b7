"""Reads JSON as far as a person can have meant it, and says what is wrong with it, and where everything stands.

The ordinary reader of JSON stops at the first slip and names it by what it expected itself. This one is asked only
where that one failed, or where a mistake is to be shown on its line.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from msgspec import Struct, field

from tracker.errors import N_
from tracker.protocols.cursor import Cursor, EnoughError, Slip
from tracker.protocols.faults import Path, brief, shown
from tracker.protocols.signs import CLOSING, MEANT, NUMBER, WORD, WORDS

_DEEPEST = 50


class Scan(Struct):
    """What a text says."""

    value: Any = None
    slips: list[Slip] = field(default_factory=list)
    offsets: dict[Path, int] = field(default_factory=dict)
    """Where each value begins; the member of an object with its key."""
    repeated: list[Path] = field(default_factory=list)
    """Keys that their object has already."""
    is_whole: bool = False
    """Whether it was read to its end."""

    @property
    def is_clear(self) -> bool:
        """Whether there is no doubt what the text says."""
        return self.is_whole and all(slip.is_mended for slip in self.slips)


def scan(text: str) -> Scan:
    """Read a text; RecursionError where it is nested more deeply than a person would."""
    reader = _Reader(text)
    with suppress(EnoughError):
        reader.document()
        reader.found.is_whole = True
    return reader.found


class _Reader(Cursor):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.end_of_value = 0
        self.open: list[tuple[str, int]] = []
        """What closes the objects and lists that are open, the innermost last, and where they were opened."""
        self.suspects: list[int] = []
        """Where objects and lists were opened that begin on one line and go on on another."""
        self.is_comma_taken = False
        self.found = Scan(slips=self.slips)

    def document(self) -> None:
        self.blank()
        if self.is_at_end():
            self.slip(0, N_("the file is empty"), mended=False)
            return
        self.found.offsets[()] = self.at
        self.found.value = self.value(())
        self.blank()
        if not self.is_at_end():
            self.slip(self.at, N_("nothing is expected after the end"), mended=False)

    def value(self, path: Path) -> Any:
        if len(path) > _DEEPEST:
            raise RecursionError
        here = self.sign()
        if here == "{":
            found: Any = self.object(path)
        elif here == "[":
            found = self.list(path)
        elif here in CLOSING:
            found = self.string()
        else:
            found = self.word()
        self.end_of_value = self.at
        return found

    def word(self) -> Any:
        match = WORD.match(self.text, self.at)
        if match is None:
            self.slip(self.at, N_("a value is missing here"), mended=False)
            return None
        begun, word = self.at, match[0]
        self.at = match.end()
        if NUMBER.fullmatch(word):
            return json.loads(word)
        if word in WORDS:
            return WORDS[word]
        right = MEANT.get(word.lower(), word.lower())
        if right in WORDS:
            self.slip(begun, N_("write {right} instead of {found}"), right=right, found=word)
            return WORDS[right]
        if not self.is_at_end() and self.text[self.at] in CLOSING:
            self.at += 1
        self.slip(begun, N_("a text stands in quotes: {right}"), mended=self.goes_on_at(self.at), right=brief(word))
        return word

    def object(self, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for _opened in self.entries("{", "}"):
            begun, key = self.at, self.key()
            if key is None:
                continue
            self.blank()
            if self.sign() == ":":
                self.take()
            else:
                self.slip(self.end_of_value, N_('a colon is missing behind the key "{key}"'), key=shown(key))
            self.blank()
            inside = (*path, key)
            if key in found:
                self.found.repeated.append(inside)
            self.found.offsets[inside] = begun
            found[key] = self.value(inside)
        return found

    def key(self) -> str | None:
        if self.text[self.at] in CLOSING:
            key = self.key_in_quotes()
        elif match := WORD.match(self.text, self.at):
            key = match[0]
            self.slip(self.at, N_("a key stands in quotes: {right}"), right=brief(key))
            self.at = match.end()
        else:
            self.slip(self.at, N_("a key is expected here"), mended=False)
            self.at += 1
            return None
        self.end_of_value = self.at
        return key

    def key_in_quotes(self) -> str:
        begun = self.at
        key = self.string()
        before, colon, _behind = key.partition(":")
        if colon and self.sign_from(self.at) != ":":
            self.slip(begun, N_("this key is not closed before its colon"))
            key, self.at = before, begun + 1 + len(before)
        return key

    def list(self, path: Path) -> list[Any]:
        found: list[Any] = []
        for opened in self.entries("[", "]"):
            inside = (*path, len(found))
            before, begun = self.end_of_value, self.at
            value = self.value(inside)
            is_inside_an_object = len(self.open) > 1 and self.open[-2][0] == "}"
            if isinstance(value, str) and self.sign_from(self.at) == ":" and is_inside_an_object:
                # It was the next key of the object around.
                self.slips[:] = [one for one in self.slips if one.offset != before]
                self.never_closed(opened, "[", "]")
                self.at, self.is_comma_taken = begun, True
                self.open.pop()
                break
            self.found.offsets[inside] = begun
            found.append(value)
            self.at += self.at == begun
        return found

    def never_closed(self, begun: int, opening: str, closing: str) -> None:
        inside = [place for place in self.suspects if place > begun]
        if inside:
            begun = inside[-1]
            opening, closing = ("{", "}") if self.text[begun] in "{｛" else ("[", "]")
        message = N_('this "{opening}" is never closed with "{closing}"')
        self.slip(begun, message, mended=False, opening=opening, closing=closing)

    def entries(self, opening: str, closing: str) -> Iterator[int]:
        """Once for each entry between the two signs, where it begins; what stands between entries is taken here.

        It gives where the opening sign stands.
        """
        begun = self.at
        self.take()
        self.open.append((closing, begun))
        first = len(self.text)
        is_behind_an_entry = False
        while not self.closes(begun, opening, closing):
            if self.sign() == ",":
                self.comma(closing, is_wanted=is_behind_an_entry)
                is_behind_an_entry = False
                continue
            if is_behind_an_entry and not self.is_comma_taken:
                self.slip(self.end_of_value, N_("a comma is missing here"))
            self.is_comma_taken = False
            first = min(first, self.at)
            if self.line(begun) == self.line(first) != self.line(self.at) and begun not in self.suspects[-1:]:
                self.suspects.append(begun)
            yield begun
            is_behind_an_entry = True
        self.open.pop()

    def closes(self, begun: int, opening: str, closing: str) -> bool:
        """Whether an object or list ends here, as it should or because what is around it goes on."""
        self.blank()
        while self.is_stray(begun, closing):
            self.slip(self.at, N_('this "{found}" closes nothing'), found=self.text[self.at])
            self.at += 1
            self.blank()
        here = self.sign()
        if here == closing:
            self.take()
            return True
        if not here:
            signs = " ".join(sign for sign, _begun in reversed(self.open))
            message = N_("the file ends too early; it lacks: {signs}")
            self.slip(len(self.text.rstrip()), message, mended=False, signs=signs)
            return True
        around = self.open[-2][0] if len(self.open) > 1 else ""
        next_entry = here == "," and closing == "}" and around == "]" and self.sign_from(self.at + 1) == "{"
        if here in "]}" or next_entry:
            self.never_closed(begun, opening, closing)
            return True
        return False

    def is_stray(self, begun: int, closing: str) -> bool:
        """Whether a sign that closes is one too many, and not the end of something around what is open."""
        here = self.sign()
        if not here or here not in "]}" or here == closing:
            return False
        around = [place for sign, place in self.open if sign == here]
        if not around or (around == [self.open[0][1]] and self.sign_from(self.at + 1)):
            return True
        is_first_on_its_line = not self.text[self.text.rfind("\n", 0, self.at) + 1 : self.at].strip()
        return not is_first_on_its_line and self.line(begun) != self.line(self.at)

    def comma(self, closing: str, *, is_wanted: bool) -> None:
        begun = self.at
        self.take()
        self.blank()
        if not is_wanted or self.sign() == closing:
            self.slip(begun, N_("this comma is one too many"))
