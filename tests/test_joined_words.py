"""Words that were typed side by side, and the answers to a question, on a whole command line."""

from __future__ import annotations

import io
import sys

import pytest

from tests.conftest import Isotrack
from tests.test_journeys import START
from tracker.cli import base
from tracker.i18n import activate


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("log visit --on last friday", "visit on Fri 18 Dec 2026"),
        ("log visit --on 18 Dec --note x", "visit on Fri 18 Dec 2026"),
        ("log visit --on Fri 18 Dec 2026", "visit on Fri 18 Dec 2026"),
        ("log visit --on the day before yesterday", "visit on Fri 18 Dec 2026"),
        ("log weight --on 18 Dec 54 kg", "54 kg on Fri 18 Dec 2026"),
        ("log weight 128 lb --on 2 days ago", "58.1 kg (128 lb) on Fri 18 Dec 2026"),
        ("log dose --on last friday 20 mg", "20 mg taken on Fri 18 Dec 2026"),
        ("log dose --on Dec 18 20", "20 mg taken on Fri 18 Dec 2026"),
        ("dose 40 mg --from in 2 weeks", "40 mg a day from Sun 3 Jan 2027"),
        ("until 24 May 2027", "last capsule Mon 24 May 2027"),
        ("stop last friday", "last capsule on Fri 18 Dec 2026"),
        ("stop -2日", "last capsule on Fri 18 Dec 2026"),
        ("stop --note x the day before yesterday", "last capsule on Fri 18 Dec 2026"),
        ("pause -2d", "no capsules from Fri 18 Dec 2026 on"),
        ("book visit/2 next tuesday 10.30", "appointment on Tue 22 Dec 2026 10:30"),
        ("book visit/2 8 Mar", "appointment on Mon 8 Mar 2027"),
        ("book visit/2 --note x 来週の火曜日 午後3時", "appointment on Tue 22 Dec 2026 15:00"),
        ("book visit/2 tuesday 9h", "appointment on Tue 22 Dec 2026 9:00"),
    ],
)
def test_the_words_of_one_day_or_amount_need_no_quotes(isotrack: Isotrack, command: str, said: str) -> None:
    isotrack(*START)
    assert said.replace(" 9:00", " 09:00") in isotrack(*command.split(), today="2026-12-20").out


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("stop 8 Foo", '"8 Foo" is not a day'),
        ("stop yesterday please", '"yesterday please" is not a day'),
        ("log weight --on 18 Dec", "KG"),
        ("log weight 54 55", "55"),
        ("log visit --on 18 Dec extra", "extra"),
        ("log dose --on 1 Dec..", '"1 Dec.." is not a day'),
        ("log dose --on ..4 Dec --note x", '"..4 Dec" is not a day'),
        ("log dose --on 3 days", '"3 days" is not a day'),
        ("log dose --on last fridy", '"last fridy" is not a day'),
        ("log dose --on 1 Foo..4 Dec", '"1 Foo..4 Dec" is not a day'),
        ("dose 40 --from in two weaks", '"in two weaks" is not a day'),
        ("book visit/2 1/19 朝9時", '"1/19 朝9時" is not a day'),
        ("log visit --on 18", '"18" is not a day'),
        ("dose 40 --from friday", "Fri 18 Dec 2026 or as Fri 25 Dec 2026"),
        ("pause --note x 1/5", "Fri 1 May 2026, as Tue 5 Jan 2027 or as Sat 1 May 2027"),
        ("log review --on 2026-12-20T15:42", "2026-12-20"),
    ],
)
def test_words_that_are_not_one_day_are_refused_together(isotrack: Isotrack, command: str, told: str) -> None:
    isotrack(*START)
    assert told in isotrack(*command.split(), today="2026-12-20", ok=False).err


def test_what_stands_behind_two_hyphens_is_left_as_it_is(isotrack: Isotrack) -> None:
    isotrack(*START)
    assert '"8" is not a day' in isotrack("stop", "--", "8", "Dec", today="2026-12-20", ok=False).err


ANSWERS = {
    True: ["y", "Y", "yes", "はい", "ｙ", "Ｙ", "ＹＥＳ", "ハイ", " はい。"],
    False: ["n", "N", "no", "いいえ", "ｎ", "ＮＯ", " いいえ。"],
}


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize(("answer", "typed"), [(answer, typed) for answer, all_ in ANSWERS.items() for typed in all_])
def test_yes_and_no_are_understood_in_both_languages(
    monkeypatch: pytest.MonkeyPatch, typed: str, answer: bool, lang: str
) -> None:
    activate(lang)
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{typed}\n"))
    assert base.confirm("?", default=not answer) is answer


@pytest.mark.parametrize("default", [True, False])
def test_an_empty_answer_is_the_one_in_capitals_and_any_other_is_asked_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], default: bool
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n"))
    assert base.confirm("?", default=default) is default
    monkeypatch.setattr(sys, "stdin", io.StringIO("maybe\n\x07\nいいえ\n"))
    assert base.confirm("?", default=default) is False
    assert capsys.readouterr().out.count("yes or no") == 2
