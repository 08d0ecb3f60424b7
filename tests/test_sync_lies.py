"""Servers that lie, lines that break and runs that are killed: a sync ends with one clear line, and the next one mends.

The fake of ``lying_servers`` stands in for the network, so that every failure can be had at every request; real servers
are in ``test_sync``.
"""

from __future__ import annotations

import io
import re
import shutil
import tempfile
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from niquests.adapters import HTTPAdapter
from niquests.exceptions import ConnectionError as NoConnectionError
from niquests.exceptions import ReadTimeout, SSLError
from rich.cells import cell_len

from tests.conftest import Isotrack
from tests.dav_servers import PASSWORD, USER
from tests.lying_servers import (
    HOST,
    PAGE,
    URL,
    XML,
    Answer,
    Asked,
    Fake,
    Lie,
    number,
    stands_in,
    text,
)  # fmt: skip
from tests.support import LONG, START, machine_in, say, settle
from tests.test_sync_properties import FIRST, NOW, moved
from tracker import dav, line
from tracker.calendar import ics
from tracker.cli.main import run
from tracker.db.engine import Database
from tracker.errors import ServerError, TrackerError
from tracker.facts import Done
from tracker.hosts import Place, overloaded
from tracker.journeys.calendar import comparing, remembering, syncing
from tracker.journeys.calendar.sending import Synced
from tracker.journeys.context import Context
from tracker.journeys.course import opening, recording, taking_back
from tracker.pattern import Pattern
from tracker.rules import Kind

WHERE = syncing.Setup(URL, USER)
LATER = "2026-12-20"
OTHERS = {
    "/yuki/work/a.ics": b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    "birthday.ics": b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:b\r\nDTSTAMP:20260101T000000Z"
    b"\r\nDTSTART;VALUE=DATE:20270101\r\nSUMMARY: Birthday,of X\\n \r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    "broken.ics": b"BEGIN:VCALENDAR\r\nnothing of this can be read\r\n",
}
"""Entries of other programs: in another calendar, and two in ours."""


@dataclass
class World:
    """A patient, a server that lies, and what stood on it of others."""

    context: Context
    fake: Fake

    @property
    def folder(self) -> str:
        return next(iter(self.fake.calendars - {"/yuki/work/"}))

    def server(self) -> dav.Server:
        return dav.Server(dav.Account(URL, USER, PASSWORD), clock=self.fake.clock)

    def sync(self, *, restore: bool = False) -> Synced:
        server = self.server()
        try:
            return syncing.sync(self.context, syncing.setup(self.context) or WHERE, server, restore=restore)
        finally:
            server.close()

    def copy(self, folder: Path) -> World:
        database = folder / "isotrack.db"
        shutil.copy(self.context.database.path, database)
        return World(replace(self.context, database=Database(database)), self.fake.copy())

    def visit(self, days: int) -> None:
        self.context = replace(self.context, today=self.context.today + timedelta(days=days + 15))
        self.context = replace(self.context, now=self.context.now + timedelta(days=days + 15))
        try:
            recording.log_done(self.context, Done(on=self.context.today, kind=Kind.VISIT))
        except TrackerError:
            return

    def undo(self, _number: int) -> None:
        try:
            taking_back.undo(self.context)
        except TrackerError:
            return

    def put_others(self) -> None:
        self.fake.calendars.add("/yuki/work/")
        for name, data in OTHERS.items():
            self.fake.store(name if name.startswith("/") else self.folder + name, data)

    def check(self, *, but: frozenset[str] = frozenset()) -> None:
        """The plan is on the server exactly, but for what another device changed; nothing else was touched."""
        with self.context.database.reading() as connection:
            lines = comparing.compared(connection, self.context).lines
        wanted = {one.published.uid: ics.alone(one) for _course, one in lines if not one.entry.cancelled}
        theirs = {name if name.startswith("/") else self.folder + name: data for name, data in OTHERS.items()}
        theirs = {path: data for path, data in theirs.items() if path in self.fake.held}
        held = {path: data for path, (_version, data) in self.fake.held.items()}
        assert {path: held[path] for path in theirs} == theirs
        ours = {text(data, "UID"): data for path, data in held.items() if path not in theirs}
        assert len(ours) == len(held) - len(theirs)
        assert {uid for uid in ours.keys() ^ wanted.keys() if uid not in but} == set()
        for uid in ours.keys() & wanted.keys() - but:
            assert plain(ours[uid]) == plain(wanted[uid])
            assert number(ours[uid], "SEQUENCE") >= number(wanted[uid], "SEQUENCE")
        assert (self.fake.fallen, self.fake.repeated) == ([], [])


def plain(data: bytes) -> list[bytes]:
    """An entry without what says only how often and when it was written."""
    return [one for one in data.splitlines() if not one.startswith((b"SEQUENCE:", b"DTSTAMP:", b"LAST-MODIFIED:"))]


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A course whose calendar was synced once, with others' entries beside; it has moved since."""
    path = tmp_path_factory.mktemp("lies") / "isotrack.db"
    context = Context(Database(path), "self", FIRST - timedelta(days=1), NOW, "en")
    request = opening.Opening(
        first_dose=FIRST, enrolled=None, protocol="jp-standard", can_become_pregnant=True, name=None,
        timezone="Asia/Tokyo", weight=Decimal(54), doses=Pattern.daily(Decimal(20)), projection=None, own_values=(),
    )  # fmt: skip
    opening.start_course(context, request)
    remembering.change_settings(context, {"capsule": "08:30"})
    world = World(context, Fake())
    with pytest.MonkeyPatch.context() as patch:
        stands_in(world.fake, patch)
        world.sync()
    world.put_others()
    world.check()
    return world


@pytest.fixture
def world(begun: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """The same, for one test."""
    (tmp_path / "data").mkdir()
    found = begun.copy(tmp_path / "data")
    stands_in(found.fake, monkeypatch)
    monkeypatch.setenv("ISOTRACK_PASSWORD_COMMAND", f"echo '{PASSWORD}'")
    monkeypatch.setattr(dav, "Server", partial(dav.Server, clock=found.fake.clock))
    found.visit(12)
    found.fake.asked.clear()
    return found


# --- what a server can say ----------------------------------------------------------------------------------------


def says(methods: str, *answer: object, **more: object) -> Lie:
    """Answer so to these methods."""
    return lambda _fake, asked: Answer(*answer, **more) if asked.method in methods.split() else None  # type: ignore[arg-type]


def after(passed: int, lie: Lie) -> Lie:
    """The lie begins after so many requests."""
    return lambda fake, asked: lie(fake, asked) if len(fake.asked) > passed else None


def raises(methods: str, error: Exception) -> Lie:
    def lie(_fake: Fake, asked: Asked) -> None:
        if asked.method in methods.split():
            raise error

    return lie


def mistold(change: Callable[[Fake, str], str]) -> Lie:
    """A list of entries that is not the true one."""

    def lie(fake: Fake, asked: Asked) -> Answer | None:
        if asked.method != "REPORT":
            return None
        told = fake.truth(asked)
        return Answer(told.status, change(fake, told.body), told.headers)

    return lie


def not_stored(fake: Fake, asked: Asked) -> Answer | None:
    return Answer(201) if asked.method in ("PUT", "DELETE") and fake.held is not None else None


def cut_short(fake: Fake, asked: Asked) -> Answer | None:
    return Answer(207, fake.truth(asked).body, {"Content-Type": XML}, is_cut=True) if asked.method == "REPORT" else None


def elsewhere(status: int, to: str, methods: str = "REPORT") -> Lie:
    return says(methods, status, headers={"Location": to})


def unchanging_version(fake: Fake, body: str) -> str:
    return re.sub(r'<D:getetag>"', f'<D:getetag>"{len(fake.asked)}-', body)


CALENDAR = r"<D:href>/yuki/[^/]+/"
LIES: dict[str, tuple[Lie, str]] = {
    "a page in place of a list": (says("REPORT", 200, PAGE, {"Content-Type": "text/html"}), "not a calendar server's"),
    "a page that calls itself a list": (says("REPORT", 207, PAGE, {"Content-Type": XML}), "not a calendar server's"),
    "a page as a list": (says("REPORT", 207, PAGE, {"Content-Type": "text/html"}), "not a calendar server's"),
    "garbage": (says("REPORT", 207, "\x00\xff garbage"), "not a calendar server's"),
    "nothing": (says("REPORT", 207, ""), "not a calendar server's"),
    "another document": (says("REPORT", 207, "<?xml version='1.0'?><a/>", {"Content-Type": XML}), "not a calendar"),
    "a list without an end": (mistold(lambda _fake, body: body[: len(body) // 2]), "not a calendar server's"),
    "a list that is said to be a part": (
        mistold(lambda _fake, body: body.replace(
            "</D:multistatus>", "<D:response><D:href>/</D:href><D:status>HTTP/1.1 507 Full</D:status></D:response>"
            "</D:multistatus>")),
        "not a calendar server's",
    ),
    "entries of another calendar": (mistold(lambda _fake, body: re.sub(CALENDAR, "<D:href>/yuki/work/", body)),
                                    "not a calendar server's"),
    "a line that is cut": (cut_short, f"the answer of {HOST} broke off"),
    "no line": (raises("REPORT PUT", NoConnectionError("x")), "cannot be reached"),
    "no answer": (raises("PUT", ReadTimeout("x")), "does not answer"),
    "an entry's answer that never comes": (after(9, raises("PUT", NoConnectionError("x"))), "cannot be reached"),
    "a page in place of taking": (says("PUT", 200, PAGE, {"Content-Type": "text/html"}), "refused an entry (200)"),
    "a fault": (says("PUT", 500), "has a fault of its own, or is overloaded (500)"),
    "a fault at first": (says("REPORT", 500, PAGE), "has a fault of its own, or is overloaded (500)"),
    "overloaded": (after(6, says("PUT", 503, headers={"Retry-After": "120"})), "overloaded (503)"),
    "too many": (says("REPORT PUT", 429, headers={"Retry-After": "90"}), "overloaded (429)"),
    "to another server": (elsewhere(301, "https://evil.example/dav/"), "sends on to another server"),
    "to another port": (elsewhere(307, f"https://{HOST}:8443/dav/"), "sends on to another server"),
    "without encryption": (elsewhere(302, f"http://{HOST}/dav/"), "sends on to an address without encryption"),
    "to this machine": (elsewhere(308, "http://127.0.0.1:9/"), "sends on to another server"),
    "what is written to another server": (elsewhere(307, "https://evil.example/", "PUT"), "sends on to another server"),
    "what is written to a page": (elsewhere(302, "/login", "PUT"), "not a calendar server's"),
    "an endless way": (elsewhere(301, URL), "cannot be reached"),
    "the password no more": (after(3, says("REPORT PUT", 401)), "does not accept this user and password"),
    "reading only": (says("PUT DELETE", 403), "does not let this user do that (403)"),
    "a calendar that is gone": (says("REPORT PUT", 404), "the calendar is no longer on"),
    "an entry that is not taken": (says("PUT", 415), "refused an entry (415)"),
    "taken and not kept": (not_stored, "confirmed entries and did not keep them"),
    "other versions each time": (mistold(unchanging_version), "that nobody else changed"),
    "always another device": (says("PUT DELETE", 412), "that nobody else changed"),
    "a certificate that is too old": (
        raises("REPORT", SSLError("certificate verify failed: certificate has expired")), "is not valid today"),
    "a certificate of another": (raises("REPORT", SSLError("Hostname mismatch, certificate is not valid for 'x'")),
                                 "is another server's"),
    "a certificate of nobody": (raises("REPORT", SSLError("certificate verify failed: self-signed certificate")),
                                "vouches for the certificate"),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("name", LIES)
def test_a_lie_is_one_clear_line_and_nothing_of_the_plan_is_lost(world: World, name: str) -> None:
    lie, said = LIES[name]
    world.fake.lie = lie
    with pytest.raises(ServerError) as caught:
        world.sync()
    assert said in str(caught.value)
    assert {asked.host for asked in world.fake.asked} == {HOST}
    if isinstance(caught.value, syncing.CutOffError):
        assert caught.value.done.left == ()
        assert "goes on from there" in str(caught.value.hint)
    elif not LONG:
        # Nothing was sent; that the next one is right after it is in the long form.
        assert {asked.method for asked in world.fake.asked} <= {"PROPFIND", "REPORT"}
        return
    world.fake.lie = None
    assert world.sync().left == ()
    world.check()
    assert not LONG or world.sync().sent == ()


def test_what_a_person_reads_is_one_line_in_either_language(isotrack: Isotrack, world: World) -> None:
    world.fake.lie = after(9, says("PUT", 503, headers={"Retry-After": "120"}))
    ran = isotrack("--lang", "en", "calendar", "sync", today=LATER, ok=False)
    assert ran.code == 1
    assert f"{HOST} has a fault of its own, or is overloaded (503)" in ran.err
    assert "the next sync goes on from there" in ran.err
    assert re.search(r"Sent to \S+: 0 new, \d changed, 1 deleted", ran.out)
    japanese = isotrack("--lang", "ja", "calendar", "sync", today=LATER, ok=False)
    assert (japanese.code, re.search("[a-z]{4}", japanese.err.replace(HOST, "").replace("isotrack", ""))) == (1, None)
    world.fake.lie = None
    assert world.sync().left == ()
    world.check()


def test_what_leaves_is_shown_before_the_first_time_and_nothing_is_sent(isotrack: Isotrack, world: World) -> None:
    world.fake.calendars, world.fake.held = set(), {}
    isotrack("calendar", "sync", "--stop")
    ran = isotrack("calendar", "sync", "--url", URL, "--user", USER, today=LATER, ok=False)
    assert (ran.code, "nothing was sent" in ran.err) == (2, True)
    assert {"Clinic 3", "Check A 1"} <= {row[23:].removesuffix("new").strip() for row in ran.out.splitlines()}
    assert {asked.method for asked in world.fake.asked} <= {"PROPFIND", "REPORT"}


# --- what is refused before it leaves -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("named", "other", "is_also"),
    [
        ("https://a.example/", "https://a.example/b", True),
        ("https://a.example/", "https://a.example:443/", True),
        ("https://A.example", "https://a.example./x?y", True),
        ("https://a.example/", "https://a.example:8443/", False),
        ("https://a.example/", "http://a.example/", False),
        ("https://a.example/", "http://a.example:443/", False),
        ("https://a.example/", "https://b.a.example/", False),
        ("https://a.example/", "https://example/", False),
        ("https://a.example/", "https://a.example.evil/", False),
        ("https://a.example/", "https://a.example@evil/", False),
        ("https://a.example/", "//evil/", False),
        ("https://a.example/", "https://[", False),
        ("http://127.0.0.1:5232/", "http://127.0.0.1:5232/x", True),
        ("http://127.0.0.1:5232/", "http://127.0.0.1:5233/x", False),
        ("http://127.0.0.1:5232/", "http://localhost:5232/x", False),
        ("https://caldav.icloud.com/", "https://p42-caldav.icloud.com/1/", True),
        ("https://caldav.icloud.com/", "http://p42-caldav.icloud.com/1/", False),
        ("https://caldav.icloud.com/", "https://p42-caldav.icloud.com:8443/1/", False),
        ("https://caldav.icloud.com/", "https://evilicloud.com/1/", False),
        ("https://caldav.icloud.com.evil/", "https://p42.icloud.com/1/", False),
    ],
)
def test_the_password_goes_to_the_named_server_alone(named: str, other: str, is_also: bool) -> None:
    assert Place.of(named).is_also(Place.of(other)) == is_also


@pytest.mark.parametrize("method", ["PROPFIND", "REPORT", "MKCALENDAR", "PUT", "DELETE", "GET"])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_request_of_any_kind_is_made_to_another_server(world: World, method: str, status: int) -> None:
    world.fake.lie = elsewhere(status, "https://evil.example/x", method)
    server = world.server()
    with pytest.raises(ServerError):
        server._send(method, f"{URL}yuki/x", b"x", {})
    assert {asked.host for asked in world.fake.asked} == {HOST}
    server.close()


@pytest.mark.parametrize("properties", ["calendar-home-set", "current-user-principal"])
def test_an_address_that_the_server_gives_is_no_way_to_another_one(world: World, properties: str) -> None:
    def lie(fake: Fake, asked: Asked) -> Answer | None:
        told = fake.truth(asked)
        name = "C:calendar-home-set" if properties == "calendar-home-set" else "D:current-user-principal"
        body = told.body.replace(f"<{name}><D:href>/", f"<{name}><D:href>https://evil.example/")
        return Answer(told.status, body, told.headers) if asked.method == "PROPFIND" else None

    world.fake.lie = lie
    with pytest.raises(ServerError):
        world.sync(restore=True)
    assert {asked.host for asked in world.fake.asked} == {HOST}


def test_no_password_of_another_kind_and_no_proxy_is_used(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text(f"machine {HOST} login eve password wrong\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    assert world.sync().left == ()
    assert "Authorization" not in world.fake.asked[0].headers


def test_to_this_machine_there_is_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def send(_adapter: HTTPAdapter, _request: object, **options: object) -> None:
        asked.append(options["proxies"])
        raise ReadTimeout("x")

    monkeypatch.setattr(HTTPAdapter, "send", send)
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "")
    server = dav.Server(dav.Account("http://127.0.0.1:9/", USER, PASSWORD))
    with pytest.raises(ServerError):
        server.calendar("x", "VEVENT")
    server.close()
    assert asked == [{}]


# --- time and size ------------------------------------------------------------------------------------------------


def test_a_slow_server_gets_the_rest_in_the_next_sync(world: World) -> None:
    world.fake.pace = line.LONGEST / 8
    with pytest.raises(syncing.CutOffError, match="too slow: after 10 minutes") as caught:
        world.sync()
    assert caught.value.done.sent
    world.fake.pace = 5
    done = world.sync()
    assert done.sent
    assert {one.title for one in done.sent} & {one.title for one in caught.value.done.sent} == set()
    world.check()


class Screen(io.StringIO):
    """A terminal as somebody sees it: every line, and whatever a line was before it was written over."""

    encoding = "utf-8"  # type: ignore[assignment]
    errors = "strict"  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.lines, self.passed, self.at = [""], list[str](), 0

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if isinstance(text, bytes):
            raise TypeError  # it takes text alone
        for char in text:
            line = self.lines[-1]
            if char == "\n":
                self.lines.append("")
            elif char == "\r":
                self.passed.append(line)
            elif char != "\b":
                cells = [*(cell for one in line for cell in ((one, "") if cell_len(one) == 2 else (one,)))]  # noqa: PLR2004
                new = (char, "") if cell_len(char) == 2 else (char,)  # noqa: PLR2004 - a wide one
                cells[self.at : self.at + len(new)] = new
                self.lines[-1] = "".join(cells)
            self.at = {"\n": 0, "\r": 0, "\b": self.at - 1}.get(char, self.at + cell_len(char))
        return len(text)


@pytest.mark.parametrize(("how", "lang"), [
    ("well", "ja"), ("cut off", "en"), ("cut off", "ja"), ("inside", "ja"), ("stopped", "en"), ("stopped", "ja"),
])  # fmt: skip
def test_the_line_that_counts_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str, lang: str
) -> None:
    settle(machine_in(tmp_path), monkeypatch, lang)
    assert say(*START).code == 0
    errors: dict[str, BaseException] = {
        "cut off": ReadTimeout("slow"), "inside": RuntimeError("x"), "stopped": KeyboardInterrupt(),
    }  # fmt: skip

    def lie(fake: Fake, _asked: Asked) -> None:
        if how != "well" and len(fake.held) == 2:  # noqa: PLR2004 - so many were taken
            raise errors[how]

    stands_in(Fake(lie=lie), monkeypatch)
    monkeypatch.setenv("ISOTRACK_PASSWORD_COMMAND", f"echo {PASSWORD}")
    screen = Screen()
    with redirect_stdout(io.TextIOWrapper(io.BytesIO(), "utf-8")), redirect_stderr(screen):
        code = run(["calendar", "sync", "--url", URL, "--user", USER, "--yes"])
    assert code == {"well": 0, "stopped": 130}.get(how, 1), screen.lines
    counted = [line.rstrip() for line in screen.passed if re.search("[0-9]", line)]
    one, two = ({"en": f"Sent: {done} of 33", "ja": f"送信済み：33件中{done}件"}[lang] for done in (1, 2))
    left = [line.strip() for line in screen.lines if line.strip()]
    if how == "stopped":  # what was sent by then stays, before the ^C of the terminal
        assert (counted, left[:-1]) == ([one], [two])
    else:
        assert (counted[:2], len(counted)) == ([one, two], 33 if how == "well" else 2)
        assert len(left) == (how != "well")


@pytest.mark.slow
def test_ten_thousand_entries_of_others_are_no_hindrance(world: World) -> None:
    data = OTHERS["birthday.ics"]
    for count in range(10_000 if LONG else 300):
        world.fake.store(f"{world.folder}{count}.ics", data.replace(b"UID:b", b"UID:other-%d" % count))
    others = {path: one for path, one in world.fake.held.items() if b"UID:other-" in one[1]}
    assert world.sync().left == ()
    assert {path: world.fake.held[path] for path in others} == others


@pytest.mark.parametrize(
    ("said", "minutes"),
    [("120", 2), ("1", 1), ("0", None), ("-5", None), ("9" * 30, None), ("x", None), ("", None), ("\u0663", 1),
     ("Sat, 01 Jan 2000 00:00:00 GMT", None), ("Mon, 99 Foo", None)],
)  # fmt: skip
def test_the_pause_that_a_server_asks_for_is_said_where_it_makes_sense(said: str, minutes: int | None) -> None:
    time = overloaded(HOST, 503, said).values.get("time")
    assert (time and time.values["count"]) == minutes


# --- versions, clocks, other hands --------------------------------------------------------------------------------


def versionless(_fake: Fake, body: str) -> str:
    return re.sub("<D:getetag>.*?</D:getetag>", "", body)


def weak(_fake: Fake, body: str) -> str:
    return body.replace('<D:getetag>"', '<D:getetag>W/"')


@pytest.mark.parametrize("told", [versionless, weak], ids=["none", "weak"])
def test_without_a_version_an_entry_is_read_again_before_it_is_changed(
    world: World, told: Callable[[Fake, str], str]
) -> None:
    list_of, changed = mistold(told), list[str]()

    def lie(fake: Fake, asked: Asked) -> Answer | None:
        if asked.method == "GET" and not changed and b"SUMMARY:Clinic" in fake.held[asked.path][1]:
            fake.store(asked.path, moved(fake.held[asked.path][1], 3))
            changed.append(asked.path)
        return list_of(fake, asked)

    world.fake.lie = lie
    assert [one.elsewhere.value for one in world.sync().left] == ["moved"]
    theirs = text(world.fake.held[changed[0]][1], "UID")
    world.check(but=frozenset({theirs}))


def test_a_change_that_is_refused_once_is_made_in_the_same_run(world: World) -> None:
    world.fake.lie = lambda fake, asked: Answer(412) if asked.method == "PUT" and len(fake.asked) % 3 == 0 else None
    assert (world.sync().left, world.sync().sent) == ((), ())
    world.check()


def test_an_entry_that_cannot_be_read_any_more_was_deleted_by_nobody(world: World) -> None:
    path = next(path for path, (_version, data) in world.fake.held.items() if b"SUMMARY:Clinic 2" in data)
    data = world.fake.held[path][1]
    world.fake.store(path, data[: len(data) // 2])
    done = world.sync()
    assert (done.left, done.unreadable) == ((), 2)
    assert world.fake.held[path][1] == data[: len(data) // 2]
    world.fake.store(path, data)
    assert world.sync().left == ()
    world.check()


@pytest.mark.parametrize("days", [-1, 1])
def test_a_clock_that_is_a_day_off_changes_nothing(world: World, days: int) -> None:
    world.sync()
    right = world.context
    world.context = replace(right, now=right.now + timedelta(days=days))
    world.visit(14)
    world.sync()
    world.context = replace(world.context, now=right.now)
    assert world.sync().sent == ()
    world.check()


def test_a_calendar_of_ours_that_another_took_away_is_begun_anew(world: World) -> None:
    folder = world.folder
    world.fake.calendars.remove(folder)
    world.fake.held = {path: one for path, one in world.fake.held.items() if not path.startswith(folder)}
    with pytest.raises(ServerError, match="no longer on"):
        world.sync()
    # The answer to the making is lost; the next run finds an empty calendar.
    world.fake.lie = lambda fake, asked: fake.truth(asked) and Answer(500) if asked.method == "MKCALENDAR" else None
    with pytest.raises(ServerError, match=r"overloaded \(500\)"):
        world.sync(restore=True)
    world.fake.lie = None
    assert world.sync(restore=True).left == ()
    world.check()


# --- killed -------------------------------------------------------------------------------------------------------


class Killed(BaseException):
    """The process ends here."""


HOWS = ("never arrived", "answer lost", "arrived later")


def kill(world: World, request: int, how: str) -> bool:
    """Run a sync that ends at a request (the first, without a password, is 0); whether it came so far."""
    begun, late = len(world.fake.asked), list[Asked]()

    def lie(fake: Fake, asked: Asked) -> None:
        if len(fake.asked) - begun == request + 1:
            if how == "answer lost":
                fake.truth(asked)
            elif how == "arrived later":
                late.append(asked)
            raise Killed

    def later(fake: Fake, asked: Asked) -> None:
        """It comes when the next run has read the calendar, but has sent nothing."""
        if late and asked.method in ("PUT", "DELETE"):
            fake.truth(late.pop())

    world.fake.lie = lie
    try:
        world.sync()
    except Killed:
        world.fake.lie = later
        return True
    world.fake.lie = None
    return False


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("is_first", [True, False], ids=["the first sync", "a later one"])
def test_a_run_that_is_killed_at_any_request_is_completed_by_the_next(
    begun: World, monkeypatch: pytest.MonkeyPatch, is_first: bool
) -> None:
    seen = 0
    for request in range(1, 100, 1 if LONG else 26 if is_first else 11):
        for how in HOWS if LONG else (HOWS[request // 2 % 3],):
            with tempfile.TemporaryDirectory() as folder, monkeypatch.context() as patch:
                world = begun.copy(Path(folder))
                stands_in(world.fake, patch)
                if is_first:
                    syncing.stop(world.context)
                    world.fake.held, world.fake.calendars = {}, set()
                else:
                    world.visit(12)
                if not kill(world, request, how):
                    assert seen >= FEWEST
                    return
                seen += 1
                # The plan moves on before the next run, which is killed before it has looked, and then there is one.
                if request % 3 == 0:
                    world.visit(16)
                    later, world.fake.lie = world.fake.lie, None
                    kill(world, 1, HOWS[0])
                    world.fake.lie = later
                assert world.sync().left == ()
                world.fake.lie = None
                assert world.sync().left == ()
                world.check()


FEWEST = 2


steps = st.one_of(
    st.tuples(st.just("visit"), st.integers(0, 20)),
    st.tuples(st.just("undo"), st.just(0)),
    *(st.tuples(st.just(how), st.integers(0, 25)) for how in HOWS),
    st.tuples(st.sampled_from(sorted(LIES)), st.integers(0, 12)),
    st.tuples(st.just("elsewhere"), st.integers(0, 40)),
)


@pytest.mark.slow
@pytest.mark.long
@given(story=st.lists(steps, max_size=8 if LONG else 5))
@example(story=[("visit", 3), ("arrived later", 4), ("visit", 3), ("never arrived", 5)]).via("sent and not seen")
@settings(max_examples=400 if LONG else 2)
def test_whatever_fails_in_whatever_order_a_good_line_mends_it(begun: World, story: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        world, touched = begun.copy(Path(folder)), set[str]()
        stands_in(world.fake, patch)
        for step, count in story:
            if step in ("visit", "undo"):
                getattr(world, step)(count)
            elif step in HOWS:
                kill(world, count + 1, step)
            elif step == "elsewhere":
                ours = sorted(path for path in world.fake.held if path.startswith(world.folder) and "-" in path[-20:])
                path = ours[count % len(ours)]
                touched.add(text(world.fake.held[path][1], "UID"))
                world.fake.store(path, moved(world.fake.held[path][1], count - 100))
            else:
                world.fake.lie = after(len(world.fake.asked) + count, LIES[step][0])
                with suppress(ServerError):
                    world.sync()
                world.fake.lie = None
        world.sync()
        world.fake.lie = None
        done = world.sync()
        assert {one.uid for one in done.left} <= touched
        world.check(but=frozenset(touched))
        world.sync(restore=True)
        world.check()
