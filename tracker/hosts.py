"""Which server is spoken to, and what is said of one that cannot be."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from tracker.errors import N_, ServerError, counted

HERE = frozenset({"localhost", "127.0.0.1", "::1"})
"""The names of this machine: the only one that may be spoken to without encryption."""
_PORTS = {"https": 443, "http": 80}
_ONE_PROVIDER = (".icloud.com",)
"""Providers that keep the calendars of one account on several servers of their own."""
_LONGEST_WAIT = 7 * 24 * 60
_OF_ANOTHER = ("mismatch", "not valid for", "doesn't match")
_UNKNOWN_ISSUER = ("self-signed", "self signed", "unable to get", "unknownissuer", "unknown issuer")


class Place(NamedTuple):
    """Where a request goes: nothing of the address but this decides who gets the password."""

    scheme: str
    host: str
    port: int | None

    @classmethod
    def of(cls, url: str) -> Place:
        """The place of an address; one that cannot be read is no place at all."""
        try:
            parts = urlsplit(url)
            return cls(parts.scheme, (parts.hostname or "").rstrip("."), parts.port or _PORTS.get(parts.scheme))
        except ValueError:
            return cls("", url, None)

    def is_also(self, other: Place) -> bool:
        """Whether the other is the same server, or one more of the same provider's."""
        both = (self.host, other.host)
        same = any(all(host.endswith(name) for host in both) for name in _ONE_PROVIDER) and self.scheme == "https"
        return self == other or (same and self._replace(host=other.host) == other)


def no_calendar_server(host: str) -> ServerError:
    """The error for an answer that makes no sense."""
    return ServerError(
        N_("{host} gave an answer that is not a calendar server's"), N_("look at the address"), host=host
    )


def untrusted(host: str, said: str) -> ServerError:
    """Why a certificate is not trusted; it is never gone on without."""
    said = said.lower()
    if "expired" in said or "not yet valid" in said:
        hint = N_("look at the date and time of this machine: {today}")
        today = datetime.now(UTC).date()
        return ServerError(N_("the certificate of {host} is not valid today"), hint, host=host, today=today)
    if any(word in said for word in _OF_ANOTHER):
        return ServerError(N_("the certificate that {host} shows is another server's"), host=host)
    if any(word in said for word in _UNKNOWN_ISSUER):
        hint = N_("its issuer has to be known to this system")
        return ServerError(N_("nobody whom this machine trusts vouches for the certificate of {host}"), hint, host=host)
    return ServerError(N_("{host} has no certificate that can be trusted"), host=host)


def overloaded(host: str, status: int, retry_after: str) -> ServerError:
    """The error for a server that has a fault of its own or asks to be left alone."""
    message, wait = N_("{host} has a fault of its own, or is overloaded ({status})"), _minutes(retry_after)
    if not wait:
        return ServerError(message, N_("try again later"), host=host, status=status)
    time = counted("{count} minute", "{count} minutes", count=wait)
    return ServerError(message, N_("it asks for a pause of {time}"), host=host, status=status, time=time)


def _minutes(said: str) -> int:
    """The pause that a server asks for, in whole minutes; 0 where it names none that makes sense."""
    try:
        seconds = int(said) if said.isdecimal() else (parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds()
    except (TypeError, ValueError, OverflowError):
        return 0
    minutes = -(-int(seconds) // 60)
    return minutes if 0 < minutes <= _LONGEST_WAIT else 0
