"""What things cost: read in every usual form, never converted, spent and planned apart; what is left of a budget."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from tests.conftest import Isotrack
from tests.support import LONG, some
from tracker.cli.amounts import read_price
from tracker.currencies import DECIMALS, Money
from tracker.errors import InputError

SCHEMAS = Path(__file__).parent.parent / "schemas"
TODAY = "2026-11-27"
START = ("start", "2026-09-01", "--weight", "54", "--dose", "20", "--can-become-pregnant", "--timezone", "Asia/Tokyo")


def opened(isotrack: Isotrack, protocol: str = "jp") -> None:
    isotrack(*START, "--protocol", protocol, today="2026-09-01")


def accounts(isotrack: Isotrack, today: str = TODAY) -> dict[str, dict[str, Any]]:
    found = isotrack("money", "--json", today=today).json
    plan = Resource.from_contents(json.loads((SCHEMAS / "plan.schema.json").read_text()))
    schema = json.loads((SCHEMAS / "money.schema.json").read_text())
    Draft202012Validator(schema, registry=Registry().with_resource("plan.schema.json", plan)).validate(found)
    return {one["currency"]: one for one in found["accounts"]}


@pytest.mark.parametrize(
    ("typed", "amount", "currency"),
    [
        ("30000", "30000", ""), ("30,000", "30000", ""), ("３００００", "30000", ""), ("¥30000", "30000", "JPY"),
        ("￥30,000", "30000", "JPY"), ("30000円", "30000", "JPY"), ("3万円", "30000", "JPY"), ("5千円", "5000", "JPY"),
        ("1.5万", "15000", ""), ("2万8千円", "28000", "JPY"), ("2万8千", "28000", ""), ("2万8000円", "28000", "JPY"),
        ("2万円", "20000", "JPY"), ("2万8千500円", "28500", "JPY"), ("3千500円", "3500", "JPY"),
        ("２万８千円", "28000", "JPY"),
        ("10万5千円", "105000", "JPY"), ("¥2万500", "20500", "JPY"), ("2万 8千円", "28000", "JPY"),
        ("$50", "50", "USD"), ("50 USD", "50", "USD"), ("50usd", "50", "USD"), ("12.50€", "12.50", "EUR"),
        ("£9.99", "9.99", "GBP"), ("50 dollars", "50", "USD"), ("₩50,000", "50000", "KRW"), ("0", "0", ""),
        ("chf 20", "20", "CHF"),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_it_is_written(typed: str, amount: str, currency: str) -> None:
    found = read_price(typed)
    assert (found.amount, found.currency) == (Decimal(amount), currency)


@pytest.mark.parametrize(
    "typed",
    [
        "1.5万8千",
        "2千8千",
        "2万8千1000",
        "3千1500",
        "8千2万",
        "5 000",
        "2万00",
        "28 3千",
        "",
        "abc",
        "-5",
        "1e5",
        "nan",
        "inf",
        "5 5",
        "12,50",
        "1,00,000",
        "$5€",
        "5 shells",
        "¥",
        "５，０",
        "9" * 20,
    ],
)
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(InputError):
        read_price(typed)


@given(st.decimals(0, 10**8, places=2), st.sampled_from(sorted(DECIMALS)))
def test_an_amount_is_kept_as_it_is(amount: Decimal, currency: str) -> None:
    money = Money(amount, currency)
    assert Money.parse(str(money)) == money


def test_it_is_in_the_currency_of_the_course(isotrack: Isotrack) -> None:
    for protocol, currency in (
        ("jp", "JPY"),
        ("us", "USD"),
        ("uk", "GBP"),
        ("fr", "EUR"),
        ("eu", "EUR"),
        ("kr", "KRW"),
    ):
        isotrack(*START, "--protocol", protocol, "--patient", protocol, today="2026-09-01")
        isotrack("log", "cost", "5000", "visit", "--patient", protocol, today=TODAY)
        found = isotrack("money", "--json", "--patient", protocol, today=TODAY).json
        assert [one["currency"] for one in found["accounts"]] == [currency]


def test_a_currency_without_decimals_takes_none(isotrack: Isotrack) -> None:
    opened(isotrack)
    assert "JPY has no decimals" in isotrack("log", "cost", "12.50", "visit", today=TODAY, ok=False).err
    assert "EUR has 2 decimals" in isotrack("log", "cost", "12.505 EUR", "visit", today=TODAY, ok=False).err
    isotrack("log", "cost", "12.50 EUR", "visit", today=TODAY)
    isotrack("settings", "currency=usd", today=TODAY)
    isotrack("log", "cost", "12.50", "blood", today=TODAY)
    assert {code: one["spent"] for code, one in accounts(isotrack).items()} == {"EUR": 12.5, "USD": 12.5}


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        (("visit",), "visit"), (("blood",), "blood-test"), (("blood", "ALT=22"), "blood-test"),
        (("pregnancy-test", "negative"), "pregnancy-test"), (("pick-up",), "capsules"),
        (("stock", "28", "--strength", "20"), "capsules"), (("consent",), "visit"),
    ],
)  # fmt: skip
def test_a_price_is_said_with_what_it_is_for(isotrack: Isotrack, command: tuple[str, ...], kind: str) -> None:
    opened(isotrack)
    said = isotrack("log", *command, "--on", "2026-11-20", "--price", "3,200", "--insured", today=TODAY)
    assert "Paid: 3,200 JPY" in said.out
    found = accounts(isotrack)["JPY"]
    assert found["by_kind"] == [{"kind": kind, "spent": 3200, "planned": 0}]
    assert found["by_payer"] == [{"payer": "insured", "spent": 3200, "planned": 0}]
    # Said again it is there already, and no command was carried out that an undo would take back.
    again = isotrack("log", *command, "--on", "2026-11-20", "--price", "3,200", "--insured", today=TODAY)
    assert "Already there" in again.out
    assert "--remove" not in again.out
    assert accounts(isotrack)["JPY"]["spent"] == 3200
    # One command, and one undo.
    assert "3,200 JPY" in isotrack("undo", today=TODAY).out
    assert accounts(isotrack) == {}


def test_another_price_of_the_same_thing_is_said_with_the_way_to_settle_it(isotrack: Isotrack) -> None:
    opened(isotrack)
    isotrack("log", "visit", "--on", "2026-10-01", "--price", "5000", today=TODAY)
    said = isotrack("log", "visit", "--on", "2026-10-01", "--price", "3000", today=TODAY).out
    assert "On that day stands already: 5,000 JPY for visit (number 5)" in said
    assert accounts(isotrack)["JPY"]["spent"] == 8000
    isotrack("fix", "5", "--remove", today=TODAY)
    assert accounts(isotrack)["JPY"]["spent"] == 3000


def test_a_price_is_added_to_what_was_logged_without_one(isotrack: Isotrack) -> None:
    opened(isotrack)
    isotrack("log", "visit", "--on", "2026-10-01", today=TODAY)
    said = isotrack("log", "visit", "--on", "2026-10-01", "--price", "5000", today=TODAY).out
    assert "Already there: visit" in said
    assert "Paid: 5,000 JPY for visit" in said
    assert accounts(isotrack)["JPY"]["by_month"] == [{"month": "2026-10", "spent": 5000, "planned": 0}]


WITH_A_PRICE = [
    ("visit",), ("blood",), ("blood", "ALT=22"), ("pregnancy-test", "negative"), ("pick-up",), ("consent",),
    ("stock", "28", "--strength", "20"),
]  # fmt: skip
FIXES: list[tuple[tuple[str, ...], dict[str, int]]] = [
    (("entry --on 2026-10-05",), {"2026-10": 5000}),
    (("entry --on 2026-11-05",), {"2026-11": 5000}),
    (("entry --note seen", "entry --on 2026-11-05"), {"2026-11": 5000}),
    (("entry --on 2026-11-05", "entry --on 2026-09-20"), {"2026-09": 5000}),
    (("price --value 4000", "entry --on 2026-11-05"), {"2026-11": 4000}),
    (("entry --on 2026-11-05", "price --value 4000", "entry --on 2026-10-30"), {"2026-10": 4000}),
    # What was paid on another day than that of the entry stays there.
    (("price --on 2026-11-07", "entry --on 2026-11-05"), {"2026-11": 5000}),
    (("price --remove", "entry --on 2026-11-05"), {}),
    (("entry --remove",), {}),
    (("entry --on 2026-11-05", "entry --remove"), {}),
    (("entry --remove", "undo"), {"2026-10": 5000}),
    (("entry --on 2026-11-05", "undo"), {"2026-10": 5000}),
    (("entry --on 2026-11-05", "undo", "redo"), {"2026-11": 5000}),
    (("entry --remove", "undo", "redo"), {}),
]


def _standing(isotrack: Isotrack) -> list[dict[str, Any]]:
    """Of the newest entries first."""
    ledger = isotrack("history", "--json", today=TODAY).json
    gone = {number for command in ledger for number in command["voided"]}
    return [fact for command in ledger for fact in command["recorded"] if fact["id"] not in gone]


def _fixed(isotrack: Isotrack, steps: tuple[str, ...], kind: str) -> None:
    for step in steps:
        what, *said = step.split()
        if what in ("undo", "redo"):
            isotrack(what, today=TODAY)
            continue
        wanted = "cost" if what == "price" else kind
        number = next(one["id"] for one in _standing(isotrack) if one["kind"] == wanted)
        isotrack("fix", str(number), *said, today=TODAY)


@pytest.mark.long
@pytest.mark.parametrize(
    ("command", "at_once"),
    [pytest.param(command, at_once, id=f"{' '.join(command)}-{'at-once' if at_once else 'later'}")
     for number, command in enumerate(WITH_A_PRICE) for at_once in ((True, False) if LONG else (number % 2 == 0,))],
)  # fmt: skip
def test_a_price_goes_with_its_entry(isotrack: Isotrack, command: tuple[str, ...], at_once: bool) -> None:
    price = ("--price", "5000")
    for number, (steps, months) in some(enumerate(FIXES), 2, WITH_A_PRICE.index(command)):
        patient = ("--patient", f"p{number}")
        isotrack(*START, "--protocol", "jp", *patient, today="2026-09-01")

        def of_this_one(*said: str, patient: tuple[str, ...] = patient, **options: Any) -> Any:
            return isotrack(*said, *patient, **options)

        said = ("log", *command, "--on", "2026-10-01")
        for again in ((*said, *price),) if at_once else (said, (*said, *price)):
            of_this_one(*again, today=TODAY)
        kind = next(one["kind"] for one in reversed(_standing(of_this_one)) if one["kind"] in
                    (command[0], "blood-test", "attestation"))  # fmt: skip
        _fixed(of_this_one, steps, kind)
        found = accounts(of_this_one).get("JPY", {"by_month": []})
        assert (steps, {one["month"]: one["spent"] for one in found["by_month"]}) == (steps, months)


def test_of_two_entries_of_a_day_each_keeps_its_own_price(isotrack: Isotrack) -> None:
    opened(isotrack)
    for strength, price in (("10", "3000"), ("20", "6000")):
        isotrack("log", "stock", "28", "--strength", strength, "--on", "2026-10-01", "--price", price, today=TODAY)
    [large, small] = [one["id"] for one in _standing(isotrack) if one["kind"] == "stock"]
    said = isotrack("fix", str(small), "--on", "2026-11-01", today=TODAY).out
    assert "What was paid for it goes with it: 3,000 JPY" in said
    said = isotrack("fix", str(large), "--remove", today=TODAY).out
    assert "What was paid for it is removed with it: 6,000 JPY" in said
    assert accounts(isotrack)["JPY"]["by_month"] == [{"month": "2026-11", "spent": 3000, "planned": 0}]


def test_what_was_paid_on_another_day_is_removed_with_the_entry_it_was_said_with(isotrack: Isotrack) -> None:
    opened(isotrack)
    isotrack("log", "visit", "--on", "2026-10-01", "--price", "5000", today=TODAY)
    _fixed(isotrack, ("price --on 2026-11-07", "entry --remove"), "visit")
    assert accounts(isotrack) == {}


def test_a_cost_that_was_said_by_itself_stays_where_it_is(isotrack: Isotrack) -> None:
    opened(isotrack)
    isotrack("log", "visit", "--on", "2026-10-01", today=TODAY)
    isotrack("log", "cost", "5000", "visit", "--on", "2026-10-01", today=TODAY)
    _fixed(isotrack, ("entry --on 2026-11-01", "entry --remove"), "visit")
    assert accounts(isotrack)["JPY"]["by_month"] == [{"month": "2026-10", "spent": 5000, "planned": 0}]


def test_what_is_removed_with_its_entry_is_said_with_the_way_to_keep_it(isotrack: Isotrack) -> None:
    opened(isotrack)
    isotrack("log", "visit", "--on", "2026-10-01", "--price", "5000", "--insured", today=TODAY)
    said = isotrack("fix", "4", "--remove", today=TODAY).out
    command = 'log cost "5000 JPY" visit --on 2026-10-01 --payer insured'
    assert command in " ".join(said.split())
    isotrack("log", "cost", "5000 JPY", "visit", "--on", "2026-10-01", "--payer", "insured", today=TODAY)
    assert accounts(isotrack)["JPY"]["spent"] == 5000


def test_what_lies_ahead_is_planned_and_becomes_spent(isotrack: Isotrack) -> None:
    opened(isotrack)
    isotrack("log", "cost", "20000", "capsules", "--on", "2026-12-10", today=TODAY)
    for today, spent in ((TODAY, 0), ("2026-12-09", 0), ("2026-12-10", 20000), ("2027-01-01", 20000)):
        found = accounts(isotrack, today)["JPY"]
        assert (found["spent"], found["planned"]) == (spent, 20000 - spent)


def test_sessions_are_planned_until_they_are_done(isotrack: Isotrack) -> None:
    opened(isotrack)
    isotrack("stop", "2026-11-20", today=TODAY)
    isotrack("procedure", "plan", "dermapen", "--sessions", "3", "--every", "P1M", "--price", "30000", today=TODAY)
    assert [accounts(isotrack)["JPY"][name] for name in ("spent", "planned")] == [0, 90000]
    isotrack("procedure", "log", "dermapen", "--on", "2027-06-01", "--price", "28000", today="2027-06-01")
    found = accounts(isotrack, "2027-06-01")["JPY"]
    assert (found["spent"], found["planned"]) == (28000, 60000)
    assert [one["month"] for one in found["by_month"]] == ["2027-06", "2027-07", "2027-08"]
    isotrack("procedure", "cancel", "dermapen", today="2027-06-02")
    assert accounts(isotrack, "2027-06-02")["JPY"]["planned"] == 0


def test_what_is_left_of_a_budget(isotrack: Isotrack) -> None:
    opened(isotrack)
    isotrack("log", "budget", "100000", "--on", "2026-10-01", "--until", "2026-12-31", today=TODAY)
    for price, on in (("5000", "2026-09-30"), ("6000", "2026-10-01"), ("7000", "2026-11-27"), ("8000", "2026-12-31"),
                      ("9000", "2027-01-01")):  # fmt: skip
        isotrack("log", "cost", price, "visit", "--on", on, today=TODAY)
    isotrack("log", "cost", "50 USD", "other", today=TODAY)
    assert accounts(isotrack)["JPY"]["budget"] == {
        "from": "2026-10-01", "until": "2026-12-31", "amount": 100000, "spent": 13000, "planned": 8000, "left": 87000,
        "left_after_planned": 79000,
    }  # fmt: skip
    isotrack("log", "budget", "10000", "--on", "2026-10-01", today=TODAY)  # the newest takes the place of the other
    said = isotrack("money", today=TODAY).out
    assert "! By now it is exceeded by 3,000 JPY." in said
    assert "! With 17,000 JPY that are planned in its time it is exceeded by 20,000 JPY." in said


def test_a_price_that_is_corrected_stays_in_its_currency(isotrack: Isotrack) -> None:
    opened(isotrack)
    isotrack("log", "cost", "45.50 USD", "capsules", today=TODAY)
    [[fact]] = [one["recorded"] for one in isotrack("history", "--json", today=TODAY).json if one["command"] == "log"]
    isotrack("fix", str(fact["id"]), "--value", "40", today=TODAY)
    assert {code: one["spent"] for code, one in accounts(isotrack).items()} == {"USD": 40}
    isotrack("fix", str(fact["id"] + 1), "--value", "3,000円", today=TODAY)
    assert {code: one["spent"] for code, one in accounts(isotrack).items()} == {"JPY": 3000}
    assert "no decimals" in isotrack("fix", str(fact["id"] + 2), "--value", "40.5", today=TODAY, ok=False).err


def test_currencies_are_never_added(isotrack: Isotrack) -> None:
    opened(isotrack)
    isotrack("log", "cost", "5000", "visit", today=TODAY)
    isotrack("log", "cost", "50 USD", "visit", today=TODAY)
    assert {code: one["spent"] for code, one in accounts(isotrack).items()} == {"JPY": 5000, "USD": 50}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("log", "cost"), "is missing"),
        (("log", "cost", "shoes"), "is not a price"),
        (("log", "cost", "5000", "shoes"), "is nothing that is paid for here"),
        (("log", "cost", "5000", "visit", "--payer", "mother"), "is not taken here"),
        (("log", "cost", "200000000", "visit"), "is not possible"),
        (("log", "cost", "1.980", "visit"), "no decimals"),
        (("log", "budget", "5000", "--on", "2027-01-01", "--until", "2026-01-01"), "before its first day"),
        (("log", "visit", "--insured"), "--insured goes with --price"),
        (("log", "visit", "--price", "-5"), "-5"),
        (("settings", "currency=xyz"), "is not a value of currency"),
    ],
)
def test_what_cannot_be_is_refused_in_a_line(isotrack: Isotrack, arguments: tuple[str, ...], said: str) -> None:
    opened(isotrack)
    before = isotrack("history", "--json", today=TODAY).out
    assert said in isotrack(*arguments, today=TODAY, ok=False).err
    assert isotrack("history", "--json", today=TODAY).out == before


def test_in_japanese_it_is_in_yen(isotrack: Isotrack) -> None:
    opened(isotrack)
    said = isotrack("--lang", "ja", "log", "費用", "3万円", "施術", "--what", "ダーマペン", today=TODAY).out
    assert "30,000円" in said
    assert "30,000円" in isotrack("--lang", "ja", "money", today=TODAY).out


def test_a_dry_run_shows_the_price_and_keeps_none(isotrack: Isotrack) -> None:
    opened(isotrack)
    assert "Paid: 5,000 JPY" in isotrack("log", "visit", "--price", "5000", "--dry-run", today=TODAY).out
    assert accounts(isotrack) == {}


PRICED = {
    "a visit": ("log visit", "visit"),
    "a blood test": ("log blood ALT=22", "blood"),
    "a pregnancy test": ("log pregnancy-test negative", "pregnancy test"),
    "capsules": ("log stock 28 --strength 20", "the capsules"),
}


@pytest.mark.parametrize("said", PRICED)
@pytest.mark.parametrize("before", ["5000", None])
def test_what_was_paid_for_an_entry_is_corrected_by_the_number_of_the_entry(
    isotrack: Isotrack, said: str, before: str | None
) -> None:  # fmt: skip
    opened(isotrack)
    command, about = PRICED[said]
    isotrack(*command.split(), *(("--price", before) if before else ()), today=TODAY)
    kinds = ("visit", "lab", "pregnancy-test", "stock")
    [number] = [fact["id"] for one in isotrack("history", "--json", today=TODAY).json for fact in one["recorded"]
                if fact["kind"] in kinds]  # fmt: skip
    assert f"Paid: 6,000 JPY for {about}" in isotrack("fix", str(number), "--price", "6000", today=TODAY).out
    [account] = accounts(isotrack).values()
    assert account["spent"] == 6000
    assert "Already there" in isotrack("fix", str(number), "--price", "6000", today=TODAY).out
    ran = isotrack("fix", str(number), "--price", "7000", "--on", "yesterday", today=TODAY, ok=False)
    assert f"isotrack fix {number} --price 7000" in ran.err
    isotrack("undo", today=TODAY)
    assert [one["spent"] for one in accounts(isotrack).values()] == ([5000] if before else [])


def test_the_price_of_a_cost_is_its_value_and_what_costs_nothing_has_none(isotrack: Isotrack) -> None:
    opened(isotrack)
    isotrack("log", "cost", "5000", "visit", today=TODAY)
    [number] = [fact["id"] for one in isotrack("history", "--json", today=TODAY).json for fact in one["recorded"]
                if fact["kind"] == "cost"]  # fmt: skip
    isotrack("fix", str(number), "--price", "6000", today=TODAY)
    [account] = accounts(isotrack).values()
    assert account["spent"] == 6000
    isotrack("log", "weight", "54", today=TODAY)
    assert "does not go with" in isotrack("fix", str(number + 2), "--price", "6000", today=TODAY, ok=False).err


@pytest.mark.parametrize(("on", "planned"), [("2026-11-26", False), (TODAY, False), ("2026-11-28", True)])
def test_what_is_said_before_its_day_is_said_to_count_as_spent_then_whether_it_is_paid_or_not(
    isotrack: Isotrack, on: str, planned: bool
) -> None:
    opened(isotrack)
    said = isotrack("log", "cost", "3000", "visit", "--on", on, today=TODAY).out
    assert ("whether it was paid or not" in " ".join(said.split())) is planned
    if planned:
        [number] = re.findall(r"isotrack fix (\d+) --remove", " ".join(said.split()))
        assert accounts(isotrack, on)["JPY"]["spent"] == 3000
        isotrack("fix", number, "--remove", today=on)
        assert "JPY" not in accounts(isotrack, on)
