"""The catalogue of procedures: names, rules by source, and the windows that follow from them."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.dates import last_restricted_day
from tracker.errors import NoSuchError, ProtocolError
from tracker.procedures import catalogue, meant_by, name_of, read
from tracker.protocols import find, shipped
from tracker.rules import During, Kind, Protocol
from tracker.treatments import Downtime, Level, Profile, Remark, Saying
from tracker.washout import CourseDays, Why, Window, washout

HERE = Path(__file__).parent
SCHEMAS = HERE.parent / "schemas"
DATA = json.loads((SCHEMAS / "procedures.json").read_text())
CASES = json.loads((HERE / "procedures" / "windows.json").read_text())
DAY = timedelta(days=1)

NAMES = [
    ("dermapen", "dermapen"), ("Dermapen", "dermapen"), ("DERMA PEN", "dermapen"), ("ｄｅｒｍａｐｅｎ", "dermapen"),
    ("ダーマペン", "dermapen"), ("だーまぺん", "dermapen"), ("ﾀﾞｰﾏﾍﾟﾝ", "dermapen"), ("ダーマペン4", "dermapen"),
    ("ダーマペン４", "dermapen"), ("Dermapen 4", "dermapen"), ("microneedling", "dermapen"),
    ("マイクロニードル", "dermapen"),
    ("Potenza", "potenza"), ("ポテンツァ", "potenza"), ("ポテンツア", "potenza"), ("RF microneedling", "potenza"),
    ("electroporation", "electroporation"), ("エレクトロポレーション", "electroporation"),
    ("エレポレ", "electroporation"),
    ("pico fractional", "pico-fractional"), ("ピコフラクショナル", "pico-fractional"),
    ("フラクショナルピコレーザー", "pico-fractional"), ("ピコトーニング", "pico-toning"),
    ("pico-toning", "pico-toning"), ("ablative laser", "ablative-laser"),
    ("アブレーティブレーザー", "ablative-laser"), ("CO2 laser", "ablative-laser"),
    ("waxing", "waxing"), ("wax", "waxing"), ("ワックス脱毛", "waxing"),
    ("医療脱毛", "laser-hair-removal"), ("IPL", "ipl"), ("光治療", "ipl"),
    ("ＩＰＬ", "ipl"), ("フォトフェイシャル", "ipl"), ("LASIK", "lasik"), ("レーシック", "lasik"), ("lasik", "lasik"),
    ("dermabrasion", "mechanical-dermabrasion"), ("皮膚剥削術", "mechanical-dermabrasion"),
    ("medium/deep peel", "deep-peel"), ("superficial peel", "superficial-peel"), ("皮膚の手術", "surgery"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "code"), NAMES, ids=[typed for typed, _code in NAMES])
def test_a_name_is_found_as_people_type_it(typed: str, code: str) -> None:
    assert meant_by(typed).code == code


NEAR = [
    ("peel", ["deep-peel", "superficial-peel"]), ("ピーリング", ["deep-peel", "superficial-peel"]),
    ("脱毛", ["waxing", "laser-hair-removal"]), ("hair removal", ["waxing", "laser-hair-removal"]),
    ("ケミカルピーリング", ["deep-peel", "superficial-peel"]), ("ピコレーザー", ["pico-fractional", "pico-toning"]),
    ("dermapn", ["dermapen"]), ("ダマペン", ["dermapen"]), ("botox", []), ("レチノール", []), ("", []),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "near"), NEAR, ids=[typed for typed, _near in NEAR])
def test_what_may_mean_several_or_is_another_name_is_offered_at_most(typed: str, near: list[str]) -> None:
    with pytest.raises(NoSuchError) as refused:
        meant_by(typed)
    assert list(refused.value.among)[: len(near)] == near
    assert bool(refused.value.among) == bool(near)


def test_the_file_fits_its_schema_and_says_all_in_both_languages() -> None:
    jsonschema.Draft202012Validator(json.loads((SCHEMAS / "procedures.schema.json").read_text())).validate(DATA)
    assert name_of("dermapen").ja == "ダーマペン"
    assert name_of("of-a-newer-isotrack").en == "of-a-newer-isotrack"


def test_no_source_that_is_not_cited_and_no_downtime_that_no_source_has() -> None:
    cited = set[str]()
    for one in catalogue().procedures.values():
        said: list[Saying | Remark | Downtime] = [*one.sayings, *one.remarks]
        said += [one.downtime] if one.downtime is not None else []
        cited |= {source for each in said for source in each.sources}
    assert cited == {one.id for one in catalogue().sources}
    assert {one.code: one.downtime.days for one in catalogue().procedures.values() if one.downtime is not None} == {
        "dermapen": None, "potenza": None, "pico-fractional": None,
    }  # fmt: skip


def test_only_what_no_source_was_seen_to_say_is_unconfirmed() -> None:
    assert {
        (one.code, said.sources)
        for one in catalogue().procedures.values()
        for said in one.sayings
        if not said.confirmed or "own" in said.sources
    } == {("dermapen", ("own",)), ("potenza", ("own",))}


def test_nothing_but_the_gentle_procedure_of_its_source_is_ever_allowed() -> None:
    allowed = [(one.code, said.profile, said.sources) for one in catalogue().procedures.values()
               for said in one.sayings if said.level is Level.ALLOWED]  # fmt: skip
    assert allowed == [("electroporation", None, ("Ness",))]


def test_every_rule_of_a_programme_about_procedures_is_said_to_be_about_some() -> None:
    known = {
        (protocol.id, rule.id)
        for protocol in shipped()
        for rule in protocol.rules
        if rule.kind is Kind.PROCEDURE and isinstance(rule.timing, During)
    }
    said = {(programme, one.rule) for one in catalogue().covers for programme in one.programmes}
    assert said == known


def _changed(*path: Any, to: Any) -> object:
    value = deepcopy(DATA)
    inner = value
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = to
    return value


WRONG = [
    ([], "the file"),
    (_changed("procedures", 0, "code", to="Derma"), "procedure 1, code"),
    (_changed("procedures", 0, "rules", to=[]), "procedure 1"),
    (_changed("procedures", 0, "rules", 0, "level", to="fine"), "procedure 1, rules 1.level"),
    (_changed("procedures", 1, "rules", 0, "tail", to="P0M"), "procedure 2, rules 1.tail"),
    (_changed("procedures", 1, "rules", 0, "tail", to="6 months"), "procedure 2, rules 1.tail"),
    (_changed("procedures", 1, "rules", 0, "profile", to="consensus"), "procedure 2, rules 1.profile"),
    (_changed("procedures", 1, "rules", 0, "sources", to=[]), "procedure 2, rules 1"),
    (_changed("procedures", 1, "rules", 0, "sources", to=["nobody"]), "procedure 2, rules 1.sources 1"),
    (_changed("procedures", 1, "downtime", "days", to=-1), "procedure 2, downtime.days"),
    (_changed("procedures", 1, "downtime", "days", to=True), "procedure 2, downtime.days"),
    (_changed("procedures", 1, "aliases", to=["electroporation"]), "procedures"),
    (_changed("programme_rules", 0, "except", to=["nothing"]), "rule of programmes 1, except 1"),
    (_changed("programme_rules", 0, "procedures", to=["waxing"]), "rule of programmes 1"),
    (_changed("profiles", "consensus-2017", to={"en": "x"}), "profiles.consensus-2017"),
    (_changed("sources", 0, "tier", to="X"), "source 1 (Ness), tier"),
]


@pytest.mark.parametrize(("value", "where"), WRONG, ids=[where for _value, where in WRONG])
def test_a_file_that_is_wrong_is_refused_where_it_is_wrong(value: object, where: str) -> None:
    with pytest.raises(ProtocolError) as refused:
        read(value, "procedures.json")
    assert str(refused.value.values["place"]) == where


def test_a_consensus_allows_nothing_by_itself() -> None:
    value = _changed("procedures", 5, "rules", 1, "level", to="allowed")
    with pytest.raises(ProtocolError):
        read(value, "procedures.json")


# --- windows ----------------------------------------------------------------------------------------------------


def _course(first: str, last: str, programme: str | None = None, *, estimate: bool = False) -> CourseDays:
    rules = _rules(find(programme, date(2026, 11, 24))) if programme is not None else ()
    return CourseDays(date.fromisoformat(first), date.fromisoformat(last), estimate, programme or "", rules)


def _rules(protocol: Protocol) -> tuple[Any, ...]:
    return tuple(one for one in protocol.rules if one.kind is Kind.PROCEDURE and isinstance(one.timing, During))


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_window_is_as_it_was_worked_out_by_hand(case: dict[str, Any]) -> None:
    course = _course(case["first_dose"], case["last_dose"], case.get("programme"))
    found = washout(catalogue().procedures[case["procedure"]], catalogue(), [course],
                    Profile(case.get("profile", Profile.LABEL)))  # fmt: skip
    last = found.last_restricted()
    assert (last.last.isoformat() if last is not None else None) == case["last_restricted"]
    if last is not None:
        assert (list(last.sources), last.confirmed) == (case["sources"], case["confirmed"])
    assert {day: found.level(date.fromisoformat(day)) for day in case["days"]} == case["days"]


def test_every_rule_that_was_considered_is_shown_with_why_it_is_the_one_or_is_not() -> None:
    found = washout(meant_by("laser hair removal"), catalogue(), [_course("2026-08-01", "2027-01-31", "eu-ppp")])
    day = date(2027, 2, 10)
    assert [(one.sources, one.last.isoformat(), found.why(one, day)) for one in found.on(day)] == [
        (("H2",), "2027-07-31", Why.LATEST), (("K11",), "2027-07-31", Why.SHORTER),
        (("J17a",), "2027-03-02", Why.SHORTER), (("H1", "H2"), "2027-07-31", Why.OTHER_PROFILE),
    ]  # fmt: skip
    assert found.first_free(day) == date(2027, 8, 1)


def test_of_several_courses_the_latest_window_holds_and_a_day_between_two_may_be_free() -> None:
    courses = [_course("2025-01-10", "2025-06-30"), _course("2027-01-10", "2027-06-30", estimate=True)]
    found = washout(meant_by("lasik"), catalogue(), courses)
    last = found.last_restricted()
    assert last is not None
    assert (last.course, last.last, last.is_estimate) == (2, date(2027, 12, 31), True)
    assert found.level(date(2025, 12, 31)) is Level.FORBIDDEN
    assert found.level(date(2026, 1, 1)) is None
    assert found.first_free(date(2026, 7, 10)) == date(2028, 1, 1)


def test_a_programme_that_nobody_described_forbids_what_no_source_allows() -> None:
    own = CourseDays(date(2026, 5, 24), date(2026, 11, 23), is_estimate=False, programme="my-clinic",
                     rules=_rules(find("eu-ppp", date(2026, 11, 24))))  # fmt: skip
    lasers = washout(meant_by("dermapen"), catalogue(), [own])
    gentle = washout(meant_by("electroporation"), catalogue(), [own])
    assert [one.rule for one in lasers.windows] == ["procedure", None, None]
    assert [one.rule for one in gentle.windows] == [None]


@given(st.sampled_from(sorted(catalogue().procedures)), st.sampled_from(list(Profile)),
       st.dates(date(2026, 1, 1), date(2030, 1, 1)), st.integers(0, 400))  # fmt: skip
def test_the_first_free_day_is_the_day_after_the_latest_window_that_forbids(
    code: str, profile: Profile, first: date, length: int
) -> None:
    procedure = catalogue().procedures[code]
    course = CourseDays(first, first + length * DAY, is_estimate=False)
    found = washout(procedure, catalogue(), [course], profile)
    free = found.first_free(first)
    forbidding = [one for one in found.windows if one.forbids]
    assert free == max((one.last + DAY for one in forbidding), default=first)
    for said in procedure.sayings:
        window: Window = next(one for one in found.windows if one.sources == said.sources and one.text == said.text)
        assert window.last == last_restricted_day(course.last_dose, said.tail)


@given(st.sampled_from(sorted(catalogue().procedures)), st.dates(date(2026, 1, 1), date(2030, 1, 1)),
       st.integers(0, 400), st.integers(0, 700))  # fmt: skip
def test_the_consensus_never_allows_what_the_label_forbids(code: str, first: date, length: int, later: int) -> None:
    course = CourseDays(first, first + length * DAY, is_estimate=False)
    label, consensus = (washout(catalogue().procedures[code], catalogue(), [course], one) for one in Profile)
    day = first + later * DAY
    if label.level(day) is Level.FORBIDDEN:
        assert consensus.level(day) in (Level.FORBIDDEN, Level.ASK)
    else:
        assert consensus.level(day) is label.level(day)
