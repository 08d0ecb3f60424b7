"""A CalDAV server of a few lines below the HTTP library: no socket, no waiting, and it lies as it is told to."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

import niquests
import pytest
from niquests.adapters import HTTPAdapter
from niquests.exceptions import ChunkedEncodingError, ReadTimeout
from niquests.structures import CaseInsensitiveDict

from tests.dav_servers import PASSWORD, USER

HOST = "calendar.example"
URL = f"https://{HOST}/"
XML = "text/xml; charset=utf-8"
PAGE = "<!DOCTYPE html><html><head><meta charset=utf-8></head><body><p>Please log in<br></body></html>"


@dataclass(frozen=True)
class Asked:
    """A request that left the program."""

    method: str
    url: str
    headers: Any = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def host(self) -> str | None:
        return urlsplit(self.url).hostname


@dataclass
class Answer:
    """What comes back; ``is_cut``: the connection breaks before the end."""

    status: int
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    is_cut: bool = False


Lie = Callable[["Fake", Asked], Answer | None]
"""An answer in place of the true one, before anything was done; None: the truth. What it raises is raised."""


@dataclass
class Fake:
    """A server with one account. ``held`` has every entry of every calendar, by path: its version and octets."""

    held: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    calendars: set[str] = field(default_factory=set)
    version: int = 0
    lie: Lie | None = None
    asked: list[Asked] = field(default_factory=list)
    now: float = 0
    pace: float = 0
    """Seconds that a request takes."""
    fallen: list[str] = field(default_factory=list)
    """Entries whose SEQUENCE fell."""
    repeated: list[str] = field(default_factory=list)
    """UIDs that another entry had already."""

    def clock(self) -> float:
        return self.now

    def copy(self) -> Fake:
        return Fake(dict(self.held), set(self.calendars), self.version)

    def send(self, request: Any) -> niquests.Response:
        """In place of the library's own way to the network."""
        body = request.body or b""
        asked = Asked(request.method, request.url, request.headers, body if isinstance(body, bytes) else body.encode())
        self.asked.append(asked)
        self.now += self.pace
        return _response(request, self.answer(asked))

    def answer(self, asked: Asked) -> Answer:
        if "Authorization" not in asked.headers:
            return Answer(401, headers={"WWW-Authenticate": 'Basic realm="x"'})
        given = base64.b64decode(asked.headers["Authorization"].removeprefix("Basic ")).decode()
        assert given == f"{USER}:{PASSWORD}"
        lie = self.lie(self, asked) if self.lie is not None else None
        return lie if lie is not None else self.truth(asked)

    def truth(self, asked: Asked) -> Answer:
        return getattr(self, asked.method.lower())(asked)  # type: ignore[no-any-return]

    def propfind(self, asked: Asked) -> Answer:
        found = (
            "<D:current-user-principal><D:href>/yuki/</D:href></D:current-user-principal>"
            "<C:calendar-home-set><D:href>/yuki/</D:href></C:calendar-home-set>"
        )
        return Answer(207, multistatus(row(asked.path, found)), {"Content-Type": XML})

    def proppatch(self, asked: Asked) -> Answer:
        return Answer(207, multistatus(row(asked.path, "<D:displayname/>")), {"Content-Type": XML})

    def mkcalendar(self, asked: Asked) -> Answer:
        if asked.path in self.calendars:
            return Answer(405)
        self.calendars.add(asked.path)
        return Answer(201)

    def report(self, asked: Asked) -> Answer:
        if asked.path not in self.calendars:
            return Answer(404)
        rows = [entry(path, *self.held[path]) for path in sorted(self.held) if path.startswith(asked.path)]
        return Answer(207, multistatus(*rows), {"Content-Type": XML})

    def get(self, asked: Asked) -> Answer:
        if asked.path not in self.held:
            return Answer(404)
        return Answer(200, self.held[asked.path][1].decode(), {"Content-Type": "text/calendar; charset=utf-8"})

    def put(self, asked: Asked) -> Answer:
        if not self._is_met(asked):
            return Answer(412)
        was = self.held.get(asked.path)
        if was is not None and number(asked.body, "SEQUENCE") < number(was[1], "SEQUENCE"):
            self.fallen.append(asked.path)
        folder, uid = asked.path.rpartition("/")[0], text(asked.body, "UID")
        others = [path for path in self.held if path.startswith(folder) and path != asked.path]
        self.repeated += [uid for path in others if text(self.held[path][1], "UID") == uid]
        self.store(asked.path, asked.body)
        return Answer(201 if was is None else 204)

    def delete(self, asked: Asked) -> Answer:
        if asked.path not in self.held:
            return Answer(404)
        if not self._is_met(asked):
            return Answer(412)
        del self.held[asked.path]
        return Answer(204)

    def store(self, path: str, data: bytes) -> None:
        self.version += 1
        self.held[path] = (self.version, data)

    def _is_met(self, asked: Asked) -> bool:
        version = f'"{self.held[asked.path][0]}"' if asked.path in self.held else None
        if asked.headers.get("If-None-Match") == "*":
            return version is None
        wanted = asked.headers.get("If-Match")
        return wanted in (None, version)


def row(path: str, properties: str, status: int = 200) -> str:
    said = f"<D:propstat><D:prop>{properties}</D:prop><D:status>HTTP/1.1 {status} Said</D:status></D:propstat>"
    return f"<D:response><D:href>{escape(path)}</D:href>{said}</D:response>"


def entry(path: str, version: int | None, data: bytes) -> str:
    tag = f'<D:getetag>"{version}"</D:getetag>' if version is not None else ""
    return row(path, f"{tag}<C:calendar-data>{escape(data.decode())}</C:calendar-data>")


def multistatus(*rows: str) -> str:
    spaces = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"'
    return f'<?xml version="1.0" encoding="utf-8"?><D:multistatus {spaces}>{"".join(rows)}</D:multistatus>'


def text(data: bytes, name: str) -> str:
    found = re.search(rf"^{name}:(.*?)\r?$", data.decode(), re.MULTILINE)
    return found[1] if found else ""


def number(data: bytes, name: str) -> int:
    return int(text(data, name) or 0)


class _Response(niquests.Response):
    is_cut = False
    octets = b""

    def iter_content(self, *_how: Any) -> Iterator[bytes]:  # type: ignore[override]
        yield self.octets
        if self.is_cut:
            raise ChunkedEncodingError("cut")


def _response(request: Any, answer: Answer) -> niquests.Response:
    found = _Response()
    found.status_code, found.url, found.request = answer.status, request.url, request
    found.raw = object()
    found.headers, found.encoding = CaseInsensitiveDict(answer.headers), "utf-8"
    octets = answer.body.encode()
    found.is_cut, found.octets = answer.is_cut, octets[: len(octets) // 2] if answer.is_cut else octets
    return found


def stands_in(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the program sends goes to the fake."""
    monkeypatch.setattr(HTTPAdapter, "send", lambda _adapter, request, *_how, **_options: fake.send(request))


def no_answer(_fake: Fake, _asked: Asked) -> Answer:
    raise ReadTimeout("slow")
