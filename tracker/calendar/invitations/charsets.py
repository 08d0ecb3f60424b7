"""The octets of a calendar file become its logical lines, whatever character set each is written in.

A file is unfolded before it is decoded: programs fold at 75 octets and split characters. What is UTF-8 is taken for
that, line by line, so that one damaged octet in a description makes no other line unreadable; the other lines are read
in the character set that the file names, or in the one in which they clearly say something (``guesses``).
"""

from __future__ import annotations

import codecs
import quopri
import re
from base64 import b64decode

from tracker.calendar.invitations.guesses import clear_in, guessed, is_utf8_by_chance, strictly

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_WIDE = (
    (re.compile(rb"(?:\0[\r\n ])*\0B\0E"), "utf-16-be"),
    (re.compile(rb"(?:[\r\n ]\0)*B\0E\0"), "utf-16-le"),
)
"""UTF-16 without a mark: BEGIN with a zero at each letter."""

_LINE_END = re.compile(rb"\r*\n|\r")
_QUOTED = re.compile(rb"^[^:]*;\s*(?:ENCODING\s*=\s*)?\"?QUOTED-PRINTABLE", re.IGNORECASE)
_CHARSET = re.compile(rb"^[^:]*;\s*CHARSET\s*=\s*\"?([\w.:-]+)", re.IGNORECASE)
_ANY_CHARSET = re.compile(rb"^[^:\r\n]*;\s*CHARSET\s*=\s*\"?([\w.:-]+)", re.IGNORECASE | re.MULTILINE)
_ISO_2022 = re.compile(rb"\x1b[$(]")
_UTF8_LETTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")

_TWO = 2
"""Octets of a letter that other character sets hit easily."""
_HALF = re.compile(r"[\uff61-\uff9f]")

UNREADABLE = "\ufffd"
"""Stands where an octet could not be read."""


def logical_lines(octets: bytes, said: str | None = None) -> list[str]:
    """The unfolded lines of a file; ``said`` is the character set that a mail names for it."""
    raw = _unfolded(narrow(octets))
    strange = [line for line in raw if not _is_plain(line)]
    if not strange:
        return [decoded.lstrip("\ufeff") for decoded in map(_plain, raw)]
    named = [_known(name.decode("ascii", "replace")) for name in _ANY_CHARSET.findall(b"\n".join(raw))]
    legacy = _legacy(strange, [_known(said), *named])
    return [_decoded(line, legacy).lstrip("\ufeff") for line in raw]


def unquoted(value: str, charset: str | None) -> str:
    """A quoted-printable value as text."""
    return _text(quopri.decodestring(value.encode("ascii", "replace")), charset)


def from_base64(value: str, charset: str | None) -> str:
    """A value in base64 as text; as it is where it is none."""
    try:
        return _text(b64decode("".join(value.split()), validate=True), charset)
    except ValueError:
        return value


def _text(octets: bytes, charset: str | None) -> str:
    if _is_plain(octets):
        return _plain(octets)
    return _legacy_text(octets, _legacy([octets], [_known(charset)]))


def narrow(octets: bytes) -> bytes:
    """The file in a character set that has ASCII in it, without a mark at its beginning."""
    for mark, name in _BOMS:
        if octets.startswith(mark):
            return octets.decode(name, "replace").encode()
    for sign, name in _WIDE:
        if sign.match(octets):
            return octets.decode(name, "replace").encode()
    return octets.removeprefix(codecs.BOM_UTF8)


def _unfolded(octets: bytes) -> list[bytes]:
    """The lines with what was folded put together again, soft line breaks of quoted-printable values too."""
    found: list[bytes] = []
    goes_on = False
    for line in _LINE_END.split(octets):
        if goes_on:
            found[-1] = found[-1].rstrip()[:-1] + line.lstrip()
        elif line[:1] in (b" ", b"\t") and found:
            found[-1] += line[1:]
        elif line:
            found.append(line)
        goes_on = bool(found) and found[-1].rstrip().endswith(b"=") and _QUOTED.match(found[-1]) is not None
    return found


def _is_plain(line: bytes) -> bool:
    """Whether it is UTF-8 or ISO-2022-JP, which can be told from all others."""
    try:
        _plain(line)
    except UnicodeDecodeError:
        return False
    return _ISO_2022.search(line) is not None or not is_utf8_by_chance(line)


def _plain(line: bytes) -> str:
    return line.decode("iso2022_jp_ext" if _ISO_2022.search(line) else "utf-8")


def _decoded(line: bytes, legacy: str | None) -> str:
    if _is_plain(line):
        return _plain(line)
    own = _CHARSET.match(line)
    name = _known(own[1].decode("ascii", "replace")) if own else None
    if name is not None:
        try:
            return line.decode(name)
        except UnicodeDecodeError:
            pass
    return _legacy_text(line, legacy)


def _legacy_text(line: bytes, legacy: str | None) -> str:
    """A line in the character set of its file; with signs of what cannot be read where it is in none."""
    text = strictly(line, legacy) if legacy is not None and not _is_damaged_utf8(line) else None
    return text if text is not None else line.decode("ascii" if _is_utf8(line) else "utf-8", "replace")


def _is_utf8(line: bytes) -> bool:
    return strictly(line, "utf-8") is not None


def _known(name: str | None) -> str | None:
    """The name under which this character set can be read; None for UTF-8, which was tried, and for unknown ones."""
    try:
        found = codecs.lookup(name or "utf-8").name
        text_only = codecs.decode(b"a", found)
    except (LookupError, ValueError, TypeError, UnicodeError):
        return None
    if found in ("utf-8", "ascii") or text_only != "a":
        return None
    # What calls itself Shift_JIS or Latin-1 is what Windows calls so: it has more characters.
    return {"shift_jis": "cp932", "iso8859-1": "cp1252"}.get(found, found)


def _legacy(lines: list[bytes], named: list[str | None]) -> str | None:
    """The character set of lines that are no UTF-8; None where that is not clear.

    Each is judged by itself: one that nothing can be made of takes the others with it to no wrong guess.
    """
    lines = [line for line in lines if not _is_damaged_utf8(line)]
    for name in filter(None, named):
        if lines and all(strictly(line, name) is not None for line in lines):
            return name
    found = set().union(*map(clear_in, lines))
    certain = {name for name in map(guessed, lines) if name is not None}
    return next(iter(found)) if len(found) == 1 else next(iter(certain)) if len(certain) == 1 else None


def _is_damaged_utf8(octets: bytes) -> bool:
    """Whether most of what is not ASCII is UTF-8: other character sets hit its forms by chance only.

    Read as Shift_JIS it has half-width kana among its kanji, which a text in Shift_JIS seldom has.
    """
    whole = _UTF8_LETTER.findall(octets)
    damaged = octets.decode("utf-8", "replace").count(UNREADABLE)
    if len(whole) < damaged or not whole:
        return False
    other = guessed(octets)
    if other is not None and not _HALF.search(octets.decode(other)):
        return False
    return len(whole) > damaged or any(len(one) > _TWO for one in whole)
