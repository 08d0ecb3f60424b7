"""What is taken beside the capsules: names and what is answered, on which days it holds, and until when it is seen."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import Machine, Said, machine_in, rows, say, say_on, settle
from tracker.dates import Span
from tracker.errors import ProtocolError
from tracker.i18n import activate
from tracker.pharmacy import Form, Margin, Statement, Substance, Verdict
from tracker.readings.substances import Days, Taking, conflicts, holds
from tracker.rules import Text
from tracker.substances import meant_by, meant_by_all, pharmacy, read

SCHEMAS = Path(__file__).parent.parent / "schemas"
DATA = json.loads((SCHEMAS / "substances.json").read_text())
FORBIDDEN, ASK, NONE = Verdict.FORBIDDEN, Verdict.ASK, Verdict.NO_CONFLICT_FOUND
BY_MOUTH, ON_SKIN = Form.BY_MOUTH, Form.ON_SKIN
NEVER = re.compile(
    r"\b(?:fine|ok|okay|safe|safely|harmless|no problem|all right)\b|大丈夫|問題ありません|問題なし|安全|平気",
    re.IGNORECASE,
)
"""What no answer ever says."""


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    place = machine_in(tmp_path)
    settle(place, monkeypatch)
    return place


@pytest.fixture
def course(machine: Machine) -> Machine:
    """It began on 24 November 2026."""
    assert say("start", "2026-11-24", "--weight", "54", "--dose", "20", "--protocol", "jp").code == 0
    return machine


def on(day: str, *command: str) -> Said:
    return say_on(day, *command)


def number_of_the_last() -> int:
    return int(max(fact["id"] for command in json.loads(say("history", "--json").out) for fact in command["recorded"]))


# --- names ------------------------------------------------------------------------------------------------------

BOTH = {BY_MOUTH: FORBIDDEN, ON_SKIN: NONE}
NAMES: list[tuple[str, str | None, dict[Form | None, Verdict]]] = [
    ("Roaccutane", "isotretinoin", {None: ASK}),
    ("minocycline", "minocycline", BOTH),
    ("Minocycline", "minocycline", BOTH),
    ("MINOCYCLINE", "minocycline", BOTH),
    ("ｍｉｎｏｃｙｃｌｉｎｅ", "minocycline", BOTH),
    (" minocycline  ", "minocycline", BOTH),
    ("mino-cycline", "minocycline", BOTH),
    ("ミノサイクリン", "minocycline", BOTH),
    ("ﾐﾉｻｲｸﾘﾝ", "minocycline", BOTH),
    ("みのさいくりん", "minocycline", BOTH),
    ("ミノマイシン", "minocycline", BOTH),
    ("みのまいしん", "minocycline", BOTH),
    ("ミノペン", "minocycline", BOTH),
    ("Minomycin", "minocycline", BOTH),
    *((name, "minocycline", BOTH) for name in (
        "Minocin", "Minocin MR", "minocin mr 100mg", "Minocin 50", "MinocinMR", "Solodyn", "Solodyn ER 55 mg", "Ximino",
        "Dynacin", "Minolira", "Acnamino MR", "Sebomin MR", "Minomycin modified release 100mg",
    )),
    ("ミノマイシン徐放カプセル100mg", "minocycline", {BY_MOUTH: FORBIDDEN}),
    ("Minocin MR capsules 100 mg", "minocycline", {BY_MOUTH: FORBIDDEN}),
    *((name, "doxycycline", BOTH) for name in (
        "Oracea", "Oracea 40mg MR", "Doryx", "Doryx MPC 120 mg", "Acticlate", "Adoxa", "Monodox", "Efracea",
        "Vibramycin XR", "Vibra-Tabs", "Periostat", "Targadox",
    )),
    *((name, "tetracycline", BOTH) for name in ("Seysara", "アクロマイシン", "レダマイシン", "Sumycin 250mg")),
    *((name, "carbamazepine", {None: ASK}) for name in ("Tegretol XR", "テグレトール錠200mg", "Tegretol 200")),
    ("Dilantin", "phenytoin", {None: ASK}),
    ("リウマトレックスカプセル2mg", "methotrexate", {None: ASK}),
    ("PanOxyl 10%", "benzoyl-peroxide", {ON_SKIN: ASK}),
    ("minocycline 100mg", "minocycline", BOTH),
    ("minocycline hydrochloride 50 mg tablets", "minocycline", {BY_MOUTH: FORBIDDEN}),
    ("ミノサイクリン塩酸塩錠50mg「サワイ」", "minocycline", {BY_MOUTH: FORBIDDEN}),
    ("ミノマイシンカプセル100mg", "minocycline", {BY_MOUTH: FORBIDDEN}),
    ("ミノマイシン 軟膏", "minocycline", {ON_SKIN: NONE}),
    ("doxycycline", "doxycycline", BOTH),
    ("doxy 100mg", "doxycycline", BOTH),
    ("ドキシ", "doxycycline", BOTH),
    ("mino", "minocycline", BOTH),
    ("ミノマイ50mg", "minocycline", BOTH),
    ("tetra", "tetracycline", BOTH),
    ("ビブラマイシン錠", "doxycycline", {BY_MOUTH: FORBIDDEN}),
    ("ドキシサイクリン", "doxycycline", BOTH),
    ("tetracycline", "tetracycline", BOTH),
    ("tetracycline cream", "tetracycline", {ON_SKIN: NONE}),
    ("テトラサイクリン系", "tetracycline", BOTH),
    ("vitamin A", "vitamin-a", {BY_MOUTH: FORBIDDEN, ON_SKIN: ASK}),
    ("vitamin-a", "vitamin-a", {BY_MOUTH: FORBIDDEN, ON_SKIN: ASK}),
    ("ﾋﾞﾀﾐﾝA", "vitamin-a", {BY_MOUTH: FORBIDDEN, ON_SKIN: ASK}),
    ("ビタミンＡ", "vitamin-a", {BY_MOUTH: FORBIDDEN, ON_SKIN: ASK}),
    ("ビタミンAサプリ", "vitamin-a", {BY_MOUTH: FORBIDDEN, ON_SKIN: ASK}),
    ("チョコラA", "vitamin-a", {BY_MOUTH: FORBIDDEN, ON_SKIN: ASK}),
    ("チョコラAD", "vitamin-a", {BY_MOUTH: FORBIDDEN, ON_SKIN: ASK}),
    ("men's multivitamin", "multivitamin-with-a", {BY_MOUTH: FORBIDDEN}),
    ("One A Day men’s multivitamin", "multivitamin-with-a", {BY_MOUTH: FORBIDDEN}),
    ("ちょこらＡ錠", "vitamin-a", {BY_MOUTH: FORBIDDEN}),
    ("retinol", "retinol", {BY_MOUTH: FORBIDDEN, ON_SKIN: ASK}),
    ("retinol by mouth", "retinol", {BY_MOUTH: FORBIDDEN}),
    ("oral retinol", "retinol", {BY_MOUTH: FORBIDDEN}),
    ("retinol serum", "retinol", {ON_SKIN: ASK}),
    ("retinol serum 0.25%", "retinol", {ON_SKIN: ASK}),
    ("レチノール美容液", "retinol", {ON_SKIN: ASK}),
    ("multivitamin", "multivitamin-with-a", {BY_MOUTH: FORBIDDEN}),
    ("マルチビタミン", "multivitamin-with-a", {BY_MOUTH: FORBIDDEN}),
    ("レバー", "vitamin-a-food", {BY_MOUTH: ASK}),
    ("carbamazepine", "carbamazepine", {None: ASK}),
    ("カルバマゼピン錠200mg", "carbamazepine", {None: ASK}),
    ("アレビアチン", "phenytoin", {None: ASK}),
    ("ヒダントール", "phenytoin", {None: ASK}),
    ("プレドニゾロン", "prednisolone", {BY_MOUTH: ASK}),
    ("プレドニゾロン軟膏", "prednisolone", {}),
    ("steroid", "steroid", {BY_MOUTH: ASK}),
    ("steroid cream", "steroid", {}),
    ("メトトレキサート", "methotrexate", {None: ASK}),
    ("ディフェリンゲル0.1%", "adapalene", {ON_SKIN: ASK}),
    ("アダパレン", "adapalene", {ON_SKIN: ASK}),
    ("エピデュオゲル", "adapalene-benzoyl-peroxide", {ON_SKIN: ASK}),
    ("ベピオ", "benzoyl-peroxide", {ON_SKIN: ASK}),
    ("benzoyl peroxide", "benzoyl-peroxide", {ON_SKIN: ASK}),
    ("ピーリング", "peel", {ON_SKIN: ASK}),
    ("スクラブ", "scrub", {ON_SKIN: ASK}),
    ("お酒", "alcohol", {None: ASK}),
    ("アルコール", "alcohol", {None: ASK}),
    ("vitamin C", "vitamin-c", {None: NONE}),
    ("ビタミンC", "vitamin-c", {None: NONE}),
    ("minocyclin", None, {}),
    ("minocyline", None, {}),
    ("ミノサイクリ", None, {}),
    ("vitamn a", None, {}),
    ("vitamin B", None, {}),
    ("ビタミンD", None, {}),
    ("チョコラBB", None, {}),
    ("ビタミンA入りサプリ", None, {}),
    ("retinoll", None, {}),
    *((name, "retinoid", {BY_MOUTH: FORBIDDEN, ON_SKIN: ASK}) for name in (
        "トレチノイン", "tretinoin", "acitretin", "アシトレチン", "チガソン", "エトレチナート", "retinoid",
    )),
    ("ビオフェルミン", None, {}),
    ("ロキソニン", None, {}),
    ("アモキシシリン", None, {}),
    ("クラリス", None, {}),
    ("aspirin", None, {}),
    ("ibuprofen", None, {}),
    ("cold medicine", None, {}),
    ("風邪薬", None, {}),
    ("the pill", None, {}),
    ("ピル", None, {}),
    ("低用量ピル", None, {}),
    ("tablet", None, {}),
    ("錠", None, {}),
    ("100mg", None, {}),
    ("サプリ", None, {}),
    ("a", None, {}),
    ("()", None, {}),
    ("「」", None, {}),
    ("甘酒", None, {}),
    ("zinc", None, {}),
    ("大豆イソフラボン", None, {}),
]  # fmt: skip
"""Typed, the code of what is meant (None: not in the list), and what is said of each form that may be meant."""


@pytest.mark.parametrize(("typed", "code", "said"), NAMES, ids=[typed for typed, *_ in NAMES])
def test_a_name_is_what_the_sources_have_of_it_and_any_other_is_not_in_the_list(
    typed: str, code: str | None, said: dict[Form | None, Verdict]
) -> None:
    found = meant_by(typed)
    assert (found.substance.code if found.substance is not None else None) == code
    assert {one.form: one.verdict for one in found.statements} == said


def test_every_statement_of_the_data_has_a_name_that_reaches_it_and_every_word_for_a_form_is_read() -> None:
    reached = {(found.substance.code, one) for typed, *_ in NAMES if (found := meant_by(typed)).substance is not None
               for one in found.statements}  # fmt: skip
    assert reached == {(one.code, said) for one in pharmacy().substances for said in one.statements}
    for form, words in pharmacy().words_of_forms.items():
        for word in words:
            assert meant_by(f"minocycline {word}").form is form, word


LANGUAGES = ("en", "ja")
NOT_IN_THE_LIST = {
    "en": "is not in the list: ask your clinic or pharmacist.",
    "ja": "は一覧にありません。クリニックか薬剤師にご確認ください。",
}


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_answer_says_that_something_does_no_harm(lang: str) -> None:
    for typed, code, said in NAMES:
        answer = say("--lang", lang, "check", typed)
        if not typed.strip("()「」"):
            continue
        assert answer.code == 0, (typed, answer)
        assert NEVER.findall(answer.out) == [], (typed, answer.out)
        if code is None or not said:
            assert NOT_IN_THE_LIST[lang] in answer.out, (typed, answer.out)
        if code is None:
            assert "[" not in answer.out, f"nothing is cited for {typed}"


def test_no_text_of_the_data_says_it_either() -> None:
    texts = json.dumps(DATA, ensure_ascii=False)
    assert NEVER.findall(texts) == []
    assert NEVER.findall("it is fine, 大丈夫です") == ["fine", "大丈夫"]


NEAR = [
    ("minocyclin", "minocycline"), ("minocyline", "minocycline"), ("ミノサイ", "minocycline"),
    ("vitamn a", "vitamin-a"), ("ビタミンA入りサプリ", "vitamin-a"), ("retinoll", "retinol"),
    ("my minocycline tablets", "minocycline"), ("ディフェリソ", "adapalene"), ("doxi 100mg", "doxycycline"),
    ("doxycyc 100 mg tablets", "doxycycline"), ("ドキシサイ 100mg", "doxycycline"),
    ("ミノサイ　５０ｍｇ錠", "minocycline"),  # noqa: RUF001
]  # fmt: skip


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize(("typed", "code"), NEAR)
def test_a_near_name_is_offered_and_never_answered(typed: str, code: str) -> None:
    answer = say("check", typed)
    assert f"isotrack check {code}" in answer.out
    for word in ("forbidden", "ask your clinic\n", "no conflict", "Why:"):
        assert word not in answer.out, answer.out
    [found] = json.loads(say("check", typed, "--json").out)["answers"]
    assert (found["in_the_list"], found["substance"], found["statements"]) == (False, None, [])
    assert code in found["near"]


@pytest.mark.parametrize("name", [
    "azithromycin", "clindamycin", "clindamycin gel", "erythromycin", "erythromycin 200mg", "clarithromycin",
    "roxithromycin", "アジスロマイシン", "エリスロマイシン", "クラリスロマイシン", "クリンダマイシン",
    "ロキシスロマイシン", "minoxidil",
    "minoxidil 5%", "gentamicin", "amoxicillin", "cefalexin", "metronidazole", "isoniazid", "spironolactone",
])  # fmt: skip
def test_the_name_of_another_medicine_is_no_slip_for_one_of_the_list(name: str) -> None:
    found = meant_by(name)
    assert (found.substance, found.near) == (None, ())


def test_a_slip_anywhere_in_the_name_of_a_medicine_is_still_one() -> None:
    for name in ("minocycline", "doxycycline", "tetracycline", "adapalene"):
        for at in range(len(name)):
            before, behind = name[:at], name[at:]
            for slip in (f"{before}x{behind[1:]}", before + behind[1:], f"{before}h{behind}"):
                found = meant_by(slip)
                assert name in [one.code for one in found.near] or found.substance, slip


SEVERAL = [
    (["hair skin and nails gummies"], ["hair skin and nails gummies"]),
    (["minocycline and vitamin A"], ["minocycline", "vitamin A"]),
    (["aspirin and mino 100mg"], ["aspirin", "mino 100mg"]),
    (["salt and vinegar, minocycline"], ["salt and vinegar", "minocycline"]),
    (["minocycline", "vitamin", "A"], ["minocycline", "vitamin A"]),
    (["vitamin", "A", "minocycline"], ["vitamin A", "minocycline"]),
    (["vitamin A,minocycline"], ["vitamin A", "minocycline"]),
    (["ビタミンA、ミノマイシン"], ["ビタミンA", "ミノマイシン"]),
    (["retinol", "serum", "aspirin"], ["retinol serum", "aspirin"]),
    (["cold", "medicine"], ["cold medicine"]),
    (["cold", "medicine", "minocycline"], ["cold medicine", "minocycline"]),
    (["minocyclin", "doxycyclin"], ["minocyclin", "doxycyclin"]),
    (["benzoyl", "peroxide"], ["benzoyl peroxide"]),
    (["漢方", "ビオフェルミン"], ["漢方", "ビオフェルミン"]),
    (["カロナール", "レチノール化粧水", "ミノマイシン"], ["カロナール", "レチノール化粧水", "ミノマイシン"]),
    ([" , "], []),
    (["ibuprofen", "St John's wort"], ["ibuprofen", "St John's wort"]),
    (["St John's wort", "tea tree oil", "fish", "oil"], ["St John's wort", "tea tree oil", "fish oil"]),
    (["ibuprofen,", "paracetamol"], ["ibuprofen", "paracetamol"]),
    (["ibuprofen", ",paracetamol"], ["ibuprofen", "paracetamol"]),
    (["ibuprofen", "minocycline", "zinc sulphate"], ["ibuprofen", "minocycline", "zinc sulphate"]),
    (["ibuprofen", "paracetamol", "loratadine"], ["ibuprofen", "paracetamol", "loratadine"]),
    (["qwert", "zxcvb"], ["qwert", "zxcvb"]),
    (
        ["ibuprofen", "200mg", "zinc", "50", "mg", "vitamin", "B", "fish", "oil"],
        ["ibuprofen 200mg", "zinc 50 mg", "vitamin B", "fish oil"],
    ),
    (["cod", "liver", "oil", "aspirin"], ["cod liver oil", "aspirin"]),
    (["aspirin", "st", "johns", "wort", "minocycline"], ["aspirin", "st johns wort", "minocycline"]),
    (["セント", "ジョーンズ", "ワート", "ロキソニン"], ["セント ジョーンズ ワート", "ロキソニン"]),
    (["ビタミン", "A", "チョコラ", "A"], ["ビタミン A", "チョコラ A"]),
]


@pytest.mark.parametrize(("words", "names"), SEVERAL)
def test_words_side_by_side_are_parted_into_names(words: list[str], names: list[str]) -> None:
    assert [one.typed for one in meant_by_all(words)] == names


@given(st.text(max_size=30))
def test_whatever_is_typed_is_in_the_list_or_not(typed: str) -> None:
    found = meant_by(typed)
    assert found.substance is None or not found.near
    for one in meant_by_all([typed]):
        assert one.typed.strip()


def test_every_spelling_of_the_data_is_found_however_it_is_typed() -> None:
    for one in pharmacy().substances:
        confirmed = (one.code, one.name.en, one.name.ja, *one.aliases)
        for word in (*confirmed, *one.unconfirmed):
            for typed in (word, word.upper(), f" {word} ", unicodedata.normalize("NFD", word)):
                found = meant_by(typed)
                assert (found.substance, found.is_confirmed) == (one, word in confirmed), typed


@pytest.mark.usefixtures("machine")
def test_a_spelling_that_no_source_has_is_said_to_be_unconfirmed() -> None:
    assert 'That "チョコラA" is vitamin A is not confirmed by a source' in say("check", "チョコラA").out
    assert "not confirmed by a source: ask" not in say("check", "ビタミンA").out


# --- the data ---------------------------------------------------------------------------------------------------


def test_the_data_is_as_its_schema_says_and_each_statement_has_its_sources() -> None:
    jsonschema.Draft202012Validator(json.loads((SCHEMAS / "substances.schema.json").read_text())).validate(DATA)
    known = {one.id for one in pharmacy().sources}
    cited = set()
    for one in pharmacy().substances:
        for said in one.statements:
            margins = [margin for margin in (said.before, said.after) if margin is not None]
            cited |= {*said.sources, *(source for margin in margins for source in margin.sources)}
    assert cited == known


def test_a_time_beside_the_course_that_one_page_alone_names_is_not_confirmed() -> None:
    margins = {one.code: (said.before, said.after) for one in pharmacy().substances for said in one.statements
               if said.before or said.after}  # fmt: skip
    assert margins == {"minocycline": (Margin(Span.parse("P1W"), ("doctornow",), confirmed=False),
                                       Margin(Span.parse("P1M"), ("doctornow",), confirmed=False))}  # fmt: skip


def _changed(*path: str | int, to: object) -> dict[str, Any]:
    value = json.loads(json.dumps(DATA))
    inner = value
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = to
    changed: dict[str, Any] = value
    return changed


WRONG = [
    ([], "the file"),
    (_changed("substances", 0, "level", to="forbidden"), "substance 1, level"),
    (_changed("substances", 0, "code", to="Mino"), "substance 1, code"),
    (_changed("substances", 0, "statements", to=[]), "substance 1"),
    (_changed("substances", 0, "statements", 0, "level", to="fine"), "substance 1, statements 1.level"),
    (_changed("substances", 0, "statements", 0, "sources", to=["nobody"]), "substance 1, statements 1.sources 1"),
    (_changed("substances", 0, "statements", 0, "sources", to=[]), "substance 1, statements 1"),
    (_changed("substances", 0, "statements", 0, "before", "span", to="P0D"), "substance 1, statements 1.before.span"),
    (_changed("substances", 0, "statements", 1, "form", to="by-mouth"), "substance 1"),
    (_changed("substances", 1, "aliases", to=["ミノマイシン"]), "substances"),
    (_changed("sources", 0, "tier", to="X"), "source 1 (K), tier"),
    (_changed("forms", "by-nose", to=[]), "forms.by-nose"),
]


@pytest.mark.parametrize(("value", "where"), WRONG, ids=[where for _value, where in WRONG])
def test_a_file_that_is_wrong_is_refused_where_it_is_wrong(value: object, where: str) -> None:
    with pytest.raises(ProtocolError) as refused:
        read(value, "substances.json")
    assert str(refused.value.values["place"]) == where


# --- the days on which it holds ---------------------------------------------------------------------------------

FIRST, LAST = date(2026, 11, 24), date(2027, 5, 31)
A_WEEK, A_MONTH = Margin(Span.parse("P1W"), ("x",)), Margin(Span.parse("P1M"), ("x",))
DAYS = [
    (None, None, None, "2026-11-24", None),
    (A_WEEK, None, None, "2026-11-17", None),
    (A_MONTH, None, None, "2026-10-24", None),
    (None, A_MONTH, None, "2026-11-24", None),
    (None, None, LAST, "2026-11-24", "2027-05-31"),
    (A_WEEK, A_MONTH, LAST, "2026-11-17", "2027-07-01"),
]


@pytest.mark.parametrize(("before", "after", "last", "first_day", "last_day"), DAYS)
def test_a_time_beside_the_course_is_rounded_long(
    before: Margin | None, after: Margin | None, last: date | None, first_day: str, last_day: str | None
) -> None:
    said = Statement(FORBIDDEN, Text("x", "x"), ("x",), before=before, after=after)
    wanted = Days(date.fromisoformat(first_day), date.fromisoformat(last_day) if last_day else None)
    assert holds(said, FIRST, last) == wanted


STANDING: list[tuple[str, str, str | None, str | None, str | None]] = [
    # today, taken since, taken until, last capsule -> the first day on which it does not go with the capsules
    ("2026-12-01", "2026-11-01", None, None, "2026-12-01"),
    ("2026-12-01", "2026-11-01", "2026-12-01", None, "2026-12-01"),
    ("2026-12-01", "2026-11-01", "2026-11-30", None, None),
    ("2026-12-01", "2026-11-01", "2026-12-08", None, "2026-12-01"),
    ("2026-11-10", "2026-11-01", None, None, "2026-11-17"),
    ("2026-11-10", "2026-11-01", "2026-11-16", None, None),
    ("2026-11-10", "2026-11-01", "2026-11-17", None, "2026-11-17"),
    ("2027-06-15", "2027-06-10", None, "2027-05-31", "2027-06-15"),
    ("2027-07-01", "2027-06-10", None, "2027-05-31", "2027-07-01"),
    ("2027-07-02", "2027-06-10", None, "2027-05-31", None),
]


@pytest.mark.parametrize(("today", "since", "until", "last", "wanted"), STANDING)
def test_a_conflict_stands_while_the_thing_is_taken_on_days_on_which_it_holds(
    today: str, since: str, until: str | None, last: str | None, wanted: str | None
) -> None:
    day = date.fromisoformat
    minocycline = pharmacy().substance("minocycline")
    taking = Taking(1, "x", minocycline, None, day(since), day(until) if until else None)
    found = conflicts([taking], [(FIRST, day(last) if last else None)], day(today))
    assert [one.since.isoformat() for one in found] == [wanted] * (wanted is not None)
    assert [one.is_now for one in found] == [wanted == today] * (wanted is not None)


@given(st.sampled_from(pharmacy().substances), st.sampled_from([None, *Form]), st.dates(FIRST, LAST))
def test_where_nobody_said_the_form_no_less_is_said_than_of_either(
    substance: Substance, form: Form | None, today: date
) -> None:
    def of(which: Form | None) -> set[Statement]:
        return {one.statement for one in conflicts([Taking(1, "x", substance, which, FIRST)], [(FIRST, None)], today)}

    assert of(form) <= of(None)


# --- check, on a course and without one -------------------------------------------------------------------------

NOW = [
    ("2026-11-10", "Now: not yet; it holds from Tue 17 Nov 2026 on.", False),
    ("2026-11-17", "Now: it holds, since Tue 17 Nov 2026.", True),
    ("2026-12-20", "Now: it holds, since Tue 17 Nov 2026.", True),
]


@pytest.mark.usefixtures("course")
@pytest.mark.parametrize(("today", "words", "now"), NOW)
def test_check_says_whether_it_holds_now(today: str, words: str, now: bool) -> None:
    assert words in on(today, "check", "minocycline").out
    [answer] = json.loads(on(today, "check", "minocycline", "--json").out)["answers"]
    assert {one["form"]: one["holds_now"] for one in answer["statements"]} == {"by-mouth": now, "on-skin": None}


@pytest.mark.usefixtures("course")
def test_after_the_course_only_what_a_source_names_is_said() -> None:
    assert on("2027-01-20", "stop", "today").code == 0
    assert "Now: it holds, until Sat 20 Feb 2027." in on("2027-02-20", "check", "minocycline").out
    assert "Now: no longer; it held until Sat 20 Feb 2027." in on("2027-02-21", "check", "minocycline").out
    said = on("2027-01-21", "check", "vitamin-a").out
    assert "the course ended on Wed 20 Jan 2027; the sources name no time after it: ask your clinic." in said


def test_check_works_without_a_database_and_makes_none(machine: Machine) -> None:
    answer = say("check", "minocycline", "ビオフェルミン")
    assert (answer.code, answer.err) == (0, "")
    assert "Now:" not in answer.out
    assert not machine.db.exists()
    schema = json.loads((SCHEMAS / "check.schema.json").read_text())
    found = json.loads(say("check", *[typed for typed, code, _ in NAMES if code], "aspirin", "--json").out)
    jsonschema.Draft202012Validator(schema).validate(found)
    assert found["patient"] is None


@pytest.mark.usefixtures("course")
def test_where_nobody_said_whose_record_is_meant_check_answers_all_the_same() -> None:
    schema = json.loads((SCHEMAS / "check.schema.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(json.loads(say("check", "retinol", "--json").out))
    start = ("start", "2026-11-24", "--weight", "54", "--dose", "20", "--protocol", "jp")
    assert say(*start, "--patient", "Yuki").code == 0
    answer = say("check", "minocycline")
    assert (answer.code, "forbidden" in answer.out, "Now:" in answer.out) == (0, True, False)
    assert "Yuki" in say("check", "minocycline", "--patient", "Yuki").out
    assert say("check", "minocycline", "--patient", "Nobody").code == 2


@pytest.mark.usefixtures("machine")
def test_a_check_of_nothing_is_refused() -> None:
    for typed in ((), ("",), (" ",), (",",)):
        assert (say("check", *typed).code, len(say("check", *typed).complaint)) in {(2, 1), (2, 4)}


# --- what is taken ----------------------------------------------------------------------------------------------


def standing(today: str = "2026-12-20") -> list[tuple[str, str, bool]]:
    found = json.loads(on(today, "substances", "--json").out)
    schema = json.loads((SCHEMAS / "substances-taken.schema.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(found)
    names = {one["id"]: one["name"] for one in found["taken"]}
    return [(names[one["id"]], one["level"], one["now"]) for one in found["conflicts"]]


@pytest.mark.usefixtures("course")
def test_a_forbidden_one_is_recorded_and_said_at_once_and_stands_until_it_ends() -> None:
    logged = on("2026-12-20", "log", "substance", "minocycline", "--since", "-3d")
    assert logged.code == 0
    assert "Saved: beside the capsules: minocycline, since Thu 17 Dec 2026" in logged.out
    assert "! Forbidden beside the capsules: minocycline by mouth: raised pressure in the head" in logged.out
    assert standing() == [("minocycline", "forbidden", True)]
    for command in ((), ("plan",)):
        assert "! Forbidden beside the capsules: minocycline by mouth" in on("2026-12-20", *command).out
        assert "併用禁止：ミノサイクリン（内服）" in on("2026-12-20", "--lang", "ja", *command).out
    assert "substance-conflict" in json.loads(on("2026-12-20", "plan", "--json").out)["notices"]
    ended = on("2026-12-20", "log", "substance", "ミノマイシン", "--until", "yesterday")
    assert "minocycline (until Sat 19 Dec 2026), since Thu 17 Dec 2026" in ended.out
    assert standing() == []
    for command in ((), ("plan",)):
        assert "Forbidden" not in on("2026-12-20", *command).out
    assert json.loads(on("2026-12-20", "plan", "--json").out)["notices"] == []
    assert on("2026-12-20", "undo").code == 0
    assert standing() == [("minocycline", "forbidden", True)]


@pytest.mark.usefixtures("course")
def test_what_is_logged_again_says_more_of_the_same_thing() -> None:
    assert on("2026-12-20", "log", "substance", "vitamin", "A").code == 0
    assert "Already there" in on("2026-12-20", "log", "substance", "ビタミンA").out
    assert on("2026-12-20", "log", "substance", "ビタミンA", "--since", "2026-12-01").code == 0
    [taken] = json.loads(on("2026-12-20", "substances", "--json").out)["taken"]
    assert (taken["name"], taken["since"], taken["until"]) == ("vitamin A", "2026-12-01", None)
    assert on("2026-12-20", "log", "substance", "retinol").code == 0
    assert on("2026-12-20", "log", "substance", "retinol serum").code == 0
    assert on("2026-12-21", "log", "substance", "vitamin A", "--until", "today").code == 0
    assert on("2026-12-23", "log", "substance", "vitamin A").code == 0
    taken = json.loads(on("2026-12-23", "substances", "--json").out)["taken"]
    assert [(one["name"], one["form"], one["now"]) for one in taken] == [
        ("vitamin A", None, True), ("retinol serum", "on-skin", True), ("retinol", None, True),
        ("vitamin A", None, False),
    ]  # fmt: skip


@pytest.mark.usefixtures("course")
def test_the_form_that_is_said_or_named_decides_what_stands() -> None:
    for name, form, wanted in (
        ("retinol serum", None, [("ask-clinic", True)]), ("retinol", "by-mouth", [("forbidden", True)]),
        ("retinol", "外用", [("ask-clinic", True)]), ("retinol", None, [("forbidden", True), ("ask-clinic", True)]),
        ("tetracycline cream", None, []), ("tetracycline", "skin", []),
    ):  # fmt: skip
        assert on("2026-12-20", "log", "substance", name, *(("--form", form) if form else ())).code == 0
        assert [one[1:] for one in standing()] == wanted, (name, form)
        assert on("2026-12-20", "undo").code == 0


@pytest.mark.usefixtures("course")
def test_a_free_name_is_kept_as_typed_and_a_near_one_is_offered_for_correction() -> None:
    logged = on("2026-12-20", "log", "substance", "cold", "medicine")
    assert '"cold medicine" is not in the list: ask your clinic or pharmacist.' in logged.out
    logged = on("2026-12-20", "log", "substance", "minocyclin")
    number = number_of_the_last()
    assert f"isotrack fix {number} --value minocycline" in logged.out
    assert standing() == []
    assert "not in the list" in on("2026-12-20", "substances").out
    fixed = on("2026-12-20", "fix", str(number), "--value", "minocycline")
    assert "! Forbidden beside the capsules: minocycline by mouth" in fixed.out
    assert standing() == [("minocycline", "forbidden", True)]
    assert NEVER.findall(on("2026-12-20", "substances").out) == []


@pytest.mark.usefixtures("course")
@pytest.mark.parametrize("typed", [
    ("minocycline", "aspirin"), ("minocycline,", "vitamin", "A"), ("",), (" ",), (), ("x" * 501,),
    ("minocycline", "--until", "2026-12-01"), ("minocycline", "--since", "tomorrow"),
    ("minocycline", "--until", "2029-01-01"), ("minocycline", "--form", "nose"),
])  # fmt: skip
def test_what_cannot_be_taken_is_refused_in_one_line_and_nothing_is_saved(
    machine: Machine, typed: tuple[str, ...]
) -> None:
    before = rows(machine.db, "SELECT count(*) FROM fact")
    refused = on("2026-12-20", "log", "substance", *typed)
    assert (refused.code, len(refused.complaint), refused.out) == (2, 1, ""), refused
    assert rows(machine.db, "SELECT count(*) FROM fact") == before


@pytest.mark.usefixtures("course")
def test_before_the_first_capsule_it_says_from_when_it_does_not_go_with_them() -> None:
    assert on("2026-11-20", "start", "--move", "2026-12-24").code == 0
    logged = on("2026-11-25", "log", "substance", "vitamin A", "--form", "by-mouth")
    assert "! Forbidden beside the capsules from Thu 24 Dec 2026 on: vitamin A by mouth" in logged.out
    assert standing("2026-11-25") == [("vitamin A", "forbidden", False)]


@pytest.mark.usefixtures("course")
def test_what_is_taken_stays_known_in_the_next_course() -> None:
    assert on("2026-12-20", "log", "substance", "vitamin A", "--form", "by-mouth").code == 0
    assert on("2027-01-20", "stop", "today").code == 0
    assert standing("2027-02-01") == []
    assert on("2027-12-01", "start", "2027-12-01", "--weight", "54", "--dose", "20", "--protocol", "jp").code == 0
    assert standing("2027-12-02") == [("vitamin A", "forbidden", True)]
    assert "Forbidden" in on("2027-12-02").out


# --- the background ---------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("course")
@pytest.mark.parametrize("none", ["none", "None.", "nil", "no known allergies", "なし", "特になし", "ありません"])
def test_that_there_is_no_allergy_stands_beside_none_that_there_is(none: str) -> None:
    assert say("log", "background", "allergy", none).code == 0
    assert say("log", "background", "allergy", "soy").code == 0
    assert [one["text"] for one in json.loads(say("background", "--json").out)] == ["soy"]
    refused = say("log", "background", "allergy", none)
    assert (refused.code, "--remove" in refused.err) == (2, True)
    assert say("log", "background", "illness", none).code == 0
    assert say("undo").code == 0
    assert say("undo").code == 0
    assert [one["text"] for one in json.loads(say("background", "--json").out)] == [none]


@pytest.mark.usefixtures("course")
def test_the_background_is_kept_listed_and_corrected_and_other_medicines_are_looked_up() -> None:
    assert "Saved: allergy: peanuts and soy" in say("log", "background", "allergy", "peanuts", "and", "soy").out
    assert say("log", "background", "持病", "喘息").code == 0
    logged = say("log", "background", "medicine", "minocycline", "100mg")
    number = number_of_the_last()
    assert "! Forbidden beside the capsules: minocycline by mouth" in logged.out
    assert "is not in the list: ask your clinic" in say("log", "background", "薬", "ロキソニン").out
    assert "Already there" in say("log", "background", "allergy", "peanuts and soy").out
    found = json.loads(say("background", "--json").out)
    assert [(one["about"], one["text"]) for one in found] == [
        ("allergy", "peanuts and soy"), ("illness", "喘息"), ("medicine", "minocycline 100mg"),
        ("medicine", "ロキソニン"),
    ]  # fmt: skip
    assert "アレルギー" in say("--lang", "ja", "background").out
    assert standing("2026-11-24") == [("minocycline 100mg", "forbidden", True)]
    assert say("fix", str(number), "--until", "today").code == 0
    assert standing("2026-11-25") == []
    assert say("log", "background", "blood", "x").code == 2
    assert say("log", "background", "allergy").code == 2


@pytest.mark.usefixtures("course")
def test_an_empty_list_shows_the_command_to_type() -> None:
    for lang in LANGUAGES:
        assert "isotrack log substance" in say("--lang", lang, "substances").out
        assert "isotrack log background" in say("--lang", lang, "background").out
    activate("en")


# --- calendars --------------------------------------------------------------------------------------------------


def test_nothing_of_it_reaches_a_calendar(course: Machine) -> None:
    assert say("calendar", "export", "-o", "before.ics").code == 0
    for command in (("substance", "minocycline"), ("background", "allergy", "soy"), ("habit", "alcohol=2"),
                    ("counselling", "pregnancy")):  # fmt: skip
        said = say("log", *command)
        assert (said.code, "Calendar:" in said.out) == (0, False), said
    for titles in ("discreet", "full"):
        assert say("calendar", "export", "-o", "after.ics", "--force", "--titles", titles).code == 0
        text = (course.folder / "after.ics").read_text()
        assert not re.search("minocycline|ミノサイクリン|soy|alcohol|飲酒", text)
    assert say("calendar", "export", "-o", "after.ics", "--force", "--titles", "discreet").code == 0
    uids = re.compile(r"^(?:UID|DTSTART)[:;].*$", re.MULTILINE)
    assert uids.findall((course.folder / "after.ics").read_text()) == uids.findall(
        (course.folder / "before.ics").read_text()
    )


TOLD_APART = ["チョコラBB", "チョコラ BB", "chocola BB", "vitamin B", "vitamin-B12", "ビタミンB", "ビタミンB2",
              "ビタミンD", "vit E"]  # fmt: skip


@pytest.mark.parametrize("name", TOLD_APART)
def test_other_letters_at_the_end_of_a_name_are_no_slip_for_those_of_the_list(name: str) -> None:
    assert (meant_by(name).substance, [one.code for one in meant_by(name).near
                                       if one.code in ("vitamin-a", "vitamin-c")]) == (None, [])  # fmt: skip


@pytest.mark.parametrize("name", ["vitamn a", "ビタミA", "vitamin", "チョコラ"])
def test_a_slip_with_the_same_letters_or_none_is_still_asked_about(name: str) -> None:
    assert "vitamin-a" in [one.code for one in meant_by(name).near]


def test_a_new_course_says_again_what_is_still_taken_and_does_not_go_with_it(course: Machine) -> None:
    del course
    assert say_on("2026-12-01", "log", "substance", "minocycline", "--since", "2026-11-28").code == 0
    assert say_on("2027-02-01", "stop", "2027-01-31").code == 0
    new = ("start", "2027-08-01", "--weight", "54", "--dose", "20", "--yes")
    said = say_on("2027-07-30", *new)
    assert "Forbidden beside the capsules: minocycline" in " ".join(said.out.split()), said
    assert say_on("2027-07-30", "undo").code == 0
    assert say_on("2027-07-30", "log", "substance", "minocycline", "--until", "2027-03-01").code == 0
    assert "minocycline" not in say_on("2027-07-30", *new).out


NOT_TAKEN = [
    ("over minocyclin", "minocyclin"), ("minocycline over", "minocycline"), ("no minocycline", "minocycline"),
    ("stopped minocycline", "minocycline"), ("vitamin a gone", "'vitamin a'"), ("ミノマイシン終わり", "ミノマイシン"),
    ("ミノマイシン やめた", "ミノマイシン"), ("ミノマイシンは中止しました", "ミノマイシン"), ("over xyz", "xyz"),
    ("none", None), ("なし", None), ("なしです", None),
]  # fmt: skip


@pytest.mark.usefixtures("course")
@pytest.mark.parametrize(("typed", "name"), NOT_TAKEN)
def test_what_says_that_something_is_not_taken_is_no_name_of_it(typed: str, name: str | None) -> None:
    refused = on("2026-12-20", "log", "substance", *typed.split())
    assert (refused.code, len(refused.complaint)) == (2, 1), refused
    assert f"log substance {name} --until" in refused.err or name is None
    assert json.loads(on("2026-12-20", "substances", "--json").out)["taken"] == []


@pytest.mark.usefixtures("course")
@pytest.mark.parametrize("typed", ["飲み忘れ", "飲み忘れた", "のみ忘れ", "missed", "missed dose", "forgot my capsule"])
def test_a_missed_capsule_is_no_medicine(typed: str) -> None:
    refused = on("2026-12-20", "log", "substance", *typed.split())
    assert (refused.code, len(refused.complaint)) == (2, 1), refused
    assert "isotrack log dose --missed --on 2026-12-20" in refused.err


def test_no_name_of_the_list_says_that_it_is_not_taken(course: Machine) -> None:
    del course
    for one in pharmacy().substances:
        for name in (one.name.en, one.name.ja, *one.aliases):
            assert "says that something is not" not in on("2026-12-20", "log", "substance", name, "--dry-run").err


# --- the medicine of the course ----------------------------------------------------------------------------


@pytest.mark.parametrize("typed", [
    "isotretinoin", "Isotretinoin 20 mg", "roaccutane", "ROACCUTANE", "accutane", "イソトレチノイン", "ロアキュタン",
    "ろあきゅたん", "アキュテイン", "イソトロイン 20mg",
])  # fmt: skip
def test_the_medicine_of_the_course_is_said_to_be_that_and_taken_as_doses(machine: Machine, typed: str) -> None:
    del machine
    for command in (("check", typed), ("log", "substance", typed)):
        said = say(*command)
        assert said.code == (0 if command[0] == "check" else 2)
        assert "is the medicine of the course itself: log its capsules with isotrack log dose." in said.out + said.err
    assert "nothing was saved" in said.err


@pytest.mark.usefixtures("machine")
def test_what_is_taken_and_not_in_the_list_stands_as_a_question_until_it_ends() -> None:
    say_on("2026-08-06", "start", "2026-08-06", "--weight", "60", "--dose", "30", "--protocol", "jp-standard")
    say_on("2026-08-10", "log", "substance", "blorpine 10mg")
    said = "to be asked of your clinic or pharmacist: blorpine 10mg (number "
    for command in ([], ["next"]):
        assert said in " ".join(say_on("2026-08-11", *command).out.split())
    say_on("2026-08-11", "log", "substance", "blorpine 10mg", "--until", "2026-08-11")
    for command in ([], ["next"]):
        assert "blorpine" not in say_on("2026-08-13", *command).out
