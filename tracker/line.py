"""The line to a calendar server: to the one that was named and to no other, encrypted, and for a limited time.

Every request passes here, whatever asked for it: a redirect, an address that the server gave, a second attempt with the
password. What is not for the named server is refused before it leaves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin

from niquests import Session
from niquests.adapters import HTTPAdapter
from niquests.exceptions import (
    ChunkedEncodingError,
    ConnectionError,  # noqa: A004 - the library's name for it
    ContentDecodingError,
    ReadTimeout,
    SSLError,
)

from tracker.errors import N_, ServerError
from tracker.hosts import HERE, Place, no_calendar_server, overloaded, untrusted

LONGEST = 600
"""Seconds that a sync may talk to a server in all: a slow one gets the rest in the next sync."""
LARGEST = 200_000_000
"""Octets of one answer: fifty times a calendar of ten thousand entries."""
_READING = {"OPTIONS", "PROPFIND", "REPORT", "GET", "HEAD"}
_TOO_MANY, _FAULTS, _NOT_MADE = 429, 500, 501
"""The last one says that the server was never made for such a request."""


class Line(HTTPAdapter):
    """The one way out. What went wrong stays in ``fault``, whatever the library above made of the exception."""

    def __init__(self, url: str, clock: Callable[[], float]) -> None:
        # HTTP/1.1 alone: with it no server can name another one to go on with. The lists of withdrawn certificates
        # would be asked for at a third party, which would so learn of the sync.
        super().__init__(disable_http2=True, disable_http3=True, revocation_configuration=None)
        self.home = Place.of(url)
        self.fault: ServerError | None = None
        self.status: int | None = 0
        """That of the last answer."""
        self._clock, self._spent = clock, 0.0

    def send(self, request: Any, *arguments: Any, **options: Any) -> Any:
        """Send a request and read its answer, or raise ServerError and remember it."""
        self.status = 0
        self._begun = self._clock()
        try:
            return self._send(request, *arguments, **options)
        except ServerError as error:
            self.fault = error
            raise
        finally:
            # Only this counts, not how long a person takes to answer.
            self._spent += self._clock() - self._begun

    def _send(self, request: Any, *arguments: Any, **options: Any) -> Any:
        self._require_home(str(request.url))
        self._require_time()
        if self.home.host in HERE:
            options["proxies"] = {}
        try:
            response = super().send(request, *arguments, **options | {"stream": True})
        except SSLError as error:
            raise untrusted(self.home.host, str(error)) from error
        self._read(response)
        self.status = response.status_code
        self._require_no_fault(response)
        if response.is_redirect and request.method not in _READING:
            self._require_home(urljoin(str(request.url), response.headers.get("Location", "")))
            raise no_calendar_server(self.home.host)
        return response

    def _require_home(self, url: str) -> None:
        place = Place.of(url)
        if self.home.is_also(place):
            return
        if place.scheme != "https" and place.host not in HERE:
            raise ServerError(N_("{host} sends on to an address without encryption"), host=self.home.host)
        raise ServerError(
            N_("{host} sends on to another server ({other}), which gets neither your password nor an entry"),
            N_("if that one is yours too, name it yourself: {command}"),
            host=self.home.host, other=f"{place.scheme}://{place.host}:{place.port}",
            command="isotrack calendar sync --url https://... --user NAME",
        )  # fmt: skip

    def _require_time(self) -> None:
        if self._spent + self._clock() - self._begun > LONGEST:
            raise ServerError(
                N_("{host} is too slow: after {minutes} minutes the sync was ended"), N_("try again later"),
                host=self.home.host, minutes=LONGEST // 60,
            )  # fmt: skip

    def _read(self, response: Any) -> None:
        """Read the whole body: nothing is believed of an answer whose end did not come."""
        octets = bytearray()
        try:
            for part in response.iter_content():
                octets += part
                self._require_time()
                if len(octets) > LARGEST:
                    raise no_calendar_server(self.home.host)
        except (ChunkedEncodingError, ContentDecodingError, ConnectionError, ReadTimeout) as error:
            hint = N_("try again later")
            raise ServerError(N_("the answer of {host} broke off"), hint, host=self.home.host) from error
        response._content = bytes(octets)  # noqa: SLF001 - what the library itself would have put there
        response._content_consumed = True  # noqa: SLF001

    def _require_no_fault(self, response: Any) -> None:
        status = response.status_code
        if status == _TOO_MANY or (status >= _FAULTS and status != _NOT_MADE):
            raise overloaded(self.home.host, status, response.headers.get("Retry-After", ""))


class Guarded(Session):
    """A session that knows no way out but the line, and no password but the one that it was told."""

    def __init__(self, line: Line) -> None:
        super().__init__(disable_http2=True, disable_http3=True, revocation_configuration=None)
        self._line = line
        # Otherwise the library looks for a password in the file .netrc.
        self.auth = _nothing_more

    def get_adapter(self, url: str) -> Any:
        """The line, wherever it should go: it refuses by itself."""
        del url
        return self._line

    def close(self) -> None:
        """Close the line as well."""
        self._line.close()
        super().close()


def _nothing_more(request: Any) -> Any:
    return request
