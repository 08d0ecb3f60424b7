"""Whatever is typed clumsily leads somewhere: it is understood, or the line that refuses it says what to type."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tests.support import Machine, image, machine_in, say, settle
from tracker.cli.examples import EXAMPLES, example
from tracker.cli.main import cli
from tracker.cli.meant.commands import _commands
from tracker.cli.meant.line import problem_of
from tracker.cli.running import Flags
from tracker.facts import KINDS
from tracker.i18n import activate, active

TODAY = "2026-09-20"
START = ("start", "2026-09-01", "--weight", "54", "--dose", "20", "--can-become-pregnant", "--timezone", "Asia/Tokyo")
RECORD = """
log pregnancy-test negative --on 2026-09-18
log visit --on 2026-09-17
log blood ALT=22 --on 2026-09-16
log dose --on 2026-09-15
log weight 55 --on 2026-09-14
log symptom lips 2 --on 2026-09-13
log substance ibuprofen --on 2026-09-12
log skin red=3 --on 2026-09-11
log stock 28 --strength 20 --on 2026-09-10
log cost 5000 visit --on 2026-09-08
book visit/2 2026-10-20
log dose --missed --on 2026-09-19
log pregnancy-test --on 2026-09-07
log visit --on 2026-09-06
fix 18 --remove
log visit --on 2026-09-05
undo
fix 8 --note corrected
"""
"""Numbers 4 to 19 in their order: a blood test is 6 with its value 7."""


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine with a record of every sort, which no test here changes."""
    with pytest.MonkeyPatch.context() as patch:
        place = machine_in(tmp_path_factory.mktemp("month"))
        settle(place, patch)
        patch.setenv("ISOTRACK_TODAY", TODAY)
        begun(*RECORD.strip().splitlines())
        yield place


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine of the test's own, on the same day, without a course."""
    place = machine_in(tmp_path)
    settle(place, monkeypatch)
    monkeypatch.setenv("ISOTRACK_TODAY", TODAY)
    return place


def begun(*commands: str) -> None:
    """Begin a course there, and record more."""
    for command in (" ".join(START), *commands):
        said = say(*shlex.split(command))
        assert said.code == 0, (command, said)


def answer(line: str, *flags: str) -> str:
    """What is said to a line, in one line; it writes nothing."""
    said = say(*flags, *shlex.split(line), "--dry-run")
    return " ".join((said.out + said.err).replace(" --dry-run", "").split())


def table(text: str) -> list[tuple[str, str]]:
    return [(line.strip(), wanted.strip()) for line, _bar, wanted in
            (row.partition(" | ") for row in text.strip().splitlines())]  # fmt: skip


# What is said to fix without an option, with a wrong one, or of a number that there is not.

FIXED = """
fix 4 --value 陽性 | pregnancy test (positive) on Fri 18 Sep 2026
fix 4 陽性 | pregnancy test (positive)
fix 4 positive | pregnancy test (positive)
fix 4 to positive | pregnancy test (positive)
fix 4 result=positive | pregnancy test (positive)
fix 4 陽性に | pregnancy test (positive)
fix 4 陽性 2026-09-19 | pregnancy test (positive) on Sat 19 Sep 2026
fix 4 2026-09-16 | pregnancy test (negative) on Wed 16 Sep 2026
fix 4 昨日 | pregnancy test (negative) on Sat 19 Sep 2026
fix #4 2026-09-16 | on Wed 16 Sep 2026
fix ＃４ 2026-09-16 | on Wed 16 Sep 2026
fix 4番 2026-09-16 | on Wed 16 Sep 2026
fix No. 4 2026-09-16 | on Wed 16 Sep 2026
fix 7 30 | ALT (GPT) 30 U/L
fix 7 ALT=30 | ALT (GPT) 30 U/L
fix 9 56 | 56 kg
fix 9 ５６ｋｇ | 56 kg
fix 9 weight 56 | 56 kg
fix 10 3 | dry or cracked lips: grade 3
fix 10 until 2026-09-15 | until Tue 15 Sep 2026
fix 12 4 | inflamed red spots: 4
fix 12 red=4 | inflamed red spots: 4
fix 13 10個 | come to hand: 10 capsules of 20 mg
fix 13 10mg | come to hand: 28 capsules of 10 mg
fix 14 3000円 | 3,000 JPY for visit
fix 15 2026-10-21 | appointment on Wed 21 Oct 2026
fix 16 taken | capsule taken on Sat 19 Sep 2026
fix 16 20 | 20 mg taken on Sat 19 Sep 2026
fix 3 30 | 30 mg a day
fix 17 陰性 | pregnancy test (negative) on Mon 7 Sep 2026
fix 4 abc | --result negative|positive|unclear, --price PRICE, --on DATE, --note TEXT, --remove; as it is now: isotrack fix 4 --result negative
fix 4 | nothing to correct was said of entry 4
fix 3 --result negative | as it is now: isotrack fix 3 --value 20
fix 5 陰性 | what can be corrected there: --for KEY, --clinic-confirmed, --price PRICE, --on DATE
fix 5 --value 20 | --value does not go with entry 5 (visit); what can be corrected there
fix 5 --result negative | as it is now: isotrack fix 5 --on 2026-09-17
fix 11 naproxen | did you mean: isotrack fix 11 --value naproxen
fix 13 10 | say one of: isotrack fix 13 --value 10, isotrack fix 13 --strength 10
fix 10 2026-09-15 | say one of: isotrack fix 10 --until 2026-09-15, isotrack fix 10 --on 2026-09-15
fix 5 削除 | did you mean: isotrack fix 5 --remove
fix 10 --grade 3 | did you mean: isotrack fix 10 --value 3
fix 8 56 | number 20 took its place; to correct that one: isotrack fix 20 ...
fix 18 2026-09-05 | entry 18 was removed
fix 19 2026-09-04 | entry 19 was taken back
fix 99 negative | there is no entry number 99; the numbers are shown by: isotrack history
fix visit 2026-09-05 | isotrack history --kind visit
fix | for example: isotrack fix 12 --on 2026-11-24
"""  # noqa: E501 - a case a line


@pytest.mark.usefixtures("month")
def test_fix_takes_what_is_clear_and_names_what_can_be_corrected() -> None:
    wrong = [(line, said) for line, wanted in table(FIXED) if wanted not in (said := answer(line))]
    assert wrong == []


@pytest.mark.usefixtures("month")
def test_every_command_that_fix_names_is_right_as_it_stands() -> None:
    numbers = {int(line.split()[0]) for line in say("history").out.splitlines() if line.split()[0].isdecimal()}
    for number in sorted(numbers):
        found = re.search(r"as it is now: (isotrack fix .+)$", answer(f"fix {number}"))
        if found is not None:
            said = say(*shlex.split(found[1])[1:], "--dry-run")
            assert said.code == 0, (found[1], said)


@pytest.mark.usefixtures("own")
def test_a_number_of_another_patient_says_so() -> None:
    for name in ("Hanako", "Taro"):
        assert say("--patient", name, *START).code == 0
    refused = say("--patient", "Taro", "fix", "2", "60")
    assert refused.code == 2
    assert "entry 2 is another patient's; the numbers are shown by: isotrack --patient Taro history" in refused.err
    assert "Hanako" not in refused.err


# Capsules as people count them.

STOCKED = """
log stock 30 | come to hand: 30 capsules of 20 mg
log stock 30カプセル | come to hand: 30 capsules of 20 mg
log stock 30 caps | come to hand: 30 capsules of 20 mg
log stock ３０錠 | come to hand: 30 capsules of 20 mg
log stock 30個 昨日 | did you mean: isotrack log stock 30個 --on 昨日
log stock 10mg 30カプセル | come to hand: 30 capsules of 10 mg
log stock '10mg 30カプセル' | come to hand: 30 capsules of 10 mg
log stock 10mg×30 | come to hand: 30 capsules of 10 mg
log stock １０ｍｇ×３０ | come to hand: 30 capsules of 10 mg
log stock 10mgを30錠 | come to hand: 30 capsules of 10 mg
log stock 30カプセル（10mg） | come to hand: 30 capsules of 10 mg
log stock 30 x 10mg | come to hand: 30 capsules of 10 mg
log stock 30 tablets of 10 mg | come to hand: 30 capsules of 10 mg
log stock --on 昨日 10mg 30カプセル | come to hand: 30 capsules of 10 mg on Sat 19 Sep 2026
log stock 30 10mg --on 昨日 | come to hand: 30 capsules of 10 mg on Sat 19 Sep 2026
log stock 30 10 | did you mean: isotrack log stock 30 --strength 10
log stock 2シート | how many capsules these are is not known here; say their number, such as 28
log stock 1か月分 | how many capsules these are is not known here
log stock 2 boxes | how many capsules these are is not known here
log stock | for example: isotrack log stock 28 --strength 20
log lost 4錠 | lost: 4 capsules of 20 mg
log lost 20mg 4カプセル | lost: 4 capsules of 20 mg
log lost | for example: isotrack log lost 4
"""


@pytest.mark.usefixtures("month")
def test_capsules_are_counted_as_people_say_them() -> None:
    wrong = [(line, said) for line, wanted in table(STOCKED) if wanted not in (said := answer(line))]
    assert wrong == []


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize(("dose", "wanted"), [
    ("20", "isotrack log stock 28 --strength 20, isotrack log stock 28 --strength 10"), ("10", "28 capsules of 10 mg"),
    ("30", "28 capsules of 10 mg"), ("40/20", "isotrack log stock 28 --strength 20, "),
])  # fmt: skip
def test_a_strength_that_was_not_said_is_taken_where_there_can_be_one_alone(dose: str, wanted: str) -> None:
    assert say("start", "2026-11-24", "--weight", "54", "--dose", dose).code == 0
    assert wanted in answer("log stock 28カプセル")


# Days on which no capsule was to be taken.

MISSED = [
    # What the course is like, the days, what is said of them.
    ((), "2026-09-12", "never made up for"),
    (("pause 2026-09-10",), "2026-09-12", "No capsule was to be taken on that day: it does not count"),
    (("pause 2026-09-10",), "2026-09-12..2026-09-14", "No capsule was to be taken on those days: they do not count"),
    (("pause 2026-09-10",), "2026-09-08..2026-09-14", "Left out, as no capsule was to be taken on them"),
    (("log risk missed-period --on 2026-09-10",), "2026-09-12", "it does not count as missed"),
    (("stop 2026-09-10",), "2026-09-12", "it does not count as missed"),
    (("pause 2026-09-10", "resume 2026-09-15"), "2026-09-16", "never made up for"),
]  # fmt: skip


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize(("commands", "days", "wanted"), MISSED)
def test_a_missed_day_without_a_capsule_says_that_it_does_not_count(
    commands: tuple[str, ...], days: str, wanted: str
) -> None:  # fmt: skip
    begun(*commands)
    said = answer(f"log dose --missed --on {days}")
    assert wanted in said
    assert ("count as missed" in said) == ("count" in wanted)


# Words in the wrong order, words that are too many, words of the day.

CLUMSY = {
    "ja": """
log dose ２０ｍｇ　昨日 | 次のコマンドのことですか：isotrack log dose ２０ｍｇ --on 昨日
log dose 飲んだ | 次のコマンドのことですか：isotrack log dose
log dose 忘れた | isotrack log dose --missed
log dose 一昨日 飲み忘れ | isotrack log dose --missed --on 一昨日
今日飲んだ | isotrack log dose --on 今日
昨日病院に行った | isotrack log visit --on 昨日
log visit 昨日 混んでた | isotrack log visit --on 昨日 --note 混んでた
log 通院 した | 次のコマンドのことですか：isotrack log 通院
log 採血 した | 次のコマンドのことですか：isotrack log 採血
log visit --on 先週 | 1日に決まりません
log visit --on 今朝 | 2026年9月20日(日)の再診
log visit --on ゆうべ | 2026年9月19日(土)の再診
log visit --on おとつい | 2026年9月18日(金)の再診
log visit --on ９月３ | 2026年9月3日(木)の再診
log visit --on 先月31日 | 2026年8月31日(月)の再診
log blood ALT＝23、AST＝19 | ALT（GPT） 23U/L
log blood ALT=23/AST=19 | AST（GOT） 19U/L
log blood 昨日 ALT=23 | isotrack log blood ALT=23 --on 昨日
log blood ALT=23 空腹 | isotrack log blood ALT=23 --fasting
log blood 正常 | 例：isotrack log blood ALT=22
log blood GPT=22mg/dL | 単位：U/L
log skin 昨日 赤ニキビ=3 | isotrack log skin 赤ニキビ=3 --on 昨日
log skin 赤ニキビ=3 --area ひじ | 部位：
log skin | 例：isotrack log skin 左頬 赤=3
log symptom 昨日から頭痛 | isotrack log symptom 頭痛 --since 昨日
log symptom 頭痛 昨日から | isotrack log symptom 頭痛 --since 昨日
log symptom なし | 症状のない日は記録しなくてかまいません。
log substance 昨日からロキソニン | isotrack log substance ロキソニン --since 昨日
log substance ミノマイシン 今日から | isotrack log substance ミノマイシン --since 今日
log background アレルギー | 例：isotrack log background アレルギー ピーナッツ
log cost | 例：isotrack log cost 5000 再診
log cost 昨日 薬 3000 | isotrack log cost 薬 3000 --on 昨日
log weight 昨日 54 | isotrack log weight 54 --on 昨日
log weight 54 55 | 例：isotrack log weight 54
log procedure ダーマペン 昨日 | isotrack log procedure ダーマペン --on 昨日
log 妊娠検査 昨日 陰性 | isotrack log 妊娠検査 陰性 --on 昨日
log consent した | 次のコマンドのことですか：isotrack log consent
写真 a.jpg | isotrack log photo a.jpg
質問 温泉 | isotrack ask 温泉
book 15時 10月5日 | 何の予約かが指定されていません
book 再診 15時 10月5日 | 2026年10月5日(月) 15:00
book 10月5日 再診 | 2026年10月5日(月)の予約
book 再診 来月5日 | 2026年10月5日(月)の予約
book | 例：isotrack book 再診 2027-01-20
check | 例：isotrack check ミノサイクリン
over | 例：isotrack over 頭痛
undo 5 | isotrack fix 5 --remove
undo 全部 | 次のコマンドのことですか：isotrack undo
undo visit | isotrack history --kind visit
redo 2 | 次のコマンドのことですか：isotrack redo
history 採血 | isotrack history --kind 採血
history --kind 山 | 記録の種類：
ログ | isotrack log
fix 5 消して | isotrack fix 5 --remove
why 温泉 | 予定にある項目：
""",
    "en": """
log dose took | did you mean: isotrack log dose
log dose yesterday 20 | isotrack log dose 20 --on yesterday
log dose forgot last friday | isotrack log dose --missed --on last friday
log visit done | did you mean: isotrack log visit
log visit last week | isotrack
log visit --on last week | is more than one day; say which
log visit --on last night | visit on Sat 19 Sep 2026
log visit --on this morning | visit on Sun 20 Sep 2026
log blood ALT 23 yesterday | isotrack log blood ALT 23 --on yesterday
log blood yesterday ALT=23 | isotrack log blood ALT=23 --on yesterday
log blood ALT=23 fasted | isotrack log blood ALT=23 --fasting
log blood 23 | for example: isotrack log blood ALT=22
log blood TG=1.6furlongs | its units:
log blood XYZ=1 | blood values: ast, alt
log symptom yesterday headache | isotrack log symptom headache --on yesterday
log symptom headache since yesterday | isotrack log symptom headache --since yesterday
log visit yesterday 3pm | did you mean: isotrack log visit --on yesterday
log symptom | for example: isotrack log symptom
log substance | for example: isotrack log substance minocycline
log cost visit | is not a price; expected for example
log lost all | expected for example 28
log pregnancy-test yesterday negative | isotrack log pregnancy-test negative --on yesterday
log procedure | for example: isotrack log procedure dermapen
photo a.jpg | isotrack log photo a.jpg
question about sun | isotrack ask about sun
book visit 15:30 20 Oct | appointment on Tue 20 Oct 2026 15:30
book 20 Oct visit | appointment on Tue 20 Oct 2026
book next week visit | say which
check | for example: isotrack check minocycline
undo 5 | isotrack fix 5 --remove
undo all | did you mean: isotrack undo
history visit | isotrack history --kind visit
history yesterday | isotrack history --from yesterday
observed hair | what is observed: skin, habit
""",
}


@pytest.mark.usefixtures("month")
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_clumsy_words_lead_somewhere(month: Machine, monkeypatch: pytest.MonkeyPatch, lang: str) -> None:
    monkeypatch.setenv("ISOTRACK_LANG", lang)
    before = image(month.folder)
    wrong = [(line, said) for line, wanted in table(CLUMSY[lang]) if wanted not in (said := answer(line))]
    assert wrong == []
    assert image(month.folder) == before


# An example of every command that lacks something.


@pytest.mark.usefixtures("own")
def test_every_command_that_needs_something_has_an_example_that_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISOTRACK_TODAY", "2026-12-01")
    with click.Context(cli, obj=Flags(is_looked_at=True)):
        needing = {path for path, command in _commands(cli) if not isinstance(command, click.Group)
                   and any(one.required for one in command.params)}  # fmt: skip
        assert needing - set(EXAMPLES) == set()
        for lang in ("en", "ja"):
            activate(lang)
            for path in EXAMPLES:
                found = example(path.split())
                assert found is not None
                line = shlex.split(found.in_language(lang))[1:]
                assert problem_of(cli, line) is None, line
    activate("en")
    names = [name for kind in KINDS if kind.log is not None and f"log {kind.log.names[0]}" in EXAMPLES
             for name in kind.log.names]  # fmt: skip
    assert all(example(["log", name]) is not None for name in names)


# Suggested commands are for the record and the day that were typed.

CARRIED = [
    ((), "isotrack log cleared rf-intracranial"),
    (("--today", "2026-09-21"), "isotrack --today 2026-09-21 log cleared rf-intracranial"),
    (("--patient", "me", "--today", "2026-09-21"),
     "isotrack --patient me --today 2026-09-21 log cleared rf-intracranial"),
    (("--lang", "en"), "isotrack log cleared rf-intracranial"),
    (("--today", "2026-09-21", "--lang", "en", "--db", "{db}"),
     "isotrack --db {db} --today 2026-09-21 log cleared rf-intracranial"),
]  # fmt: skip


@pytest.mark.parametrize(("flags", "wanted"), CARRIED)
def test_a_suggested_command_reaches_the_same_record_on_the_same_day(
    own: Machine, flags: tuple[str, ...], wanted: str
) -> None:  # fmt: skip
    begun("log symptom 'headache 3, blurry vision'")
    given = [flag.format(db=own.db) for flag in flags]
    for line in ([*given, "next"], ["next", *given], [*given, "log", "visit", "--dry-run"]):
        said = say(*line)
        assert wanted.format(db=own.db) in " ".join(said.out.split()), line
    assert active().code == "en"


# Of several red flags it is said once what they ask for.


@pytest.mark.usefixtures("own")
def test_several_red_flags_ask_once_and_first() -> None:
    begun("log symptom 'headache 3, blurry vision'")
    one, several = say("log", "visit", "--dry-run").out, say("next").out.splitlines()
    assert several[0].startswith("! Stop taking the capsules and get medical help now.")
    assert [line.count("Stop taking") for line in several].count(1) == 1
    for text in ("signs of raised pressure in the head (Sun 20 Sep 2026)", "isotrack log cleared rf-intracranial",
                 "blurred, double or lost vision (Sun 20 Sep 2026)", "isotrack log cleared visual-change"):  # fmt: skip
        assert text in several[0]
        assert text in one
    assert say("log", "cleared", "visual-change").code == 0
    assert say("next").out.startswith("! signs of raised pressure in the head (Sun 20 Sep 2026): Stop taking")
    assert say("log", "mood", "harm=1").code == 0
    crisis, advice = say("next").out.splitlines()[:2]
    assert "talk to somebody now" in crisis
    assert advice.startswith("! Stop taking")
    assert advice.index("self-harm") < advice.index("raised pressure")


# Why a day is the one that it is, by where the course stands.

WHY = [
    ((), "Its end is counted from Mon 1 Mar 2027: the last capsule, expected 6 months after the first",
     "It moves with the last capsule"),
    (("pause 2026-09-10",), "10 paused or held days are in it", "Each further day of the pause puts it off by a day"),
    (("log risk missed-period --on 2026-09-10",), "10 paused or held days are in it",
     "Each further day without capsules, until your clinic's word is recorded, puts it off by a day"),
    (("stop 2026-09-10",), "Its end is counted from Thu 10 Sep 2026: the last capsule, as recorded, number 4.",
     "or the day of the last one is corrected: isotrack fix 4 --on DATE"),
    (("stop",), "on a day that nobody knows", "this can only move to an earlier day: isotrack fix 4 --on DATE"),
    (("until 2026-12-01",), "expected on the day that was said for it, number 4.", "It moves with the last capsule"),
    (("until 2026-12-01", "pause 2026-09-10"), "on the day that was said for it", "It moves with the last capsule"),
]  # fmt: skip


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize(("commands", "counted", "moves"), WHY)
def test_why_says_what_moves_a_day_by_where_the_course_stands(
    commands: tuple[str, ...], counted: str, moves: str
) -> None:  # fmt: skip
    begun(*commands)
    said = " ".join(say("why", "避妊").out.split())
    assert counted in said
    assert moves in said
    assert "It begins on Tue 1 Sep 2026: the first capsule, on the day that was said for it, number 1." in said
    for key in ("visit", "consent", "blood-donation"):
        found = say("why", key)
        text = " ".join((found.out + found.err).split())
        assert found.code == 0 or "the course ended on" in text
        if "; missed" in text:
            assert "it is no longer asked for. If it was done: isotrack log" in text
