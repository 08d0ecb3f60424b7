"""The octets of a calendar file become its logical lines, whatever character set each is written in.

A file is unfolded before it is decoded: programs fold at 75 octets and split characters. What is UTF-8 is taken for
that, line by line, so that one damaged octet in a description makes no other line unreadable; the other lines are read
in the character set that the file names, or in the one whose reading looks like Japanese or like a Western language.
"""

from __future__ import annotations

import codecs
import quopri
import re
from base64 import b64decode

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

_JAPANESE = r"\u3000-\u30ff\u4e00-\u9fff\uff01-\uff60\uffe0-\uffe6"
_HALF_WIDTH = r"\uff61-\uff9f"
_KANA = re.compile(r"[\u3041-\u30ff]")
_RUN = re.compile(f"[{_JAPANESE}]{{2,}}")
_ANY_JAPANESE = re.compile(f"[{_JAPANESE}]")
_HALF = re.compile(f"[{_HALF_WIDTH}]")
_NEVER_MEANT = re.compile(r"[\ue000-\uf8ff\x80-\x9f\ufffd]")
_WORD = re.compile(r"[^\s:;,/()\"]+")
_WESTERN = re.compile(
    r"[\xa0-\xff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u20ac\u2013\u2014\u2018-\u201e\u2026\u2122]"
)
_TWO = 2
"""Octets of a letter that Shift_JIS hits easily."""
_SHORT_WORD = 3
"""A word so short may be all accents: été."""

UNREADABLE = "\ufffd"
"""Stands where an octet could not be read."""


def logical_lines(octets: bytes, said: str | None = None) -> list[str]:
    """The unfolded lines of a file; ``said`` is the character set that a mail names for it."""
    raw = _unfolded(narrow(octets))
    strange = [line for line in raw if not _is_plain(line)]
    if not strange:
        return [decoded.lstrip("\ufeff") for decoded in map(_plain, raw)]
    named = [_known(name.decode("ascii", "replace")) for name in _ANY_CHARSET.findall(b"\n".join(raw))]
    legacy = _legacy(b"\n".join(strange), [_known(said), *named])
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
    legacy = _legacy(octets, [_known(charset)])
    return octets.decode(legacy or "utf-8", "replace")


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
    return True


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
    return line.decode(legacy or "utf-8", "replace")


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


def _legacy(octets: bytes, named: list[str | None]) -> str | None:
    """The character set of lines that are no UTF-8; None where none of them gives a text."""
    if _is_damaged_utf8(octets):
        return None
    for name in filter(None, named):
        text = _strictly(octets, name)
        if text is not None and not _NEVER_MEANT.search(text):
            return name
    text = _strictly(octets, "cp932")
    if text is not None and _looks_japanese(text):
        return "cp932"
    text = _strictly(octets, "euc_jp")
    if text is not None and _looks_japanese(text) and _KANA.search(text):
        return "euc_jp"
    return next((name for name in ("cp1252", "latin-1") if _looks_western(_strictly(octets, name))), None)


def _strictly(octets: bytes, name: str) -> str | None:
    try:
        return octets.decode(name)
    except (UnicodeDecodeError, LookupError):
        return None


def _is_damaged_utf8(octets: bytes) -> bool:
    """Whether most of what is not ASCII is UTF-8: other character sets hit its forms by chance only.

    Read as Shift_JIS it has half-width kana among its kanji, which a text in Shift_JIS seldom has.
    """
    whole = _UTF8_LETTER.findall(octets)
    damaged = octets.decode("utf-8", "replace").count(UNREADABLE)
    if len(whole) < damaged or not whole:
        return False
    japanese = _strictly(octets, "cp932")
    if japanese is not None and _looks_japanese(japanese) and not _HALF.search(japanese):
        return False
    return len(whole) > damaged or any(len(one) > _TWO for one in whole)


def _looks_japanese(text: str) -> bool:
    """Whether its characters stand side by side, as Japanese ones do; single ones come of a Western text."""
    in_runs = sum(len(run) for run in _RUN.findall(text))
    single = len(_ANY_JAPANESE.findall(text)) - in_runs
    return in_runs > single and 2 * in_runs > len(_HALF.findall(text)) and not _NEVER_MEANT.search(text)


def _looks_western(text: str | None) -> bool:
    """Whether accents stand in words of plain letters."""
    if text is None or _NEVER_MEANT.search(text):
        return False
    strange = [word for word in _WORD.findall(text) if not word.isascii()]
    return all(
        len(word) <= _SHORT_WORD or 2 * sum(not letter.isascii() for letter in word) <= len(word) for word in strange
    ) and all(letter.isascii() or _WESTERN.match(letter) for word in strange for letter in word)
