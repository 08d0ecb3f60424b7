"""Logical lines become calendars with their entries, each by itself: what is damaged damages no other.

icalendar refuses a whole file for one length that is written wrongly, and takes the colon in ``TZID=(GMT +01:00)`` for
the end of the parameters; here a line says its name, its parameters and its value, and whoever needs it judges it.
"""

from __future__ import annotations

import re
from email.errors import HeaderParseError
from email.header import decode_header, make_header

from msgspec import Struct, field

from tracker.calendar.invitations.charsets import from_base64, unquoted

_NAME = re.compile(r"\s*(?:[\w-]+\.)?([A-Za-z][\w-]*)\s*")
_PARAMETER = re.compile(r";\s*(?P<name>[\w-]+)\s*(?:=\s*(?:\"(?P<quoted>[^\"]*)\"|(?P<plain>[^;]*)))?")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_TIMES = ("DTSTART", "DTEND", "RDATE", "EXDATE", "RECURRENCE-ID")
_IS_TIME = re.compile(r"\s*\d[\dTZtzPWDHMS+\-:.,/ ]*\s*$")
_ENTRY = "VEVENT"
_CALENDAR = "VCALENDAR"


def decoded(text: str) -> str:
    """A text, or the head of a message, out of its encoded words (RFC 2047)."""
    if "=?" not in text:
        return text
    try:
        return str(make_header(decode_header(text)))
    except (ValueError, LookupError, HeaderParseError):
        return text


class Property(Struct, frozen=True):
    """One line: its name and its parameters' names in capitals, its value as it is written."""

    name: str
    parameters: dict[str, str]
    value: str

    @property
    def text(self) -> str:
        """The value as a text, out of whatever it is wrapped in."""
        encoding = self.parameters.get("ENCODING", "").upper()
        charset = self.parameters.get("CHARSET")
        if encoding == "QUOTED-PRINTABLE" or "QUOTED-PRINTABLE" in self.parameters:
            return unquoted(self.value, charset)
        if encoding in ("B", "BASE64") or "BASE64" in self.parameters:
            return from_base64(self.value, charset)
        return decoded(_ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], self.value))


class Component(Struct):
    """What stands between BEGIN and END; ``whole`` is False where the END is missing."""

    name: str
    properties: list[Property] = field(default_factory=list)
    children: list[Component] = field(default_factory=list)
    whole: bool = True

    def all(self, *names: str) -> list[Property]:
        """Its properties of these names."""
        return [one for one in self.properties if one.name in names]

    def first(self, name: str) -> Property | None:
        """The first of its properties of that name that has a value, else the first of all."""
        found = self.all(name)
        return next((one for one in found if one.value.strip()), found[0] if found else None)

    def text(self, name: str) -> str:
        """A value as a text; empty where there is none."""
        found = self.first(name)
        return found.text.strip() if found is not None else ""

    def word(self, name: str) -> str:
        """A value of one word, in capitals."""
        return self.text(name).upper()


class Calendar(Struct):
    """A calendar of a file: what it says of itself, its zones and its entries in their order."""

    own: Component
    zones: list[Component] = field(default_factory=list)
    entries: list[Component] = field(default_factory=list)


def calendars(lines: list[str]) -> list[Calendar]:
    """Every calendar of the lines; entries without one around them make one."""
    reader = _Reader()
    for line in lines:
        reader.take(line)
    return reader.ended()


class _Reader:
    def __init__(self) -> None:
        self._loose = Calendar(Component(""))
        self._found = [self._loose]
        self._open: list[Component] = []

    def take(self, line: str) -> None:
        found = _property(line)
        if found is None:
            return
        if found.name == "BEGIN":
            self._begin(found.value.strip().upper())
        elif found.name == "END":
            self._end(found.value.strip().upper())
        else:
            (self._open[-1] if self._open else self._loose.own).properties.append(found)

    def ended(self) -> list[Calendar]:
        for component in self._open:
            component.whole = False
        return [one for one in self._found if one is not self._loose or one.entries]

    def _begin(self, name: str) -> None:
        if name in (_ENTRY, _CALENDAR) and any(one.name == name for one in self._open):
            self._close(name, whole=False)
        component = Component(name)
        calendar = self._found[-1] if any(one.name == _CALENDAR for one in self._open) else self._loose
        if name == _CALENDAR:
            self._found.append(Calendar(component))
        elif name == _ENTRY:
            calendar.entries.append(component)
        elif name == "VTIMEZONE":
            calendar.zones.append(component)
        elif self._open:
            self._open[-1].children.append(component)
        self._open.append(component)

    def _end(self, name: str) -> None:
        if any(one.name == name for one in self._open):
            self._close(name, whole=True)

    def _close(self, name: str, *, whole: bool) -> None:
        while self._open:
            component = self._open.pop()
            # An alarm's or a zone's missing end harms nobody; an entry without one may lack anything.
            component.whole = whole if component.name == name else component.name != _ENTRY
            if component.name == name:
                return


def _property(line: str) -> Property | None:
    name = _NAME.match(line)
    if name is None:
        return None
    colon = _colon(line)
    if name[1].upper() in _TIMES and (colon < 0 or not _IS_TIME.match(line[colon + 1 :])):
        # The colon of a zone's name stands before that of the value.
        colon = line.rfind(":")
    if colon < 0:
        return Property(name[1].upper(), {}, line[name.end() :].strip())
    head = line[name.end() : colon]
    parameters = {
        one["name"].upper(): (one["quoted"] if one["quoted"] is not None else one["plain"] or "").strip().strip('"')
        for one in _PARAMETER.finditer(head)
    }
    return Property(name[1].upper(), parameters, line[colon + 1 :])


def _colon(line: str) -> int:
    """Where the value begins: at the first colon outside of quotes; -1 where there is none."""
    quoted = False
    for place, letter in enumerate(line):
        if letter == '"':
            quoted = not quoted
        elif letter == ":" and not quoted:
            return place
    return -1
