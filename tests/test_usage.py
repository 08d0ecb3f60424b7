"""What cannot be read is refused in plain words, in both languages; one thing is never called several."""

from __future__ import annotations

import errno

import pytest

from tests.conftest import Isotrack
from tests.test_journeys import START
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
    (("log", "weight"), "KG is missing; help: isotrack log weight --help",
     "体重が入力されていません。ヘルプ：isotrack log weight --help"),
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
        assert said.code == 2
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
