"""A wrong word is answered by the command that was meant, and nothing is ever carried out on a guess."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import click
import pytest
from click.exceptions import NoArgsIsHelpError
from hypothesis import given
from hypothesis import strategies as st

from tests.support import Machine, image, machine_in, say, settle
from tests.test_documents import commands
from tests.test_input_fuzz import COMMANDS
from tracker.cli.main import ALSO, cli
from tracker.cli.meant import nearest
from tracker.cli.meant.called import CALLED, CALLED_FLAGS
from tracker.cli.meant.line import problem_of
from tracker.cli.meant.nearness import clearly_meant
from tracker.cli.running import Flags
from tracker.i18n import active

TODAY = "2026-12-20"


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine with a course, on a later day; its database is as it was after every test."""
    with pytest.MonkeyPatch.context() as patch:
        place = machine_in(tmp_path_factory.mktemp("meant"))
        settle(place, patch)
        assert say("start", "2026-11-24", "--weight", "54", "--dose", "20", "--timezone", "Asia/Tokyo").code == 0
        patch.setenv("ISOTRACK_TODAY", TODAY)
        yield place


def answers(line: str) -> list[str]:
    """What is offered for a command that cannot be read."""
    said = say(*shlex.split(line))
    assert (said.code, said.err.count("\n")) == (2, 1), said
    _error, _colon, offered = said.err.strip().partition("did you mean: ")
    return offered.split(" or ") if offered else []


MEANT = """
log dose "missed yesterday"         | log dose --missed --on yesterday
log dose 昨日飲み忘れ               | log dose --missed --on 昨日
log dose 昨日は飲み忘れました       | log dose --missed --on 昨日
log dose 昨日の分を飲み忘れた       | log dose --missed --on 昨日
log dose "飲み忘れ 12/18"           | log dose --missed --on 12/18
log dose 12/18飲み忘れ              | log dose --missed --on 12/18
log dose 12/18から12/20まで飲み忘れた | log dose --missed --on 12/18から12/20まで
log dose 12月18日から20日まで飲まなかった | log dose --missed --on 12月18日から20日まで
log dose "I forgot my pill yesterday" | log dose --missed --on yesterday
log dose "skipped 18 Dec"           | log dose --missed --on '18 Dec'
log dose "skipped 18 dec to 20 dec" | log dose --missed --on '18 dec to 20 dec'
log dose "forgot it"                | log dose --missed
log dose "20mg yesterday"           | log dose 20mg --on yesterday
log dose "昨日 20mg"                | log dose 20mg --on 昨日
log dose 昨日20mg                   | log dose 20mg --on 昨日
log dose 昨日は20mg飲んだ           | log dose 20mg --on 昨日
log weight "54kg yesterday"         | log weight 54kg --on yesterday
log weight 昨日54kg                 | log weight 54kg --on 昨日
log blood ALT=23 fasted             | log blood ALT=23 --fasting
log visit 元気でした                | log visit --note 元気でした
log visit all fine                  | log visit --note 'all fine'
log weight 54 after lunch           | log weight 54 --note 'after lunch'
log visit lgo                       |
log 保湿                            | log habit 保湿
log 日焼け止め 塗った               | log habit 日焼け止め 塗った
log moisturiser                     | log habit moisturiser
log ピル飲み忘れ                    | log risk ピル飲み忘れ
log 中出し                          | log risk 中出し
log 避妊 失敗                       | log risk 避妊 失敗
log 避妊 ピル飲み忘れ               | log risk ピル飲み忘れ
log コンドーム破れた                | log risk コンドーム破れた
log condom broke                    | log risk condom broke
log condom broke yesterday          | log risk condom broke --on yesterday
log missed pill                     | log risk missed pill
log missed my pill                  | log dose --missed
log missed my period                | log risk missed my period
log リスク 避妊なし                 | log risk 避妊なし
log 昨日中出し                      | log risk 中出し --on 昨日
生理が来ない                        | log risk 生理が来ない
log うすい陽性                      | log pregnancy-test うすい陽性
log 頭痛                            | log symptom 頭痛
log 頭痛 2                          | log symptom 頭痛 2
log headache 2                      | log symptom headache 2
頭痛                                | log symptom 頭痛
log 赤み 少し                       | log skin 赤み 少し
log nose pores=visible              | log skin nose pores=visible
log 赤み                            | log skin 赤み ...
log ALT 22                          | log blood ALT 22
log minocycline                     | log substance minocycline
log ダーマペン                      | log procedure ダーマペン
log skin not oily                   | log skin sebum=none
log skin forehead not oily          | log skin forehead sebum=none
log skin oily                       | log skin sebum=oily
log skin nose oily pores visible    | log skin nose sebum=oily pores visible
log skin 鼻 テカる 毛穴目立つ       | log skin 鼻 皮脂=テカる 毛穴目立つ
log skin テカらない                 | log skin 皮脂=テカらない
log skin clear                      | log skin red=0,pus=0
log skin chin clear                 | log skin chin red=0,pus=0
log skin きれい                     | log skin 赤ニキビ=0,膿んだニキビ=0
procedure book lasik/1 10/20        |
book lasik/1 10/20                  |
procedure book vist/1 10/20         | procedure book visit/1 10/20
log 飲酒 ビール2本                  | log habit 飲酒 ビール2本
log alcohol 2 beers --on 2026-12-07 | log habit alcohol 2 beers --on 2026-12-07
log 飲酒                            | log habit 飲酒; log substance 飲酒
log budget 300000 2027-12-31        | log budget 300000 --until 2027-12-31
log 予算 30万 2027-12-31            | log 予算 30万 --until 2027-12-31
log budget 300000 2026-12-01        | log budget 300000 --on 2026-12-01
log cost 5000 visit 2027-01-10      | log cost 5000 visit --on 2027-01-10
lgo                                 | log
lgo visit                           | log visit
log visti                           | log visit
log dose 20mg yesterday             | log dose 20mg --on yesterday
log dose 20 mg last friday          | log dose 20 mg --on last friday
log dose missed                     | log dose --missed
log dose mised                      | log dose --missed
log dose skipped yesterday          | log dose --missed --on yesterday
log dose missed 1 Dec..4 Dec        | log dose --missed --on 1 Dec..4 Dec
log dose --missed 1 Dec to 4 Dec    | log dose --missed --on 1 Dec to 4 Dec
log dose --missed --from 1 Dec --to 4 Dec | log dose --missed --on 1 Dec to 4 Dec
log dose 8 Dec                      | log dose --on 8 Dec
log dose --misssed                  | log dose --missed
log dose －－missed                 | log dose --missed
log wellbeing                       | log review
log 20                              | log dose 20; log weight 20
log 20mg                            | log dose 20mg
20mg                                | log dose 20mg
log 54kg                            | log weight 54kg
log visit yesterday                 | log visit --on yesterday
log visit —on yesterday             | log visit --on yesterday
log visit --onn yesterday           | log visit --on yesterday
log yesterday visit                 | log visit --on yesterday
--on last friday log visit          | log visit --on last friday
log weight yesterday 54             | log weight 54 --on yesterday
log weight 54 8 Dec                 | log weight 54 --on 8 Dec
log pregnancy-test negativ          | log pregnancy-test negative
log 検査薬 陰性                     | log pregnancy-test 陰性
log pregnancy-test yesterday negative | log pregnancy-test negative --on yesterday
log review --on "2026-12-20 15:42"  | log review --on 2026-12-20
log visit --for vist/1              | log visit --for visit/1
log skin redd=3                     | log skin red=3
visit                               | log visit
logdose 20                          | log dose 20
LOG VISIT                           | log visit
book vist/1 12/24                   | book visit/1 12/24
book visit/1 --on 12 Jan            | book visit/1 12 Jan
book visit/1 12 Jan --at 15:30      | book visit/1 12 Jan 15:30
booking                             | book ...
dose 20 yesterday                   | dose 20 --from yesterday
dose 20 --on yesterday              | dose 20 --from yesterday
pause --on yesterday                | pause yesterday
stat 2026-11-24                     | start 2026-11-24
pln --json                          | plan --json
undoo                               | undo
export                              | calendar export; record export
calender                            | calendar
calender setings titles=full        | calendar settings titles=full
calendar settings titels=full       | calendar settings titles=full
settings date=day-first             | settings dates=day-first
settings dates=day-frist            | settings dates=day-first
protcols chek x                     | protocols check x
observed skn                        | observed skin
--patinet me plan                   | --patient me plan
採血                                | log 採血
log 採決                            | log 採血
log 飲み忘れ                        | log dose --missed
飲み忘れ --on 12/3                  | log dose --missed --on 12/3
log visit 10/11                     | log visit --on 2026-10-11; log visit --on 2026-11-10
log visit 2027-01-05                |
start 1/5 --patient 'Tom Brown' --weight 54 |
book visit/1 5/1                    |
patients delete me --name x         |
patients delete --name x            | patients delete x
log dose 飲み忘れ                   | log dose --missed
log 通院 おととい                   | log 通院 --on おととい
log pregnancy-test 陰姓             | log pregnancy-test 陰性
予約 visit/1 12/24                  | book visit/1 12/24
取消                                | undo
服薬                                | log dose
log　visit --on きのう              | log visit --on きのう
until 6 months                      | until --duration 6 months
until 6か月                         | until --duration 6か月
until 120 mg/kg                     | until --target 120 mg/kg
log pregnancy test negative         | log pregnancy-test negative
log test negative                   | log pregnancy-test negative
log pick up                         | log pick-up
calendar import appointments x.ics  | calendar import-appointments x.ics
help                                | --help
help log                            | log --help
help log visit                      | log visit --help
log help                            | log --help
ヘルプ                              | --help
dose 40mg 明日から                  | dose 40mg --from 明日
log dose -20                        | log dose 20
log pregnancy-test 陰               | log pregnancy-test 陰性
log pregnancy-test negatve          | log pregnancy-test negative
log pregnancy-test nagative         |
log pregnancy-test posneg           |
log pregnancy-test 性               |
log pregnancy-test .                |
log person fmale                    |
note 背中が痛い                     | ask 背中が痛い
log note hello                      | ask hello
log diary                           | ask
日記                                | ask
log メモ 痛い                       | ask 痛い
xyzzy                               |
log visit zzzz                      |
log visit --zzzz                    |
undo --yes                          |
"""


@pytest.mark.parametrize("case", MEANT.strip().splitlines(), ids=lambda case: case.split("|")[0].strip())
def test_a_wrong_word_is_answered_by_what_was_meant(machine: Machine, case: str) -> None:
    line, _bar, offered = case.partition("|")
    before = image(machine.folder)
    expected = [f"isotrack {one.strip()}" for one in offered.split(";") if one.strip()]
    assert answers(line.strip()) == expected
    assert image(machine.folder) == before


def refused_again(machine: Machine, line: list[str]) -> list[tuple[str, str]]:
    """The offers for a line that are refused for the same word when they are carried out, with what is said then."""
    before = image(machine.folder)
    refused = say(*line)
    offered = refused.err.strip().partition("did you mean: ")[2].split(" or ")
    words = re.findall('"([^"]+)"', refused.err.partition("did you mean: ")[0])
    found = []
    for one in offered:
        if one and not one.endswith(" ..."):
            said = say(*shlex.split(one)[1:])
            if said.code and any(f'"{word}"' in said.err for word in words):
                found.append((one, said.err))
        for name in image(machine.folder):
            (machine.folder / name).unlink()
        for name, content in before.items():
            (machine.folder / name).write_bytes(content)
    return found


WITH_WORDS = [case for case in MEANT.strip().splitlines() if not case.endswith("...") and re.search(
    r"[|] log (?:skin|symptom|habit|substance|procedure|budget|cost|blood) ", case)]  # fmt: skip


@pytest.mark.parametrize("case", WITH_WORDS, ids=lambda case: case.split("|")[0].strip())
def test_an_offer_of_words_that_are_recorded_works_as_it_stands(machine: Machine, case: str) -> None:
    before = image(machine.folder)
    for one in answers(case.partition("|")[0]):
        assert say(*shlex.split(one)[1:], "--dry-run").code == 0, one
    assert image(machine.folder) == before


@pytest.mark.parametrize("case", MEANT.strip().splitlines(), ids=lambda case: case.split("|")[0].strip())
def test_no_offer_is_refused_for_the_same_word(machine: Machine, case: str) -> None:
    assert refused_again(machine, shlex.split(case.partition("|")[0])) == []


TAKING_DAYS = ["start {}", "start {} --weight 54", "start --move {}", "start --enrolled {}", "log visit {}",
               "log visit --on {}", "log weight 54 {}", "log dose {}", "log dose --missed {}", "dose 20 {}",
               "book visit/1 {}", "book {}", "stop {}", "pause {}", "resume {}", "until {}",
               "fix 1 {}", "fix 1 --on {}",
               "lgo visit {}", "log {}", "--on {} log visit", "undo {}", "adopt us {}"]  # fmt: skip


NOT_FOR_A_DAY_BEHIND = ("undo", "fix", "adopt", "dose", "log {")


@pytest.mark.parametrize("day", ["1/5", "5/1/2027", "5/1/2026", "31 Feb", "2027-02-31", "Fri 24 Dec 2026", "29 Feb",
                                 "1/5..3/5", "2027-01-05", "2026-12-01", "2036-12-01"])  # fmt: skip
@pytest.mark.parametrize("line", TAKING_DAYS)
def test_a_day_that_cannot_be_taken_is_not_moved_to_where_it_cannot_be_taken_either(
    machine: Machine, line: str, day: str
) -> None:
    assert refused_again(machine, shlex.split(line.format(f"'{day}'"))) == []


DATED = [
    ("log blood 70 ALT", "log blood"), ("log blood TG=1.6mg/dL", "log blood"), ("log blood PLT=250", "log blood"),
    ("log symptom 'pee is brown like cola'", "log symptom"), ("log symptom hedake", "log symptom"),
    ("log symptom 'headache and xyzzy'", "log symptom"), ("log symptom 皮がむける", "log symptom"),
    ("log stock 28", "log stock"), ("log dose 200", "log dose"),
    ("log skin rednes", "log skin"), ("log habit bier", "log habit"),
    ("log pregnancy-test maybe", "log pregnancy-test"),
    ("log risk unprotectd", "log risk"), ("log weight 5400", "log weight"),
]  # fmt: skip


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize(("line", "kind"), DATED, ids=[line for line, _kind in DATED])
def test_what_is_suggested_for_a_day_has_that_day(line: str, kind: str, lang: str) -> None:
    for typed in ("--on 2026-12-17", "--on=2026-12-17", "--on -3d"):
        said = say("--lang", lang, *shlex.split(line), *typed.split(), "--patient", "me")
        assert said.code == 2
        for command in re.findall(rf"isotrack[^;；、]*? {kind}[^;；、]*", said.err):
            assert re.search(r"--on[ =](2026-12-17|-3d)", command), said.err


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize("line", [one for one in TAKING_DAYS if not one.startswith(NOT_FOR_A_DAY_BEHIND)])
def test_an_ambiguous_day_is_answered_by_its_readings(line: str) -> None:
    # What is logged is not long before the course: neither day of 1/5 can be meant.
    is_logged = "log" in line or "lgo" in line
    typed, spoken, written = ("10/11", "10 Nov", "-11-10") if is_logged else ("1/5", "5 Jan", "-01-05")
    said = say(*shlex.split(line.format(typed)))
    assert (said.code, spoken in said.err or written in said.err) == (2, True), said
    assert f" --move {typed}" not in said.err


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize("flag", [(), ("--patient", "me")])
def test_what_clears_or_takes_back_is_suggested_with_the_name_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, flag: tuple[str, ...]
) -> None:
    monkeypatch.setenv("ISOTRACK_PATIENT", "me")
    assert "isotrack --patient me undo" in say(*flag, "undoo").err
    assert "isotrack --patient me log visit" in say(*flag, "lgo", "visit").err
    with click.Context(cli, obj=Flags()):
        cli.make_context("isotrack", ["plan"], obj=Flags())
        for command in ("log cleared", "undo", "redo", "fix 4 --remove"):
            assert active().addressed(f"isotrack {command}") == f"isotrack --patient me {command}"
        assert active().addressed("isotrack plan") == "isotrack plan"


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize("line", ["statsu", "overview", "状態"])
def test_whoever_asks_for_the_state_is_led_to_it(line: str) -> None:
    assert say(line).err.strip().endswith("did you mean: isotrack status")


@given(st.text("+-=*.陰陽性posneg", max_size=6))
def test_no_slip_becomes_a_sign_or_another_finding(word: str) -> None:
    results = {"negative": 0, "neg": 0, "陰性": 0, "-": 0, "positive": 1, "pos": 1, "陽性": 1, "+": 1}
    assert [one for one in clearly_meant(word, results) if one in "+-" or one[0] != word.lower()[0]] == []


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize(
    "line", ["lgo visit", "log 採決", "log dose 飲み忘れ", "book vist/1 12/24", "log visit きのう"]
)
def test_japanese_is_answered_in_japanese(line: str) -> None:
    said = say("--lang", "ja", *line.split())
    assert (said.code, "次のコマンドのことですか：isotrack --lang ja " in said.err) == (2, True), said


def test_the_patient_and_the_database_stay_in_what_is_offered(machine: Machine) -> None:
    line = ["--patient", "me", "lgo", "visit", "--db", str(machine.db)]
    assert f"isotrack --patient me log visit --db {machine.db}" in say(*line).err


def _slips(word: str) -> Iterator[str]:
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]
        yield word[:at] + word[at] + word[at:]
        yield word[:at] + word[at : at + 2][::-1] + word[at + 2 :]


NAMES = [name for name, _command in commands(cli, click.Context(cli)) if name and " " not in name]


@pytest.mark.parametrize("name", [name for name in NAMES if len(name) > 3])
def test_a_slip_in_the_name_of_a_command_finds_it(name: str) -> None:
    lost = [slip for slip in _slips(name) if slip not in NAMES and name not in nearest(slip, NAMES)]
    assert lost == []


@given(st.text(max_size=80), st.lists(st.text(max_size=80), max_size=4))
def test_any_word_has_its_nearest(word: str, among: list[str]) -> None:
    assert set(nearest(word, among)) <= set(among)


offered_lines = st.tuples(
    st.sampled_from([verb for verb, *_ in COMMANDS if verb and " -" not in verb]),
    st.lists(st.sampled_from(["yesterday", "8 Mar", "20mg", "54", "missed", "visti/1", "--onn", "negativ", "zzz", "-3d",
                              "12/1〜12/4", "飲み忘れ", "--note", "'", "{0}", "\x1b[31m", ""]), max_size=3),
    st.integers(0, 200),
)  # fmt: skip


@given(offered_lines)
def test_what_is_offered_can_be_read(machine: Machine, drawn: tuple[str, list[str], int]) -> None:
    verb, words, at = drawn
    at %= len(verb)
    line = [*(verb[:at] + verb[at + 1 :]).split(), *words]
    before = image(machine.folder)
    said = say(*line)
    if said.code != 0:
        assert said.err.count("\n") == 1, (line, said)
        assert image(machine.folder) == before, line
        assert "\x1b" not in said.err
        offered = said.err.strip().partition("did you mean: ")[2].split(" or ")
        whole = [shlex.split(one)[1:] for one in offered if one and not one.endswith(" ...")]
        with click.Context(cli, obj=Flags()):
            problems = [problem_of(cli, ["--today", TODAY, *one]) for one in whole]
        assert [one for one in problems if not isinstance(one, (NoArgsIsHelpError, type(None)))] == []
    assert "Traceback" not in said.err
    for name, content in before.items():
        (machine.folder / name).write_bytes(content)


def test_every_word_that_people_call_something_leads_to_something() -> None:
    known = dict(commands(cli, click.Context(cli)))
    flags = {flag for command in known.values() for param in command.params
             for flag in (*param.opts, *param.secondary_opts)}  # fmt: skip
    assert [path for path in CALLED if path.partition(" --")[0] not in known] == []
    assert [flag for flag in CALLED_FLAGS if flag not in flags] == []
    words = [word for words in CALLED.values() for word in words]
    assert sorted({word for word in words if words.count(word) > 1}) == []
    assert [word for word in words if word in known or word in ALSO] == []
