"""What cannot be read is refused in plain words, in both languages; one thing is never called several."""

from __future__ import annotations

import errno
import re
import shlex

import click
import pytest

from tests.conftest import Isotrack
from tests.support import TODAY, say
from tests.test_documents import commands
from tests.test_journeys import START
from tracker.cli.main import cli
from tracker.errors import REASONS, counted, reason_of
from tracker.i18n import language
from tracker.rules import Source

_NUMBER = (
    "is not the number of an entry; expected for example isotrack fix 12",
    ("は記録の番号として読み取れません。番号は整数で入力してください（例：isotrack fix 12）。"),
)
REFUSED = [
    (("log", "visit", "--on"), "--on needs a value behind it: DATE; help: isotrack log visit --help",
     "--on の後に日付を入力してください。ヘルプ：isotrack log visit --help"),
    (("log", "weight"), "KG is missing; for example: isotrack log weight 54",
     "体重が入力されていません。例：isotrack log weight 54"),
    (("fix", "abc"), f'"abc" {_NUMBER[0]}', f"「abc」{_NUMBER[1]}"),
    (("fix", "0"), f'"0" {_NUMBER[0]}', f"「0」{_NUMBER[1]}"),
    (("calendar", "export", "--as", "x"), '--as: "x" is none of: event, todo; help: isotrack calendar export --help',
     "--as：「x」は指定できません。使える値：event、todo。ヘルプ：isotrack calendar export --help"),
    (("protocols", "check", "none.json"), "none.json: cannot be read (there is no such file or folder)",
     "none.json：読み込めません（ファイルまたはフォルダーがありません）。"),
    (("calendar", "import-appointments", "none.ics"), "none.ics: cannot be read (there is no such file or folder)",
     "none.ics：読み込めません（ファイルまたはフォルダーがありません）。"),
    (("calendar", "settings", "titles"), '"titles" is not a change; expected SETTING=VALUE, such as titles=full',
     "「titles」は設定として読み取れません。「設定名=値」の形で入力してください（例：titles=full）。"),
    (("book", "zzzzz", "12/24"), 'there is no planned item "zzzzz"; open here: ',
     "予定項目はありません。指定できる項目："),
]  # fmt: skip


@pytest.mark.parametrize(("command", "english", "japanese"), REFUSED, ids=lambda one: " ".join(one)[:40])
def test_what_cannot_be_read_is_refused_in_plain_words(
    isotrack: Isotrack, command: tuple[str, ...], english: str, japanese: str
) -> None:
    isotrack(*START)
    for lang, words in (("en", english), ("ja", japanese)):
        said = isotrack("--lang", lang, *command, ok=False)
        assert said.code == (1 if "none.ics" in command else 2), "a file that cannot be read is no wrong usage"
        assert words in said.err


@pytest.mark.parametrize(
    ("count", "english", "japanese"),
    [(1, "1 capsule of 20 mg", "20mgカプセル1個"), (2, "2 capsules of 20 mg", "20mgカプセル2個")],
)
def test_one_thing_is_not_called_several(count: int, english: str, japanese: str) -> None:
    said = counted("{count} capsule of {strength} mg", "{count} capsules of {strength} mg", count=count, strength=20)
    assert (language("en").value(said), language("ja").value(said), str(said)) == (english, japanese, english)


def test_one_day_is_not_called_several(isotrack: Isotrack) -> None:
    isotrack("start", "2026-11-25", *START[2:], today="2026-11-24")
    assert "First capsule on Wed 25 Nov 2026, in 1 day." in isotrack(today="2026-11-24").out


@pytest.mark.parametrize("number", sorted(REASONS))
def test_an_error_of_the_system_is_in_words_of_our_own(number: int) -> None:
    english, japanese = (
        language(lang).value(reason_of(OSError(number, "as the system says"))) for lang in ("en", "ja")
    )
    assert (english, japanese == english) == (REASONS[number], False)


def test_an_error_of_the_system_that_is_not_known_is_named_by_its_number() -> None:
    assert language("en").value(reason_of(OSError(errno.EXDEV, "x"))) == f"error {errno.EXDEV} of the system"


def test_a_source_without_a_japanese_title_has_its_own() -> None:
    address, column = Source("J3", "C", "a.example/x", None), Source("N", "C", "A column", None, "コラム")
    assert [one.in_language("ja") for one in (address, column)] == ["a.example/x", "コラム"]
    assert [one.in_language("en") for one in (address, column)] == ["a.example/x", "A column"]


@pytest.mark.parametrize("typed", ["2027-01-05", "28 Dec 10:00", "12月28日 10時", "２０２７－０１－０５", "tomorrow"])
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_a_booking_without_its_item_offers_the_next_open_one_and_that_can_be_pasted(
    isotrack: Isotrack, typed: str, lang: str
) -> None:
    isotrack(*START, today=TODAY)
    said = isotrack("--lang", lang, "book", *typed.split(), today=TODAY, ok=False)
    assert (said.code, "KEY" in said.err) == (2, False)
    offered = re.search(r'isotrack (book [a-z-]+/1 (?:"[^"]*"|[0-9-]+))', said.err)
    assert offered is not None, said
    assert isotrack(*shlex.split(offered[1]), today=TODAY).code == 0


@pytest.mark.parametrize("name", ["visit", "再診", "通院", "blood", "採血", "blood-test", "Visit"])
def test_a_kind_named_in_either_language_is_its_next_open_item(isotrack: Isotrack, name: str) -> None:
    isotrack(*START, "--protocol", "us", today=TODAY)
    assert isotrack("book", name, "2026-12-24", today=TODAY).code == 0


@pytest.mark.parametrize(("typed", "day"), [("31 Feb", "28 Feb 2027"), ("31 Nov", "30 Nov 2026"),
                                            ("31 June", "30 Jun 2027")])  # fmt: skip
def test_the_last_day_of_a_month_is_named_in_the_direction_that_the_command_allows(
    isotrack: Isotrack, typed: str, day: str
) -> None:
    isotrack(*START, today=TODAY)
    assert day in isotrack("book", "visit/1", *typed.split(), today=TODAY, ok=False).err


def test_an_entry_that_was_corrected_names_the_number_in_its_place(isotrack: Isotrack) -> None:
    isotrack(*START, today=TODAY)
    old = isotrack("log", "weight", "55", today="2026-12-01").out
    number = int(re.findall("number ([0-9]+)", old)[-1])
    for weight in ("56", "57"):
        isotrack("fix", str(_newest(isotrack)), "--value", weight, today="2026-12-01")
    said = isotrack("fix", str(number), "--value", "58", today="2026-12-01", ok=False)
    assert f"entry {number} was corrected: number {_newest(isotrack)} took its place" in said.err
    isotrack("fix", str(_newest(isotrack)), "--remove", today="2026-12-01")
    assert f"entry {number} was removed" in isotrack("fix", str(number), "--remove", today=TODAY, ok=False).err


def _newest(isotrack: Isotrack) -> int:
    return int(isotrack("history", today="2026-12-01").out.splitlines()[2].split()[0])


def test_the_history_is_newest_first_throughout_and_has_no_empty_column(isotrack: Isotrack) -> None:
    isotrack(*START, today=TODAY)
    isotrack("log", "visit", today="2026-12-20")
    lines = isotrack("history", today="2026-12-20").out.splitlines()
    numbers = [int(line.split()[0]) for line in lines[2:]]
    assert numbers == sorted(numbers, reverse=True)
    assert "Note" not in lines[1]
    isotrack("log", "weight", "53", "--note", "after lunch", today="2026-12-20")
    assert "Note" in isotrack("history", today="2026-12-20").out.splitlines()[1]


GROUPS = [
    name.split() for name, command in commands(cli, click.Context(cli))
    if name in ("log", "calendar")
]  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("group", GROUPS, ids=" ".join)
@pytest.mark.parametrize("columns", ["40", "80"])
def test_a_command_that_lacks_its_own_shows_its_help_as_help_is(
    isotrack: Isotrack, monkeypatch: pytest.MonkeyPatch, group: list[str], lang: str, columns: str
) -> None:
    isotrack("protocols")
    monkeypatch.setenv("COLUMNS", columns)
    bare, asked = say("--lang", lang, *group), say("--lang", lang, *group, "--help")
    assert (bare.code, bare.out, bare.err) == (2, "", asked.out)


@pytest.mark.parametrize(
    ("change", "english", "japanese"),
    [
        ("titles=x", "expected discreet, full", "使える値：discreet、full"),
        ("capsule=x", "expected off, 08:30, 08:30,20:00", "使える値：off、08:30、08:30,20:00"),
        ("group=x", "expected on, off", "使える値：on、off"),
    ],
)
def test_what_a_setting_takes_is_listed_as_people_list(
    isotrack: Isotrack, change: str, english: str, japanese: str
) -> None:
    isotrack(*START)
    assert isotrack("calendar", "settings", change, ok=False).err.strip().endswith(english)
    assert japanese in isotrack("--lang", "ja", "calendar", "settings", change, ok=False).err


@pytest.mark.parametrize("command", [("calendar", "settings", "titles=full", "titles=discreet"),
                                     ("settings", "dates=day-first", "dates=month-first")])  # fmt: skip
def test_a_setting_that_is_given_two_values_is_refused(isotrack: Isotrack, command: tuple[str, ...]) -> None:
    isotrack(*START)
    said = isotrack(*command, ok=False)
    assert (said.code, "is given two values" in said.err) == (2, True)


@pytest.mark.parametrize("command", ["", "plan", "log visit", "calendar"])
@pytest.mark.parametrize(("flag", "value"), [("--db", "PATH"), ("--patient", "NAME"), ("--today", "DATE")])
def test_a_flag_at_the_end_says_what_it_lacks(isotrack: Isotrack, command: str, flag: str, value: str) -> None:
    said = isotrack(*command.split(), flag, ok=False)
    assert said.err.startswith(f"isotrack: {flag} needs a value behind it: {value}; help: isotrack ")


def test_the_key_of_a_planned_item_may_have_capitals(isotrack: Isotrack) -> None:
    isotrack(*START)
    assert "visit/2" in isotrack("book", "VISIT/2", "2026-12-24").out
    assert "for visit/1" in isotrack("log", "visit", "--for", "Visit/1", today="2026-12-20").out


def test_a_hyphen_before_a_number_is_quoted_with_all_of_it(isotrack: Isotrack) -> None:
    isotrack(*START)
    assert 'there is no option "-20"' in isotrack("log", "dose", "-20", ok=False).err
    assert 'there is no option "-xyz"' in isotrack("plan", "-xyz", ok=False).err
