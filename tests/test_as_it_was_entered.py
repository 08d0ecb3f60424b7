"""What was entered is kept as it was said, and the answer says what became of it: tables of cases in both languages."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.support import Machine, Said, machine_in, say, say_on, settle
from tracker.cli import complaints
from tracker.cli.amounts import read_capsules, read_capsules_of
from tracker.cli.complaints import Denied
from tracker.errors import InputError
from tracker.vocabulary import vocabulary

DAY = "2026-09-21"
START = ("start", "2026-08-20", "--weight", "54", "--dose", "20", "--protocol", "jp", "--can-become-pregnant",
         "--sex", "female")  # fmt: skip


@pytest.fixture(params=["ja", "en"])
def course(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = machine_in(tmp_path)
    settle(machine, monkeypatch, request.param)
    assert say_on("2026-08-19", *START).code == 0
    return machine


def on(*command: str) -> Said:
    return say_on(DAY, *command)


def notes_of(kind: str) -> list[str | None]:
    """The notes of the entries of a kind, in the order of recording."""
    found = json.loads(on("history", "--json").out)
    return [one.get("note") for command in reversed(found) for one in command["recorded"] if one["kind"] == kind]


OWN_WORDS = [
    (("symptom", "消えたい"), "red-flag", ["消えたい"]),
    (("symptom", "頭が割れるように痛い"), "red-flag", ["頭が割れるように痛い"]),
    (("symptom", "want", "to", "die"), "red-flag", ["want to die"]),
    (("symptom", "死にたい、消えたい"), "red-flag", ["死にたい / 消えたい"]),
    (("symptom", "頭痛 1、胸が痛い"), "red-flag", ["胸が痛い"]),
    (("symptom", "黄疸", "--note", "昨日から"), "red-flag", ["昨日から / 黄疸"]),
    (("symptom", "rf-liver"), "red-flag", [None]),
    (("symptom", "自傷・自殺を考える、または実際にはないものが見える・聞こえる（精神病症状）"), "red-flag", [None]),
    (("symptom", "rf-liver", "--note", "since last night"), "red-flag", ["since last night"]),
    (("symptom", "避妊に失敗した"), "risk", ["避妊に失敗した"]),
    (("symptom", "避妊に失敗した、胸が痛い"), "risk", ["避妊に失敗した"]),
]


@pytest.mark.parametrize(("command", "kind", "notes"), OWN_WORDS, ids=[" ".join(one[0]) for one in OWN_WORDS])
def test_a_red_flag_keeps_the_words_in_which_it_was_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], kind: str, notes: list[str | None]
) -> None:
    settle(machine_in(tmp_path), monkeypatch, "ja")
    assert say_on("2026-08-19", *START).code == 0
    assert on("log", *command).code == 0
    assert notes_of(kind) == notes


def test_its_words_stand_on_the_page_and_in_no_calendar(course: Machine) -> None:
    assert on("log", "symptom", "消えたい").code == 0
    assert on("log", "symptom", "消えたい").code == 0
    assert on("log", "symptom", "rf-suicidal").code == 0
    assert notes_of("red-flag") == ["消えたい"]
    assert on("log", "mood", "harm=1").code == 0
    answer = notes_of("red-flag")[1]
    assert answer is not None
    assert re.fullmatch("自分を傷つけたい気持ち：ある|thoughts of harming yourself: there were some", answer)
    assert on("report", "-o", "page.html").code == 0
    page = (course.folder / "page.html").read_text(encoding="utf-8")
    assert "消えたい" in page
    assert answer in page
    assert on("calendar", "export", "-o", "mine.ics", "--titles", "full").code == 0
    assert "消えたい" not in (course.folder / "mine.ics").read_text(encoding="utf-8")


@pytest.mark.usefixtures("course")
def test_what_is_offered_for_words_near_a_red_flag_keeps_them() -> None:
    refused = on("log", "symptom", "死にたいかも")
    assert refused.code == 2
    assert "--note '死にたいかも'" in refused.err


UNWILLING = [
    "仕事に行きたくない",
    "学校に行きたくない",
    "会社に行きたくなくて",
    "誰にも会いたくない",
    "起きたくない",
    "起きたくなかった",
    "何も食べたくない",
    "外に出たくない",
    "話したくない",
    "薬を飲みたくない",
    "行きたくないです",
    "行きたくありません",
    "仕事に行く気がしない",
    "仕事に行く気にならない",
    "勉強したくない",
    "友だちに会いたくなくなった",
    "食べたくない気がする",
    "治る気がしない",
    "治らない気がする",
    "よくならないと思う",
    "会いたいと思わない",
]
UNWILLING_IN_ENGLISH = [
    "i don't want to get up", "don't want to go to work", "i don't want to see anyone", "do not want to eat",
    "don't feel like getting up", "never want to get up", "i dont want to take the pills", "don’t want to go out",
    "i didn't want to get up", "i don't want to feel sad",
]  # fmt: skip
NOT_WISHED = [
    "死にたくない", "死にたくはない", "死にたくありません", "死のうと思わない", "死ぬ気はない",
    "消えたくない", "消えたいと思わない", "自分を傷つけたくない", "人を殺したくない",
    "頭痛になりたくない", "頭痛はない気がする", "痛くないと思う", "吐き気がしない",
    "i don't want to die", "don't want to hurt myself",
    "i don't want to kill anyone", "i never want to hurt myself", "don't want to end my life",
    "don't feel like hurting myself",
]  # fmt: skip


def test_what_nobody_feels_like_is_no_denial_and_a_danger_that_is_not_wished_is_one() -> None:
    words = vocabulary("symptom")
    for text in (*UNWILLING, *UNWILLING_IN_ENGLISH):
        assert not any(isinstance(one, Denied) for one in complaints.read([text], words)), text
    for text in NOT_WISHED:
        assert all(isinstance(one, Denied) for one in complaints.read([text], words)), text
    for text in ("仕事に行きたくない", "学校に行きたくない", "don't want to go to work", "i don't want to get up"):
        assert [one.code for part in complaints.read([text], words) for one in complaints.words_of(part)] == [
            "mood-change"], text  # fmt: skip
    for text in ("生きたくない", "i don't want to live"):
        assert [one.code for part in complaints.read([text], words) for one in complaints.words_of(part)] == [
            "rf-suicidal"], text  # fmt: skip


@pytest.mark.usefixtures("course")
@pytest.mark.parametrize(("typed", "grade"), [
    ("目が乾く コンタクトがつらい 2", 2), ("コンタクトがつらい 2 目が乾く", 2), ("目が乾く 2、コンタクトがつらい 2", 2),
    ("目が乾く コンタクトがつらい", None),
    ("目が乾く 1 コンタクトがつらい 2", "目が乾く 1"),
])  # fmt: skip
def test_two_words_of_one_symptom_are_one_entry(typed: str, grade: int | str | None) -> None:
    said = on("--dry-run", "log", "symptom", *typed.split(" "))
    if isinstance(grade, str):
        assert said.code == 2
        assert len(re.findall(r"isotrack[^,、]* log symptom \S+ [12]", said.err)) == 2
        return
    assert said.code == 0
    assert ("2" in re.sub("2026|21|20", "", said.out.splitlines()[0])) is (grade == 2)


@pytest.mark.usefixtures("course")
def test_what_is_just_as_urgent_is_named_beside_the_worst() -> None:
    assert on("log", "blood", "TG=900", "ALT=300", "AST=250", "CK=2000", "--on", "2026-09-20").code == 0
    for command in ((), ("next",)):
        worst, told = on(*command).out.splitlines()[:2]
        assert re.search("うち2件は同じく急ぐ|2 of them just as urgent", told)
        assert "900" in told
        assert "300" in worst  # of the same grade the farthest beyond its limit
        assert "250" in told
        assert "2000" not in told


def test_capsules_are_counted_in_every_word_for_them() -> None:
    units = [
        "こ",
        "コ",
        "ケ",
        "ヶ",
        "個",
        "箇",
        "カプセル",
        "カプ",
        "錠",
        "粒",
        "つぶ",
        "Cap",
        "CAP",
        "caps",
        "capsule",
        "capsules",
        "tablets",
        "tabs",
        "pill",
        "pills",
    ]
    for unit in units:
        assert read_capsules(f"14{unit}") == 14, unit
        for text in (f"１０ｍｇ×１４{unit}", f"10mg 14 {unit}", f"14{unit} 10mg", f"10mgを14{unit}"):
            assert read_capsules_of(text) == (14, 10), text
    for text, expected in (("10mg×14っこ", "20mg×28"), ("14っこ", "28")):
        with pytest.raises(InputError) as refused:
            read_capsules(text)
        assert refused.value.values["expected"] == expected


SUBSTANCES = [
    (("ディフェリンゲル", "--until", "2026-08-19"), 2, "--since", None),
    (("ディフェリンゲル", "--until", "2026-09-19"), 2, "--since", None),
    (("ディフェリンゲル", "--since", "2026-09-10", "--until", "2026-09-09"), 2, "2026", "--since"),
    (("minocycline", "--since", "2026-09-01", "--until", "2026-09-05"), 0, "併用してはいけない|not to be taken", None),
    (("minocycline", "--since", "2026-07-01", "--until", "2026-08-20"), 0, "併用してはいけない|not to be taken", None),
    (("minocycline", "--since", "2026-07-01", "--until", "2026-08-05"), 0, "minocycline", "併用しては|not to be taken"),
    (("adapalene", "--since", "2026-09-01", "--until", "2026-09-05"), 0, "確認が必要|to be asked", None),
    (
        ("マルチビタミン",),
        0,
        "併用禁止|Forbidden",
        "一覧にありません|in the list|ビタミンAを含むマルチ|that contains vitamin A",
    ),
    (("アダパレン",), 0, "外用|on the skin", "一覧にありません|in the list"),
    (("レバー",), 0, "内服|by mouth", "一覧にありません|in the list"),
    (("マルチビタミン", "外用"), 0, "一覧にありません|in the list", None),
]


@pytest.mark.usefixtures("course")
def test_what_is_said_of_a_medicine() -> None:
    for typed, code, there, missing in SUBSTANCES:
        said = on("--dry-run", "log", "substance", *typed)
        assert said.code == code, typed
        assert re.search(there, said.out + said.err), (typed, said)
        assert missing is None or not re.search(missing, said.out + said.err), (typed, said)
    said = on("log", "background", "medicine", "minocycline", "--since", "2026-09-01", "--until", "2026-09-05")
    assert re.search("併用してはいけない|not to be taken", said.out)


@pytest.mark.usefixtures("course")
def test_a_refused_word_of_the_clinic_names_what_answers_the_notice_that_stands() -> None:
    assert on("log", "risk", "unprotected", "--on", "2026-08-25").code == 0
    assert on("log", "cleared", "--on", "2026-08-31", "--note", "ok").code == 0
    refused = on("log", "cleared", "--on", "2026-09-01", "--note", "ok")
    assert refused.code == 2
    assert "log pregnancy-test negative --on" in refused.err
    assert on("log", "pregnancy-test", "negative", "--on", "2026-09-20").code == 0
    assert "pregnancy-test" not in on("log", "cleared", "--on", "2026-09-01", "--note", "ok").err


@pytest.mark.usefixtures("course")
def test_the_first_line_names_the_days_that_were_saved_and_held_days_are_called_so() -> None:
    assert on("log", "risk", "unprotected", "--on", "2026-08-25").code == 0
    assert on("log", "cleared", "--on", "2026-08-31", "--note", "ok").code == 0
    first = on("--dry-run", "log", "dose", "--on", "2026-08-25..2026-08-31").out.splitlines()[0]
    assert "25" not in first
    assert "31" in first
    first = on("--dry-run", "log", "dose", "--on", "2026-08-20..2026-09-02").out.splitlines()[0]
    assert all(day in first for day in ("20", "24", "31", "2"))
    assert not re.search("(?<!20)2[5-9]|30", first)
    assert re.search("休薬または服用中止の6日分|6 paused or held days", on("why", "contraception").out)


@pytest.mark.usefixtures("course")
def test_a_dose_that_the_capsules_at_hand_do_not_make_is_said_at_once_and_why_none_is_at_hand() -> None:
    assert on("log", "stock", "20mg×40", "--on", "2026-08-20").code == 0
    no_dose = "30mgになりません|do not make the 30 mg"
    assert re.search(no_dose, on("--dry-run", "dose", "30", "--from", "2026-09-25").out)
    assert not re.search(no_dose, on("--dry-run", "dose", "40", "--from", "2026-09-25").out)
    assert re.search(no_dose, on("dose", "30", "--from", "2026-09-10").out)
    for command in ((), ("stock",), ("next",)):
        assert re.search(r"残りは20mgカプセル19個で、30mg|what is left, 19 capsules of 20 mg, does not make 30 mg",
                         on(*command).out), command  # fmt: skip
    assert say("stock", "--json").code == 0
