"""The clinic's word: it names what it settles, asks for what was said, and stands last on the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import pages
from tests.support import machine_in, say, settle

DANGERS = (
    ("risk", "unprotected", "--on", "2026-11-01"), ("risk", "unprotected", "--on", "2026-11-03"),
    ("risk", "missed-period", "--on", "2026-11-09"), ("pregnancy-test", "positive", "--on", "2026-11-11"),
    ("symptom", "黄疸", "--since", "2026-11-13"),
)  # fmt: skip
NAMED = {
    "en": ("no contraception, or contraception that failed of Sun 1 Nov 2026, Tue 3 Nov 2026",
           "missed period of Mon 9 Nov 2026",
           "positive test of Wed 11 Nov 2026"),
    "ja": ("避妊なし、または避妊の失敗（2026年11月1日(日)、2026年11月3日(火)）", "月経の遅れ（2026年11月9日(月)）",
           "陽性の検査（2026年11月11日(水)）"),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(machine_in(tmp_path), monkeypatch)
    monkeypatch.setenv("ISOTRACK_TODAY", "2026-11-28")
    assert say("start", "2026-09-23", "--weight", "54", "--dose", "20", "--timezone", "Asia/Tokyo",
               "--can-become-pregnant", "--protocol", "jp-standard").code == 0  # fmt: skip


@pytest.mark.parametrize("lang", NAMED)
def test_a_bare_word_names_all_that_it_settles_there_and_in_history(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISOTRACK_LANG", lang)
    for one in DANGERS:
        assert say("log", *one).code == 0
    said = say("log", "cleared").out
    assert [line for line in said.splitlines() if "--note" in line] != []
    assert len([line for line in said.splitlines() if NAMED[lang][0].partition("（")[0] in line]) >= 1
    shown = say("history", "--kind", "cleared").out
    assert all(name in shown for name in NAMED[lang])
    assert "--note" not in say("log", "cleared", "rf-liver", "--note", "ok").out


def test_a_later_word_is_of_what_it_settles_alone() -> None:
    say("log", *DANGERS[0])
    say("log", "cleared", "--on", "2026-11-02", "--note", "test was negative")
    say("log", *DANGERS[1])
    say("log", "cleared", "--on", "2026-11-05")
    later, first = [line for line in say("history", "--kind", "cleared").out.splitlines() if "cleared by" in line]
    assert "no contraception, or contraception that failed of Tue 3 Nov 2026" in later
    assert "1 Nov" not in later
    assert "no contraception, or contraception that failed of Sun 1 Nov 2026" in first


def test_what_was_settled_on_one_day_is_one_row_below_what_is_open(tmp_path: Path) -> None:
    for one in DANGERS:
        say("log", *one)
    say("log", "cleared")
    say("log", "cleared", "rf-liver")
    say("log", "blood", "ALT=95", "TG=120", "--on", "2026-11-20")
    page = tmp_path / "page.html"
    assert say("report", "-o", str(page)).code == 0
    rows = pages.rows(pages.read(page.read_bytes()), "Red flags and findings")
    levels = [row[0] for row in rows]
    assert levels.count("Cleared") == 1
    assert levels[-1] == "Cleared"
    assert levels.index("Contact clinic") < levels.index("Cleared")
    for name in ("signs of hepatitis", "contraception that failed", "missed period", "Positive pregnancy test"):
        assert name in rows[-1][1]
