"""Watches the whole test run: no test speaks to another machine, and few to a server on this one."""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

LOOPBACK = "loopback"
"""The marker of tests that speak to a server on this machine."""
_ADDRESSED = {"socket.connect", "socket.sendto", "socket.sendmsg"}
_NAMED = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"}


class Watch:
    """What was tried and refused since it was looked at last, and whether this machine may be spoken to."""

    def __init__(self) -> None:
        self.is_local_allowed = False
        self.refused: list[str] = []

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Refuse to connect, to send and to look names up. The program may catch the error: it is remembered."""
        if event not in _ADDRESSED and event not in _NAMED:
            return
        host = _host(event, arguments)
        if host is not None and not (self.is_local_allowed and _is_local(host)):
            self.refused.append(f"{event} {host}")
            raise ConnectionRefusedError(
                f"a test speaks to {host} ({event}): to this machine it may with the marker {LOOPBACK}, to no other"
            )

    @contextmanager
    def of_a_test(self, *, is_local_allowed: bool) -> Iterator[None]:
        """The block is one test."""
        self.is_local_allowed = is_local_allowed
        self.refused.clear()
        try:
            yield
        finally:
            self.is_local_allowed = False


def _host(event: str, arguments: tuple[Any, ...]) -> str | None:
    """The machine that is meant; None for a socket in the file system, or one that is connected already."""
    if event in _NAMED:
        return _text(arguments[0][0] if event == "socket.getnameinfo" else arguments[0])
    address = arguments[1]
    return _text(address[0]) if isinstance(address, tuple) else None


def _text(host: object) -> str:
    return host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)


def _is_local(host: str) -> bool:
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host in ("localhost", "None")


WATCH = Watch()


def install() -> None:
    """Watch this process from now on; nothing can take that back."""
    sys.addaudithook(WATCH)
