"""Real CalDAV servers on this machine's loopback, for tests: Radicale (with a password) and Xandikos."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

USER, PASSWORD = "yuki", "correct horse"
_PATIENCE = 60


@dataclass(frozen=True)
class Dav:
    """A server that runs: its address, and the folder in which it keeps its files."""

    name: str
    url: str
    folder: Path


@contextmanager
def running(name: str, folder: Path) -> Iterator[Dav]:
    """Start the server and stop it at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder.mkdir(parents=True, exist_ok=True)
    command = _radicale(folder, port) if name == "radicale" else _xandikos(folder, port)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", *command], stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    try:
        _wait_for(port, process, folder / "log")
        yield Dav(name, f"http://127.0.0.1:{port}/", folder)
    finally:
        process.terminate()
        process.wait()


def _radicale(folder: Path, port: int) -> list[str]:
    users = folder / "users"
    users.write_text(f"{USER}:{PASSWORD}\n")
    return [
        "radicale", "--config", "", "--hosts", f"127.0.0.1:{port}",
        "--storage-filesystem-folder", str(folder / "data"), "--auth-type", "htpasswd", "--auth-delay", "0",
        "--auth-htpasswd-filename", str(users), "--auth-htpasswd-encryption", "plain",
    ]  # fmt: skip


def _xandikos(folder: Path, port: int) -> list[str]:
    return [
        "xandikos", "serve", "--no-detect-systemd", "-d", str(folder / "data"), "--autocreate",
        "--current-user-principal", f"/{USER}/", "-l", "127.0.0.1", "-p", str(port),
        "--state-dir", str(folder / "state"),
    ]  # fmt: skip


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    begun = time.monotonic()
    while time.monotonic() - begun < _PATIENCE:
        assert process.poll() is None, log.read_text()
        try:
            urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
        except HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(log.read_text())


class Moment(Enum):
    """A moment of a request that changes an entry."""

    SENT = "before it arrives"
    DONE = "before its answer"
    ANSWERED = "after its answer"


class Line(ThreadingHTTPServer):
    """A line to a server: everything is passed on, and something can be done at a moment of a request on its way."""

    def __init__(self, server: Dav) -> None:
        super().__init__(("127.0.0.1", 0), _Passing)
        self.far = urlsplit(server.url).netloc
        self.url = f"http://127.0.0.1:{self.server_port}/"
        self.counting = threading.Lock()
        self.meet(0, Moment.SENT, lambda: None)

    def meet(self, number: int, moment: Moment, act: Callable[[], None]) -> None:
        """Call ``act`` at a moment of the ``number``-th change from now on; before the answer means instead of it."""
        self.number, self.moment, self.act = number, moment, act
        self.changes = 0

    @contextmanager
    def open(self) -> Iterator[Self]:
        """Pass requests on until the end of the block."""
        thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield self
        finally:
            self.shutdown()
            thread.join()
            self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """Those who were killed read no answer; nobody needs to hear of it."""


class _Passing(BaseHTTPRequestHandler):
    server: Line
    protocol_version = "HTTP/1.1"

    def __getattr__(self, name: str) -> Callable[[], None]:
        """Every method of HTTP and CalDAV, each looked up by its name."""
        if name.startswith("do_"):
            return self.pass_on
        raise AttributeError(name)

    def pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        at = self._moment()
        if at is Moment.SENT:
            self._act()
            return
        far = HTTPConnection(self.server.far, timeout=_PATIENCE)
        far.request(self.command, self.path, body, dict(self.headers))
        answer = far.getresponse()
        octets = answer.read()
        far.close()
        if at is Moment.DONE:
            self._act()
            return
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(octets)))
        self.end_headers()
        self.wfile.write(octets)
        if at is Moment.ANSWERED:
            self.server.act()

    def _moment(self) -> Moment | None:
        """At which moment of this request something is to happen."""
        if self.command not in ("PUT", "DELETE"):
            return None
        with self.server.counting:
            self.server.changes += 1
            return self.server.moment if self.server.changes == self.server.number else None

    def _act(self) -> None:
        self.server.act()
        self.close_connection = True

    def log_message(self, *_what: object) -> None:
        """Nothing is said of what passes."""
