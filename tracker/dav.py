"""A calendar of our own on a CalDAV server: made, listed, and written entry by entry, never over another's change.

The requests are made by the ``caldav`` library, which comes with the extra ``[sync]``, over ``tracker.line``. No answer
is believed that is not whole: an entry counts as gone only where the server has said so.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from tracker.errors import N_, InputError, ServerError
from tracker.hosts import HERE, no_calendar_server

_TIMEOUT = 30
"""Seconds that a server may take for an answer."""
_MULTISTATUS = 207
_OK, _WRITTEN = 200, (200, 201, 204)
_FORBIDDEN, _MISMATCH = 403, 412
_GONE = (404, 410)
_OF_ONE_ENTRY = (400, 405, 406, 409, 411, 413, 414, 415, 422)
_NONE = (*range(404, 500), 501)
"""What a server may say to a question about a calendar that there is not."""
_QUERY = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">'
    "<D:prop><D:getetag/><C:calendar-data/></D:prop>"
    '<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="{component}"/></C:comp-filter></C:filter>'
    "</C:calendar-query>"
)


class EntryRefusedError(ServerError):
    """The server does not take one entry; the others are not affected."""


class ChangedMeanwhileError(Exception):
    """The server's entry is no longer the one that was read."""


class Held(Struct, frozen=True):
    """An entry that the server holds: its address, its version there and its octets."""

    href: str
    etag: str | None
    data: bytes


class Account(Struct, frozen=True):
    """Where to and who. ``password`` is handed over, never kept."""

    url: str
    user: str
    password: str


def check_url(url: str) -> None:
    """Raise InputError for an address that must not be used: none, with a password in it, or without TLS."""
    try:
        parts = urlsplit(url)
        is_one = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        is_one = False
    if not is_one:
        raise InputError(N_('"{url}" is not the address of a calendar server; expected https://...'), url=url)
    if parts.password is not None:
        raise InputError(N_("the address must not hold a password"), N_("it is asked for, or kept in the keyring"))
    if parts.scheme == "http" and parts.hostname not in HERE:
        raise InputError(N_("{host} would be spoken to without encryption; expected https://..."), host=parts.hostname)


def require_library() -> None:
    """Raise ServerError where the extra is not installed."""
    if find_spec("caldav") is None:
        raise ServerError(
            N_("the library for calendar servers is not installed"),
            N_("install it with: {command}"),
            command="pip install 'isotretinoin-tracker[sync]'",
        )


class Server:
    """One account on a CalDAV server. ``clock`` counts seconds: a sync may not take for ever."""

    def __init__(self, account: Account, clock: Callable[[], float] = time.monotonic) -> None:
        require_library()
        from caldav.davclient import DAVClient
        from caldav.lib import error

        from tracker.line import Guarded, Line

        # Its own log says what is in the calendar, and so do the files that an environment variable asks it for.
        logging.getLogger("caldav").setLevel(logging.CRITICAL + 1)
        error.debug_dump_communication = False
        self._host = urlsplit(account.url).hostname or account.url
        self._line = Line(account.url, clock)
        with self._errors_named():
            self._client: Any = DAVClient(
                url=account.url, username=account.user, password=account.password, timeout=_TIMEOUT,
                enable_rfc6764=False,
            )  # fmt: skip
        self._client.session.close()
        self._client.session = Guarded(self._line)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def calendar(self, uuid: str, component: str) -> str | None:
        """The address of our calendar; None where it is not there."""
        with self._errors_named():
            url = str(self._client.principal().calendar_home_set.url.join(uuid + "/"))
            answer = self._client.report(url, _QUERY.format(component=component), depth=1)
            if answer.status in _NONE:
                return None
            self._responses(answer)
            return url

    def make_calendar(self, uuid: str, name: str, component: str) -> str:
        """Make our calendar; its address. Raise ServerError where the server lets no program make one (Google's)."""
        from caldav.lib.error import DAVError

        with self._errors_named():
            home = self._client.principal()
            try:
                made = home.make_calendar(name=name, cal_id=uuid, supported_calendar_component_set=[component])
            except DAVError as error:
                if self._line.status not in (_FORBIDDEN, *_NONE):
                    raise
                raise ServerError(
                    N_("{host} lets no program make a calendar, and isotrack writes into none but its own"),
                    host=self._host,
                ) from error
            return str(made.url)

    def entries(self, calendar: str, component: str) -> list[Held]:
        """What the calendar holds."""
        with self._errors_named():
            answer = self._client.report(calendar, _QUERY.format(component=component), depth=1)
            if answer.status in _GONE:
                raise ServerError(
                    N_("the calendar is no longer on {host}"), N_("to make it anew: {command}"),
                    host=self._host, command="isotrack calendar sync --restore",
                )  # fmt: skip
            self._responses(answer)
            rows = [row for row in answer.parse_calendar_query() if row.status not in _GONE]
            found = [self._held(calendar, row) for row in rows]
        return [one for one in found if one is not None]

    def create(self, calendar: str, uid: str, data: bytes) -> None:
        """Put a new entry; raise ChangedMeanwhileError where there is one."""
        self._send("PUT", f"{calendar.rstrip('/')}/{uid}.ics", data, {"If-None-Match": "*"})

    def update(self, held: Held, data: bytes) -> None:
        """Put an entry in place of exactly this version of it; raise ChangedMeanwhileError where it is another."""
        self._send("PUT", held.href, data, self._only_if_it_is(held))

    def delete(self, held: Held) -> None:
        """Delete exactly this version of an entry; raise ChangedMeanwhileError where it is another."""
        self._send("DELETE", held.href, b"", self._only_if_it_is(held))

    def _responses(self, answer: Any) -> None:
        """Raise ServerError but for a whole list of entries: what is missing in it was not deleted by anybody."""
        if answer.status != _MULTISTATUS or answer.tree is None or answer.tree.tag != "{DAV:}multistatus":
            raise no_calendar_server(self._host)

    def _held(self, calendar: str, row: Any) -> Held | None:
        """An entry of the list; None where it is the calendar itself, or has gone since."""
        inside, here = unquote(urlsplit(calendar).path).rstrip("/"), unquote(row.href).rstrip("/")
        if here == inside:
            return None
        if here.rpartition("/")[0] != inside:
            raise no_calendar_server(self._host)
        href, data = str(self._client.url.join(row.href)), row.calendar_data
        read = data.encode() if data else self._read(href)
        return Held(href, row.etag, read) if read is not None else None

    def _read(self, href: str) -> bytes | None:
        """The octets of an entry; None where it is not there."""
        answer = self._client.request(href, "GET")
        if answer.status in _GONE:
            return None
        if answer.status != _OK or _is_page(answer):
            raise no_calendar_server(self._host)
        return str(answer.raw).encode()

    def _only_if_it_is(self, held: Held) -> dict[str, str]:
        """The precondition of a change. Where the version cannot be one, the entry is read once more."""
        if held.etag is not None and not held.etag.startswith("W/"):
            return {"If-Match": held.etag}
        with self._errors_named():
            now = self._read(held.href)
        if now is None or now.split() != held.data.split():
            raise ChangedMeanwhileError
        return {}

    def _send(self, method: str, url: str, data: bytes, headers: dict[str, str]) -> None:
        if data:
            headers = headers | {"Content-Type": "text/calendar; charset=utf-8"}
        with self._errors_named():
            answer = self._client.request(url, method, data.decode(), headers)
        if answer.status == _MISMATCH or (answer.status in _GONE and method == "DELETE"):
            raise ChangedMeanwhileError
        # A hotel's login page says 200 to everything; a real server has created something or has nothing to say.
        if answer.status not in _WRITTEN or (answer.status == _OK and _is_page(answer)):
            kind = EntryRefusedError if answer.status in _OF_ONE_ENTRY else ServerError
            raise kind(N_("{host} refused an entry ({status})"), host=self._host, status=answer.status)

    @contextmanager
    def _errors_named(self) -> Iterator[None]:
        """Every failure as one line that names the server and, where it helps, what to do."""
        from caldav.lib.error import AuthorizationError, DAVError
        from niquests.exceptions import RequestException, Timeout

        self._line.fault = None
        try:
            yield
        except ServerError:
            raise
        except Exception as error:
            if self._line.fault is not None:
                raise self._line.fault from error
            match error:
                case AuthorizationError():
                    raise self._not_allowed() from error
                case Timeout():
                    raise ServerError(N_("{host} does not answer"), host=self._host) from error
                case RequestException():
                    raise ServerError(N_("{host} cannot be reached"), host=self._host) from error
                case DAVError() | SyntaxError() | NotImplementedError() | LookupError() | ValueError() | TypeError():
                    raise no_calendar_server(self._host) from error
                case AttributeError() | AssertionError() | RecursionError():
                    raise no_calendar_server(self._host) from error
            raise
        # The library goes on where it can do without an answer.
        if self._line.fault is not None:
            raise self._line.fault

    def _not_allowed(self) -> ServerError:
        if self._line.status == _FORBIDDEN:
            return ServerError(
                N_("{host} does not let this user do that (403)"),
                N_("perhaps the calendar can only be read, or the account may not use one from outside"),
                host=self._host,
            )
        return ServerError(
            N_("{host} does not accept this user and password"),
            N_("many providers want a password made for the program, not the account's own"),
            host=self._host,
        )


def _is_page(answer: Any) -> bool:
    return "html" in answer.headers.get("Content-Type", "")
