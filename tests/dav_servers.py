"""Real CalDAV servers on this machine's loopback, for tests: Radicale (with a password) and Xandikos."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
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
