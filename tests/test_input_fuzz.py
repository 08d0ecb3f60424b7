"""Whatever is typed: an exit code that means something, no traceback, and nothing written unless it says so."""

from __future__ import annotations

import errno
import io
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import click
import keyring
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support import LONG, START, Machine, Said, faults, image, machine_in, rows, say, settle
from tests.test_documents import commands
from tracker.cli.main import cli
from tracker.facts import KINDS, Done, FactKind, Log
from tracker.facts.kind import TRUTH
from tracker.facts.stock import Stock
from tracker.visible import visible

EXAMPLES = 20_000 if LONG else 120
MAY_BE_MADE = (
    "reminders.ics", "reminders-changes.ics", "reminders-part.ics", "other.db", "isotrack-record.json",
    "isotrack-doses.csv", "isotrack-blood.csv", "isotrack-symptoms.csv", "isotrack-fhir.json",
    "report.html", ".local/share/bash-completion/completions/isotrack", ".local/share/zsh/site-functions/_isotrack",
    ".config/fish/completions/isotrack.fish", ".zshrc",
)  # fmt: skip
"""Files that a command may make without being told their very name."""

PLAUSIBLE = {
    "possible": ["yes", "no", "はい", "いいえ", "y", "maybe"],
    "day": [
        "today", "yesterday", "-3d", "+14d", "2026-11-24", "2026-11-20", "2026-12-24", "11/24", "24 Nov",
        "令和8年11月24日", "２０２６－１１－２４", "2026年1月5日", "last friday", "friday", "next tuesday",
        "in 2 weeks", "3 days ago", "来週の火曜日", "先週の金曜", "３日前", "18/01/27", "1/5", "8 Mar", "－１日",
        "おととい", "the day before yesterday", "1 Dec..4 Dec", "2026-11-20 15:42", "friday next week", "金曜日",
    ],
    "days": [
        "1 Nov..4 Nov", "2026-11-20..today", "last friday to today", "11/20〜11/23", "11月20日から23日まで", "1-4 Nov",
        "from monday to today", "today", "-3d", "4 Nov..1 Nov", "1 Nov..", "..", "1..4", "1/5..3/5",
        "2020-01-01..today",
    ],
    "time": ["2026-12-24 15:30", "2026-12-24", "2026年12月24日 午後3時", "12/24 9:00", "2026-12-24T15:30",
             "next tuesday 10.30", "来週の火曜日 9時半", "2026-12-24T15:30:00+09:00"],
    "kg": ["54", "54.5kg", "119lb", "６０", "60.5 キロ"],
    "mg": ["20", "40mg", "１０", "30 ミリグラム"],
    "doses": [
        "20", "40mg", "１０", "20/40", "20/40/40", "20 every 2 days", "20 every other day", "20 mon,wed,fri", "20x2",
        "20 twice a day", "20mg 1日2回", "隔日 20mg", "20mgを1日おき", "月水金 20mg", "20mgと40mgを交互に",
    ],
    "every": ["2", "3 days", "other day", "隔日"],
    "span": ["6m", "24w", "P6M", "6か月", "180d"],
    "price": ["30000", "30,000", "¥30000", "3万円", "199.50", "-1", "free"],
    "payer": ["self-pay", "insured", "自費", "保険"],
    "procedure": ["dermapen", "ダーマペン", "pico fractional", "レーザー", "peel", "waxing", "レーシック", "dermapn"],
    "series": ["dermapen", "dermapen/1", "potenza", "ダーマペン", "dermapen-2"],
    "profile": ["label-conservative", "consensus-2017", "添付文書"],
    "shell": ["bash", "zsh", "fish", "dash"],
    "target": ["120", "150mg/kg"],
    "result": ["negative", "positive", "陰性", "unclear", "+", "-"],
    "capsules": ["28", "28個", "１４"],
    "whole number": ["2", "３"],
    "number of days": ["2", "３日", "2日間", "4 days", "1 week"],
    "measured": ["ALT=22", "TG＝145", "GOT", "<5", "TG=1.6", "T-Bil=0.8mg/dL", "CK=H 300*", "ALT=45(10-42)"],
    "table": ["values.csv", "invitation.ics", "missing.csv"],
    "product": ["conventional", "micronised", "通常製剤", "ld"],
    "sex": ["female", "male", "女性", "m"],
    "symptom": [
        "lips 2", "唇", "headache", "頭痛", "ひどい頭痛", "headache=1 nausea", "suicdal", "死にたい", "no headache",
        "頭痛なし", "blurred vision", "head", "chest pain", "missed period", "lips=2, 頭痛 軽い",
        "xyzzy", "headache 0", "lips 7",
    ],
    "red flag": ["rf-liver", "rf-suicidal", "hearing", "黄疸", "rf-livr", "chest pain"],
    "answer": ["low", "spirits=1", "気分=1 不安=0 睡眠=2 自傷=0", "harm=yes", "3/10", "sleep=9", "死にたい"],
    "country": ["jp", "uk", "FR", "all", "xx", "すべて"],
    "codes": ["red=12", "赤＝3", "pus", "crater=1", "alcohol", "with-food=yes", "effect", "left-cheek red=3 chin pus=1",
              "毛穴 目立つ", "sebum=oily", "sleep=7 moisturiser", "睡眠=7時間半",
              "chin", "red=1 chin pus=2", "日焼け止め"],
    "code": ["left-cheek", "左頬", "額", "foot"],
    "words": ["minocycline", "retinol cream", "ビオフェルミン", "cold medicine", "大豆"],
    "last day": ["today", "+7d", "2026-11-24", "2026-12-24", "yesterday", "friday"],
    "photo": ["missing.jpg", "invitation.ics", "folder", "isotrack.db"],
    "use": ["by-mouth", "skin", "内服"],
    "about": ["allergy", "illness", "medicine", "note", "アレルギー", "薬"],
    "name": ["minocycline", "vitamin A", "ビタミンA", "minocyclin", "チョコラA錠", "aspirin", "お酒"],
    "list": ["analytes", "substances", "skin", "habits", "symptoms", "薬"],
    "kind": ["visit", "dose,weight", "blood", "予約", "採血、体重", "no-kind"],
    "family": ["skin", "肌", "mood", "habit", "counselling", "symptom", "feet"],
    "earlier": ["done", "unknown", "open", "済み", "不明"],
    "risk": ["unprotected", "missed-period", "避妊なし", "生理の遅れ"],
    "key": ["visit/1", "visit/2", "visit/3", "blood/1", "blood-baseline/1"],
    "number": ["1", "2", "3", "4", "5", "6", "7", "99"],
    "text": ["a note", "メモ", "é", "two\nlines", "\U0001f338"],
    "own": ["contraception.tail=P12M", "contraception.tail=P1D", "visit.every=P1M"],
    "zone": ["Asia/Tokyo", "Europe/London", "UTC"],
    "protocol": ["jp-standard", "jp-standard@2025-11-17", "jp-strict", "us", "own.json"],
    "page": ["page.html", "out.ics", "-", "folder", "folder/page.html"],
    "file": ["out.ics", "new.ics", "-", "folder", "folder/in.ics"],
    "db": ["other.db", "sqlite:///other.db", "isotrack.db", "out.ics"],
    "lang": ["en", "ja"],
    "titles": ["full", "discreet"],
    "patient": ["me", "Yuki", "ゆき"],
    "form": ["event", "todo"],
    "kinds": ["visit", "visit,blood-test", "Visit", "pregnancy-test"],
    "out": ["all", "folder", "."],
    "invitation": ["invitation.ics", "out.ics", "missing.ics"],
    "preference": ["dates=day-first", "dates=month-first", "dates=programme", "dates=ask", "date=ask", "dates=day"],
    "change": ["titles=full", "book.visit=10d", "capsule=08:30", "capsule=08:30,20:00", "alarm.visit=off",
               "windows=banner", "group=on"],
    "copy": ["copy.db", "2026-11-24", "yesterday", "format-7", "out.ics", "missing/copy.db"],
    "record": ["record.json", "invitation.ics", "missing.json", "folder"],
    "diary": ["diary.csv", "values.csv", "missing.csv", "folder", "record.json"],
    "csv": ["doses", "blood", "symptoms", "採血", "money"],
    "chart": ["dose", "weight", "ALT", "中性脂肪", "症状", "mood", "blood", "alt ast", "γ-GTP", "CKK", "LDH"],
    "url": ["http://127.0.0.1:9/", "https://127.0.0.1:9/dav/", "https://me:secret@127.0.0.1:9/", "http://[::1]:9/"],
    "program": ["echo secret", "echo", "no-such-program", "'"],
}  # fmt: skip
"""What a person would type, by what is asked for."""

HOSTILE = [
    "", " ", "\u3000", "\u200b", "2026-02-30", "2025-02-29", "01/02/03", "10000-01-01", "0000-00-00", "99999999-01-01",
    "令和0年1月1日", "昭和64年1月8日", "R99.99.99", "-99999d", "+9999w", "9999週間後", "25:00", "nan", "inf", "1e400",
    "-0", "1_000", "٣٠", "60,5", "9" * 400, "0." + "0" * 300 + "1", "-1", "0", "2147483648", "99999999999999999999",
    "\udcff", "\x1b[31m", "\x07", "\u202e", "\U0001f469\u200d\U0001f467", "ば".encode().decode("latin-1"),
    "'); DROP TABLE fact; --", "%s%n", "{0}", "{on.__class__}", "{message}", "$(id)", "`id`", "=cmd()", "@x", "+x",
    "END:VCALENDAR\r\nBEGIN:VEVENT", "a\nb", "../../x", "a/b/c.json", "folder", "folder/",
    ".", "..", "isotrack.db", "missing/isotrack.db", "sqlite:///other.db", "postgresql://u:p@h/d", ":memory:",
    "file:x?mode=memory", "--", "--=", "--on=", "--lang=xx", "--today=never", "--db=", "\\", "C:\\x",
    "visit/0", "visit/-1", "visit/", "visit/99999999999999999999", "visit/１", "P0D", "P999999999M", "PT1H",
    "contraception.tail=", "contraception.=P1M", ".=", "x.y=P1M", "Asia/tokyo", "../../etc/passwd", "-x", "--no-such",
    "yesterday", "missed", "mood", "low", "vist/1", "lgo", "visti", "booking", "20mg", "54 kg", "8 Mar", "服用", "採決",
    "飲み忘れ", "－－missed", "—on", "1 Dec..4 Dec", "12/1〜12/4", "log　visit", "last friday", "10.30", "9h",
    "午後3時半", "2026-11-24T10:00:00Z", "2026-11-24+09:00", "NaN", "None", "null", "true", "-h", "--help", "--json",
    "--version", "a\u202eb", "\u2066x\u2069", "a\u00adb", "\ufeff", "\u2028", "\x9b31m", "\U000e0041", "\u3164",
]  # fmt: skip
"""What nobody means. No path here leads out of the folder in which it is tried."""

PYTHON = re.compile(r"\('|\['|\bNone\b|\{'|<[a-z_.]+[ :.][^>]*>|\b[A-Z][a-z]+\.[A-Z_]{2,}\b|Decimal\(|datetime\.")
"""What a message has where a value stands in it that was not put into words."""
ALWAYS = ["", "\udcff", "é" * 40_000]
"""Tried in every place, whatever else is."""

COMMON = {"--today": "day", "--lang": "lang", "--patient": "patient", "--db": "db", "--dry-run": ""}
NOTED = {"--on": "day", "--note": "text"}
FIX = {"--on": "day", "--value": "doses", "--note": "text", "--remove": "", "--yes": ""} | {
    flag: "" if column.sort is TRUTH else column.sort.name
    for kind in KINDS for column in kind.columns for flag in (column.flag or "").split("/") if flag
}  # fmt: skip
OPENING = {
    "--weight": "kg", "--dose": "doses", "--protocol": "protocol", "--duration": "span", "--target": "target",
    "--enrolled": "day", "--name": "text", "--timezone": "zone", "--set": "own", "--ics": "file", "--move": "day",
    "--product": "product", "--yes": "", "--earlier": "earlier", "--taken-so-far": "mg", "--sex": "sex",
    "--born": "day",
    "--clinic-confirmed": "", "--cannot-become-pregnant": "", "--can-become-pregnant": "", "--all": "",
}  # fmt: skip
EXPORT = {
    "-o": "file", "--output": "file", "--changes": "", "--again": "", "--only": "kinds", "--from": "day",
    "--until": "day", "--as": "form", "--titles": "titles", "--force": "", "--all-patients": "out",
}  # fmt: skip
SYNC = {
    "--url": "url", "--user": "patient", "--as": "form", "--password-command": "program",
    "--pull": "", "--restore": "", "--yes": "", "--stop": "",
}  # fmt: skip


SERIES = {
    "--sessions": "whole number", "--every": "span", "--from": "last day", "--after": "series", "--price": "price",
    "--downtime": "number of days", "--clinic-confirmed": "", "--note": "text",
}  # fmt: skip


def logged() -> list[tuple[str, list[str], dict[str, str]]]:
    """The commands that kinds of facts declare, with what a person would type for each of their values."""

    def asked(kind: FactKind[Any], said: Log) -> list[str]:
        if said.coded:
            return ["codes"]
        return ["measured"] * 2 if said.measured else [kind.column(name).sort.name for name in said.arguments]

    return [
        (
            f"log {kind.log.names[0]}",
            asked(kind, kind.log),
            NOTED | ({"--since": "day"} if "until" in kind.log.options else {})
            | ({"--ask": ""} if kind.log.measured else {})
            | ({"--price": "price", "--insured": ""} if issubclass(kind.cls, Done | Stock) else {})
            | ({"--yes": ""} if kind.log.measured or kind.log.doubted else {}) | {
                flag: "" if column.sort is TRUTH else column.sort.name
                for column in map(kind.column, kind.log.options)
                for flag in str(column.flag).split("/")
            },
        )
        for kind in KINDS
        if kind.log is not None
    ]  # fmt: skip


COMMANDS: list[tuple[str, list[str], dict[str, str]]] = [
    ("", [], {"--json": ""}),
    ("start", ["day"], OPENING),
    ("start --patient Yuki", ["day"], OPENING),
    ("start --db other.db", ["day"], OPENING),
    ("start --move", ["day"], OPENING),
    ("status", [], {"--json": ""}),
    ("next", [], {"--json": ""}),
    ("plan", [], {"--json": ""}),
    *logged(),
    ("log dose", ["mg"], {**NOTED, "--on": "days", "--missed": "", "--first": "", "--yes": ""}),
    ("log symptom", ["symptom"], {**NOTED, "--since": "day", "--until": "day"}),
    ("log mood", ["answer"], NOTED),
    ("log photo", ["photo"], {**NOTED, "--area": "code"}),
    ("ask", ["words"], {"--done": "number", "--on": "day", "--note": "text", "--json": ""}),
    ("chart", ["chart"], {"--since": "day", "--json": ""}),
    (
        "report",
        [],
        {
            "-o": "page",
            "--output": "page",
            "--since": "day",
            "--full": "",
            "--discreet": "",
            "--photos": "",
            "--force": "",
        },
    ),
    ("photos", ["code"], {"--json": "", "--clean": "", "--yes": "", "--export": "out"}),
    ("over", ["symptom"], {"--on": "day"}),
    ("symptoms", [], {"--json": ""}),
    ("crisis", ["country"], {"--json": ""}),
    ("log dose --missed", [], {"--on": "days", "--note": "text"}),
    ("book", ["key", "time"], {"--cancel": "", "--note": "text"}),
    ("dose", ["doses"], {"--from": "day", "--every": "every", "--product": "product", "--yes": "", "--note": "text"}),
    ("dose", [], {"--json": ""}),
    ("stock", [], {"--json": ""}),
    ("money", [], {"--json": ""}),
    ("procedure", [], {"--json": ""}),
    ("procedure plan", ["procedure"], SERIES),
    ("procedure plan dermapen --sessions 5 --every P1M", [], SERIES),
    (
        "procedure log",
        ["procedure"],
        {**NOTED, "--price": "price", "--area": "words", "--downtime": "number of days", "--clinic-confirmed": ""},
    ),
    ("procedure book", ["key", "time"], {"--cancel": "", "--note": "text"}),
    ("procedure cancel", ["series"], {"--from": "whole number"}),
    ("procedure profile", ["profile"], {"--clinic-confirmed": "", "--note": "text"}),
    ("blood", [], {"--json": ""}),
    ("import-blood", ["table"], {"--skip": "text", "--yes": ""}),
    ("check", ["name"], {"--json": ""}),
    ("substances", [], {"--json": ""}),
    ("background", [], {"--json": ""}),
    ("list", ["list"], {"--json": ""}),
    ("consent", [], {"--json": ""}),
    ("observed", ["family"], {"--json": ""}),
    ("skin", ["code"], {"--json": ""}),
    ("care", [], {"--json": "", "--on": "day"}),
    ("habits", [], {"--json": ""}),
    ("until", ["day"], {"--duration": "span", "--target": "target"}),
    ("pause", ["day"], {"--note": "text", "--resume": "day"}),
    ("resume", ["day"], {"--note": "text"}),
    ("stop", ["day"], {"--note": "text"}),
    ("can", ["name"], {"--on": "day", "--json": ""}),
    ("why", ["key"], {"--json": ""}),
    ("compare", [], {"--stop": "day", "--json": ""}),
    ("history", [], {"--json": "", "--kind": "kind", "--from": "day", "--until": "day"}),
    ("completion install", ["shell"], {"--add-line": "", "--force": ""}),
    ("completion show", ["shell"], {}),
    ("completion remove", ["shell"], {}),
    ("fix", ["number"], FIX),
    ("undo", [], {}),
    ("redo", [], {}),
    ("settings", ["preference"], {"--json": ""}),
    ("calendar export", [], EXPORT),
    ("calendar subscribe", ["file"], {"--stop": "", "--force": ""}),
    ("calendar preview", [], {"--json": ""}),
    ("calendar settings", ["change"], {"--json": ""}),
    ("calendar import-appointments", ["invitation"], {}),
    ("calendar sync", [], SYNC),
    ("calendar sync --url http://127.0.0.1:9/ --user me --yes", [], SYNC),
    ("doctor", [], {"--mend": "", "--accept": "", "--yes": "", "--json": ""}),
    ("encrypt", [], {"--keyring": "", "--yes": ""}),
    ("decrypt", [], {"--yes": ""}),
    (
        "passwd",
        [],
        {
            "--keyring": "",
            "--no-keyring": "",
            "--yes": "",
            "--new-passphrase-fd": "number",
            "--new-passphrase-file": "file",
        },
    ),
    ("backup", ["copy"], {"--list": "", "--json": "", "--force": ""}),
    ("restore", ["copy"], {"--yes": "", "--json": ""}),
    ("wipe", [], {"--unopened": "", "--yes": ""}),
    (
        "record export",
        [],
        {
            "-o": "file",
            "--output": "file",
            "--with-calendar": "",
            "--csv": "csv",
            "--fhir": "",
            "--force": "",
        },
    ),
    ("record import", ["record"], {"--yes": ""}),
    ("record import-doses", ["diary"], {"--skip": "text", "--yes": ""}),
    ("patients", ["patient"], {}),
    ("patients list", ["patient"], {"--json": ""}),
    ("patients rename", ["patient", "patient"], {}),
    ("patients delete", ["patient"], {}),
    ("adopt", ["protocol"], {"--on": "day", "--note": "text", "--yes": "", "--clinic-confirmed": ""}),
    ("protocols", [], {"--json": ""}),
    ("protocols show", ["protocol"], {}),
    ("protocols check", ["file"], {}),
]
FLAGS = sorted({flag for *_, flags in COMMANDS for flag in flags} | {"--help", "-h", "--version", "--", "-"})

anything = st.one_of(
    st.sampled_from(HOSTILE),
    st.sampled_from([word for words in PLAUSIBLE.values() for word in words]),
    st.text(st.characters(exclude_characters="\x00"), max_size=12).filter(
        lambda word: not word.lstrip().startswith(("/", "~")) and ":/" not in word
    ),
)


def tried() -> dict[str, set[str]]:
    """The commands that are tried, each with its flags."""
    found: dict[str, set[str]] = {}
    for verb, _asked, flags in COMMANDS:
        found.setdefault(verb.partition(" -")[0], set()).update(flags)
    return found


def known() -> dict[str, set[str]]:
    """The commands that the program has, each with its flags; without other names of the same, and what all take."""
    return {
        name: {
            flag
            for param in command.params
            if isinstance(param, click.Option) and not param.hidden
            for flag in (*param.opts, *param.secondary_opts)
        }
        for name, command in commands(cli, click.Context(cli))
        if not command.hidden and (not isinstance(command, click.Group) or command.invoke_without_command)
    }


def test_every_command_and_every_flag_of_the_program_is_tried_here() -> None:
    untried = {name: flags - tried().get(name, set()) for name, flags in known().items()}
    assert [name for name in known() if name not in tried()] == []
    assert {name: sorted(flags) for name, flags in untried.items() if flags} == {}


def _value(draw: st.DrawFn, kind: str) -> str:
    plausible = draw(st.integers(0, 9)) < 8
    if draw(st.integers(0, 19)) == 0:
        return "-"  # said apart
    return draw(st.sampled_from(PLAUSIBLE[kind]) if plausible else anything)


def _with_a_slip(draw: st.DrawFn, text: str) -> str:
    at = draw(st.integers(0, max(len(text) - 1, 0)))
    return text[:at] + draw(st.sampled_from(["", "x", text[at : at + 2]])) + text[at + 1 :]


@st.composite
def command_lines(draw: st.DrawFn) -> list[str]:
    """A command as it may be typed, with a slip here and there."""
    verb, asked, flags = draw(st.sampled_from(COMMANDS))
    line = (_with_a_slip(draw, verb) if draw(st.integers(0, 9)) == 0 else verb).split()
    line += [_value(draw, kind) for kind in asked if draw(st.integers(0, 9)) < 9]
    known = sorted({**flags, **COMMON} if draw(st.integers(0, 4)) == 0 else flags)
    for flag in draw(st.lists(st.sampled_from(known), max_size=2, unique=True)) if known else []:
        kind = {**COMMON, **flags}[flag]
        line += [flag, _value(draw, kind)] if kind else [flag]
    if draw(st.integers(0, 9)) == 0:
        line.insert(draw(st.integers(0, len(line))), draw(anything))
    if draw(st.integers(0, 3)) == 0:
        # As people type it: a day or an amount is several words.
        line = [part for word in line for part in word.split(" ")]
    return line


@dataclass(frozen=True)
class Settled:
    """A machine and its files as they were."""

    machine: Machine
    state: dict[str, bytes] = field(repr=False)


INVITATION = b"\r\n".join((
    b"BEGIN:VCALENDAR", b"VERSION:2.0", b"PRODID:-//clinic//EN", b"METHOD:REQUEST", b"BEGIN:VEVENT",
    b"UID:visit@clinic", b"DTSTAMP:20261101T000000Z", b"DTSTART:20261222T063000Z", b"SUMMARY:Clinic visit",
    b"END:VEVENT", b"END:VCALENDAR", b"",
))  # fmt: skip


def _cut_off_from_the_world(patch: pytest.MonkeyPatch) -> None:
    """Whatever is typed as an address, a program or a password: no line is opened, nothing is run, nothing is kept."""

    def refuse(*_what: object, **_how: object) -> None:
        raise ConnectionRefusedError(errno.ECONNREFUSED, os.strerror(errno.ECONNREFUSED))

    def run(words: list[str], **_how: object) -> subprocess.CompletedProcess[bytes]:
        if words[:1] != ["echo"]:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        return subprocess.CompletedProcess(words, 0, " ".join(words[1:]).encode())

    patch.setattr(socket.socket, "connect", refuse)
    patch.setattr(socket, "getaddrinfo", refuse)
    patch.setattr(subprocess, "run", run)
    patch.setattr(keyring, "get_password", lambda *_: None)
    patch.setattr(keyring, "set_password", refuse)
    patch.setattr(keyring, "delete_password", refuse)


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settled]:
    """A machine deep in a folder of its own, with a course that has all kinds of facts, and its files."""
    with pytest.MonkeyPatch.context() as patch:
        top = tmp_path_factory.mktemp("a") / "b" / "c"
        top.mkdir(parents=True)
        machine = machine_in(top)
        settle(machine, patch)
        _cut_off_from_the_world(patch)
        (machine.folder / "folder").mkdir()
        (machine.folder / "invitation.ics").write_bytes(INVITATION)
        (machine.folder / "values.csv").write_text("date,ALT,TG\n2026-11-20,22,145\n")
        (machine.folder / "diary.csv").write_text("day,mg,note\n2026-11-20,20,so\n21.11.2026,missed,\n")
        for command in (
            ("start", "2026-11-01", *START[2:], "--enrolled", "2026-10-30"),
            ("log", "visit", "--on", "2026-11-20", "--note", "a note"),
            ("log", "pregnancy-test", "negative"),
            ("log", "dose", "20", "--on", "2026-11-19"),
            ("book", "visit/2", "2026-12-21 15:30"),
            ("calendar", "export", "-o", "out.ics"),
            ("record", "export", "--with-calendar", "-o", "record.json"),
        ):
            said = say(*command)
            assert said.code == 0, said.err
        yield Settled(machine, image(machine.folder))


def reset(machine: Machine, state: dict[str, bytes]) -> None:
    """Take away what a command made, and put its changes back."""
    now = image(machine.folder)
    for name in now.keys() - state.keys():
        (machine.folder / name).unlink()
    for name, octets in state.items():
        if now.get(name) != octets:
            (machine.folder / name).write_bytes(octets)
    for path in machine.folder.rglob("*.backups/replaced-*"):
        path.unlink()
    for path in sorted(machine.folder.rglob("*"), reverse=True):
        if path.suffix == ".backups" and path.stem != machine.db.name:
            shutil.rmtree(path)
        elif path.is_dir() and path.suffix != ".backups" and path != machine.folder / "folder":
            path.rmdir()


def assert_no_tricks(said: Said) -> None:
    """Nothing that moves the cursor, turns a line round or cannot be seen; printed files have ends of lines."""
    for text in (said.out, said.err):
        plain = text.removeprefix("\N{BYTE ORDER MARK}").replace("\r\n", "\n")
        assert visible(plain) == plain, said


def _check(settled: Settled, arguments: list[str], piped: str = "") -> Said:
    machine, state = settled.machine, settled.state
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "stdin", io.StringIO(piped))
            said = say(*arguments)
        now = image(machine.folder)
        assert said.code in (0, 1, 2, 130), (arguments, said)
        for sign in ("Traceback", "ISOTRACK_DEBUG"):
            assert sign not in said.err, (arguments, said)
        typed = " ".join([*arguments, piped])
        assert [found[0] for found in PYTHON.finditer(said.err) if found[0] not in typed] == [], (arguments, said)
        made = now.keys() - state.keys()
        if said.code == 0:
            assert not machine.db.exists() or faults(machine.db) == [], arguments  # it was wiped
            unasked = {name for name in made if not any(name in argument for argument in arguments)}
            if any(argument.startswith("--all-patients") for argument in arguments):
                unasked = {name for name in unasked if not name.endswith(".ics")}
            if "backup" in arguments:  # into a folder, under a name of the day
                unasked = {name for name in unasked if not name.startswith("folder/isotrack-")}
            assert unasked - set(MAY_BE_MADE) == set(), arguments
        else:
            is_help = said.err.startswith(("Usage:", "使い方:"))
            assert is_help or said.err.count("\n") == 1, (arguments, said)
            assert now == state, (arguments, said, made)
        assert_no_tricks(said)
    finally:
        reset(machine, state)
    return said


fuzzed = settings(
    max_examples=EXAMPLES, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.long
@fuzzed
@given(arguments=command_lines(), piped=st.lists(anything, max_size=2).map("\n".join))
def test_a_command_with_slips_in_it_is_answered_in_order(settled: Settled, arguments: list[str], piped: str) -> None:
    _check(settled, arguments, piped)


@pytest.mark.slow
@pytest.mark.long
@fuzzed
@given(arguments=st.lists(anything | st.sampled_from(FLAGS), max_size=6))
def test_any_words_at_all_are_answered_in_order(settled: Settled, arguments: list[str]) -> None:
    _check(settled, arguments)


@pytest.mark.slow
@pytest.mark.long
@fuzzed
@given(arguments=command_lines(), flags=st.lists(st.sampled_from(FLAGS) | anything, max_size=3), data=st.data())
def test_options_in_every_place_are_answered_in_order(
    settled: Settled, arguments: list[str], flags: list[str], data: st.DataObject
) -> None:
    for flag in flags:
        arguments.insert(data.draw(st.integers(0, len(arguments))), flag)
    _check(settled, arguments)


@settings(max_examples=150, database=None, derandomize=True,
          suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])  # fmt: skip
@given(arguments=command_lines().filter(lambda line: "--" not in line))
def test_a_dry_run_ends_as_the_command_does_and_writes_nothing(settled: Settled, arguments: list[str]) -> None:
    rehearsed = say(*arguments, "--dry-run")
    left = image(settled.machine.folder)
    reset(settled.machine, settled.state)
    assert left == settled.state, (arguments, rehearsed)
    assert rehearsed.code == _check(settled, arguments).code, (arguments, rehearsed)


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_a_line_that_is_longer_than_anybody_types_is_refused_before_it_is_read(settled: Settled, lang: str) -> None:
    said = _check(settled, ["--lang", lang, "log", "skin", "頬" * 4000])
    assert (said.code, "4000" in said.err) == (2, True)
    assert _check(settled, ["--lang", lang, "log", "weight", "55", "--note", "é" * 3900]).code == 0


@pytest.mark.parametrize("flag", FLAGS)
def test_every_flag_alone_is_answered_in_order(settled: Settled, flag: str) -> None:
    for verb in (["start", "2026-11-24"], ["log", "visit"], ["calendar", "export"], ["plan"]):
        _check(settled, [*verb, flag])


PLACES = [
    *(f"{verb} {'{} ' * len(asked)}" for verb, asked, _flags in COMMANDS if asked),
    *(f"{flag} {{}} plan" for flag in COMMON),
    *(f"start --db other.db 2026-11-24 {flag} {{}}" for flag, kind in OPENING.items() if kind),
    *(f"{verb} {flag} {{}}" for verb, _asked, flags in logged() for flag, kind in flags.items() if kind),
    *(f"fix 4 {flag} {{}}" for flag, kind in FIX.items() if kind),
    "fix 2 --value {}", "until --target {}", "until --duration {}", "start today --db {}",
    "calendar export -o {} --force", "calendar subscribe {} --force",
    *(f"calendar export {flag} {{}}" for flag, kind in EXPORT.items() if kind),
    *(f"calendar sync --yes --url http://127.0.0.1:9/ --user me {flag} {{}}" for flag, kind in SYNC.items() if kind),
    "{}", "{} {}", "log {}",
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("place", PLACES, ids=str.strip)
def test_every_hostile_word_in_every_place_is_answered_in_order(settled: Settled, place: str) -> None:
    for word in ALWAYS + (HOSTILE if LONG else HOSTILE[PLACES.index(place) % 24 :: 24]):
        _check(settled, [part.replace("{}", word) for part in place.split()])


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("place", [one for one in PLACES if "{}" in one], ids=str.strip)
def test_every_hostile_line_of_standard_input_is_answered_in_order(settled: Settled, place: str) -> None:
    words = place.replace("{}", "-").split()
    for line in HOSTILE if LONG else HOSTILE[PLACES.index(place) % 60 :: 60]:
        _check(settled, words, line + "\n")


@pytest.mark.parametrize("note", ["-3d", "-2w", "today", "54", "{on}", "%s", "=cmd()"])
def test_a_note_that_looks_like_something_else_is_kept_as_typed(settled: Settled, note: str) -> None:
    machine, state = settled.machine, settled.state
    try:
        assert say("log", "weight", "55", "--note", note).code == 0
        assert rows(machine.db, "SELECT note FROM fact ORDER BY id DESC LIMIT 1") == [(note,)]
    finally:
        reset(machine, state)
