"""No command opens a line to another machine unless a sync is asked for, and no test does."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.network import WATCH
from tests.support import START, Machine, machine_in

# --- the test run is watched --------------------------------------------------------------------------------------

ELSEWHERE = ("192.0.2.1", 9)
"""An address that nobody has (RFC 5737)."""


def on(family: int, kind: int, act: Callable[[socket.socket], object]) -> Callable[[], None]:
    """Try something on a socket of its own."""

    def attempt() -> None:
        with socket.socket(family, kind) as line:
            act(line)

    return attempt


TRIES: dict[str, Callable[[], object]] = {
    "connect": on(socket.AF_INET, socket.SOCK_STREAM, lambda line: line.connect(ELSEWHERE)),
    "connect without an error": on(socket.AF_INET, socket.SOCK_STREAM, lambda line: line.connect_ex(ELSEWHERE)),
    "connect over IPv6": on(socket.AF_INET6, socket.SOCK_STREAM, lambda line: line.connect(("2001:db8::1", 80))),
    "connect to a name": lambda: socket.create_connection(("server.invalid", 80)),
    "send": on(socket.AF_INET, socket.SOCK_DGRAM, lambda line: line.sendto(b"x", ELSEWHERE)),
    "send a message": on(socket.AF_INET, socket.SOCK_DGRAM, lambda line: line.sendmsg([b"x"], [], 0, ELSEWHERE)),
    "look a name up": lambda: socket.getaddrinfo("server.invalid", 80),
    "look a host up": lambda: socket.gethostbyname("server.invalid"),
    "look an address up": lambda: socket.gethostbyaddr("192.0.2.1"),
    "look a service up": lambda: socket.getnameinfo(ELSEWHERE, 0),
}
HERE: dict[str, Callable[[], object]] = {
    "connect here": on(socket.AF_INET, socket.SOCK_STREAM, lambda line: line.connect(("127.0.0.1", 9))),
    "look this machine up": lambda: socket.getaddrinfo("localhost", 80),
}


@pytest.fixture
def refused() -> Iterator[list[str]]:
    """What was refused; it is forgotten afterwards, as this test asked for it."""
    yield WATCH.refused
    WATCH.refused.clear()


@pytest.mark.parametrize("attempt", [*TRIES, *HERE])
def test_a_test_speaks_to_nobody(attempt: str, refused: list[str]) -> None:
    with pytest.raises(ConnectionRefusedError, match="a test speaks to"):
        (TRIES | HERE)[attempt]()
    assert len(refused) == 1


@pytest.mark.loopback
@pytest.mark.parametrize("attempt", TRIES)
def test_a_test_that_speaks_to_this_machine_speaks_to_no_other(attempt: str, refused: list[str]) -> None:
    with pytest.raises(ConnectionRefusedError, match="a test speaks to"):
        TRIES[attempt]()
    assert len(refused) == 1


@pytest.mark.loopback
def test_a_test_that_is_marked_speaks_to_this_machine() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as line:
        line.sendall(b"x")
        far, _address = server.accept()
        with far:
            assert far.recv(1) == b"x"


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="there are no sockets in the file system")
def test_a_socket_in_the_file_system_is_no_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # such paths are short
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as line:
        server.bind("socket")
        server.listen()
        line.connect("socket")
        server.accept()[0].close()


# --- the program is traced ----------------------------------------------------------------------------------------

COMMANDS = [
    START, ("--help",), ("log", "dose"), ("log", "visit"), ("log", "blood", "ALT=22"), ("log", "symptom", "lips", "2"),
    (), ("next",), ("plan",), ("plan", "--json"), ("history",), ("blood",), ("chart", "dose"), ("check", "minocycline"),
    ("can", "give-blood"), ("book", "visit/2", "2027-01-19", "15:30"), ("report", "-o", "page.html"),
    ("calendar", "export", "-o", "reminders.ics"), ("calendar", "subscribe", "live.ics"),
    ("calendar", "export", "--changes"), ("record", "export", "-o", "record.json"),
    ("record", "export", "--fhir", "-o", "bundle.json"), ("record", "import", "record.json", "--db", "other.db"),
    ("patients",), ("protocols",), ("undo",), ("completion", "install", "bash"), ("completion", "show", "fish"),
]  # fmt: skip
TRACER = ("strace", "-f", "-qq", "-e", "trace=%network", "-o")


def traced(machine: Machine, *arguments: str) -> list[str]:
    """The calls of a command, and of whatever it starts, that have to do with a network."""
    found = machine.folder.parent / "trace"
    said = machine.isotrack(*arguments, under=(*TRACER, str(found)))
    assert said.code == 0, (arguments, said)
    return [line for line in found.read_text().splitlines() if "AF_INET" in line or "AF_NETLINK" in line]


def can_trace() -> bool:
    """Some machines do not allow it."""
    if shutil.which("strace") is None:
        return False
    tried = subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"], check=False, capture_output=True)
    return tried.returncode == 0


needs_strace = pytest.mark.skipif(not can_trace(), reason="strace is not installed, or may not trace")


@needs_strace
@pytest.mark.slow
def test_no_command_opens_a_line_to_another_machine(tmp_path: Path) -> None:
    machine = machine_in(tmp_path)
    found = {arguments: traced(machine, *arguments) for arguments in COMMANDS}
    assert {arguments: lines for arguments, lines in found.items() if lines} == {}


@needs_strace
@pytest.mark.slow
def test_a_line_is_seen_where_there_is_one(tmp_path: Path) -> None:
    machine = machine_in(tmp_path)
    assert machine.isotrack(*START).code == 0
    found = tmp_path / "trace"
    sync = ("calendar", "sync", "--url", "http://127.0.0.1:9/", "--user", "me", "--password-command", "echo x", "--yes")
    machine.isotrack(*sync, under=(*TRACER, str(found)))
    assert "AF_INET" in found.read_text()
