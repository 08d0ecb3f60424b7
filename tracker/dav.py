"""A calendar of our own on a CalDAV server: made, listed, and written entry by entry, never over another's change.

The requests are made by the ``caldav`` library, which comes with the extra ``[sync]``. Only TLS is spoken, but for
a server on this machine; a redirect to anything else is not followed.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

from tracker.errors import N_, InputError, TrackerError

_TIMEOUT = 30
"""Seconds that a server may take for an answer."""
_HERE = {"localhost", "127.0.0.1", "::1"}
_MULTISTATUS = 207
_OK, _WRITTEN = 200, (200, 201, 204)
_GONE = (404, 410)
_MISMATCH = 412
_QUERY = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">'
    "<D:prop><D:getetag/><C:calendar-data/></D:prop>"
    '<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="{component}"/></C:comp-filter></C:filter>'
    "</C:calendar-query>"
)


class ServerError(TrackerError):
    """The calendar server cannot be reached, or refused; what was acknowledged stays done on both sides."""


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
    if parts.scheme == "http" and parts.hostname not in _HERE:
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
    """One account on a CalDAV server."""

    def __init__(self, account: Account) -> None:
        require_library()
        from caldav.davclient import DAVClient

        # Its own log says what is in the calendar.
        logging.getLogger("caldav").setLevel(logging.CRITICAL + 1)
        self._host = urlsplit(account.url).hostname or account.url
        with self._errors_named():
            self._client: Any = DAVClient(
                url=account.url, username=account.user, password=account.password, timeout=_TIMEOUT,
                enable_rfc6764=False,
            )  # fmt: skip
        with suppress(AttributeError, KeyError):
            self._client.session.hooks["response"].append(self._refuse_to_be_sent_elsewhere)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def calendar(self, uuid: str, component: str) -> str | None:
        """The address of our calendar; None where it is not there."""
        with self._errors_named():
            url = str(self._client.principal().calendar_home_set.url.join(uuid + "/"))
            answer = self._client.report(url, _QUERY.format(component=component), depth=1)
            return url if answer.status == _MULTISTATUS else None

    def make_calendar(self, uuid: str, name: str, component: str) -> str:
        """Make our calendar; its address. Raise ServerError where the server lets no program make one (Google's)."""
        from caldav.lib.error import AuthorizationError, DAVError

        with self._errors_named():
            home = self._client.principal()
            try:
                made = home.make_calendar(name=name, cal_id=uuid, supported_calendar_component_set=[component])
            except AuthorizationError:
                raise
            except DAVError as error:
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
            if answer.status != _MULTISTATUS:
                raise _no_calendar_server(self._host)
            rows = answer.parse_calendar_query()
        return [
            Held(str(self._client.url.join(row.href)), row.etag, row.calendar_data.encode())
            for row in rows
            if row.calendar_data
        ]

    def create(self, calendar: str, uid: str, data: bytes) -> None:
        """Put a new entry; raise ChangedMeanwhileError where there is one."""
        self._send("PUT", f"{calendar.rstrip('/')}/{uid}.ics", data, {"If-None-Match": "*"})

    def update(self, held: Held, data: bytes) -> None:
        """Put an entry in place of exactly this version of it; raise ChangedMeanwhileError where it is another."""
        self._send("PUT", held.href, data, _only_if_it_is(held))

    def delete(self, held: Held) -> None:
        """Delete exactly this version of an entry; raise ChangedMeanwhileError where it is another."""
        self._send("DELETE", held.href, b"", _only_if_it_is(held))

    def _send(self, method: str, url: str, data: bytes, headers: dict[str, str]) -> None:
        if data:
            headers = headers | {"Content-Type": "text/calendar; charset=utf-8"}
        with self._errors_named():
            answer = self._client.request(url, method, data.decode(), headers)
        if answer.status == _MISMATCH or (answer.status in _GONE and method == "DELETE"):
            raise ChangedMeanwhileError
        # A hotel's login page says 200 to everything; a real server has created something or has nothing to say.
        is_page = answer.status == _OK and "html" in answer.headers.get("Content-Type", "")
        if answer.status not in _WRITTEN or is_page:
            raise ServerError(N_("{host} refused an entry ({status})"), host=self._host, status=answer.status)

    def _refuse_to_be_sent_elsewhere(self, response: Any, *_args: Any, **_options: Any) -> Any:
        target = response.headers.get("Location") if response.is_redirect else None
        if target:
            parts = urlsplit(target)
            if parts.hostname and (parts.scheme != "https" and parts.hostname not in _HERE):
                raise ServerError(N_("{host} sends on to an address without encryption"), host=self._host)
        return response

    @contextmanager
    def _errors_named(self) -> Iterator[None]:
        """Every failure as one line that names the server and, where it helps, what to do."""
        from caldav.lib.error import AuthorizationError, DAVError
        from niquests.exceptions import RequestException, SSLError, Timeout

        try:
            yield
        except AuthorizationError as error:
            raise ServerError(
                N_("{host} does not accept this user and password"),
                N_("many providers want a password made for the program, not the account's own"),
                host=self._host,
            ) from error
        except SSLError as error:
            raise ServerError(N_("{host} has no certificate that can be trusted"), host=self._host) from error
        except Timeout as error:
            raise ServerError(N_("{host} does not answer"), host=self._host) from error
        except RequestException as error:
            raise ServerError(N_("{host} cannot be reached"), host=self._host) from error
        except DAVError as error:
            raise _no_calendar_server(self._host) from error


def _no_calendar_server(host: str) -> ServerError:
    return ServerError(
        N_("{host} gave an answer that is not a calendar server's"), N_("look at the address"), host=host
    )


def _only_if_it_is(held: Held) -> dict[str, str]:
    """The precondition of a change. A weak version never matches, so there such a server is only read just before."""
    strong = held.etag is not None and not held.etag.startswith("W/")
    return {"If-Match": str(held.etag)} if strong else {}
