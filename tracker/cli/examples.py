"""A whole command for one that lacks what it cannot do without, or has what it cannot take: shown in place of help."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.facts import KINDS
from tracker.rules import Text

_SEEN = Text("--on 2026-11-24 --note 'all well'", "--on 2026-11-24 --note 異常なし")
EXAMPLES: dict[str, Text] = {
    "log dose": Text("20 --on 2026-11-24", "20 --on 2026-11-24"),
    "log visit": _SEEN,
    "log blood": Text("ALT=22 TG=145 --on 2026-11-24", "ALT=22 中性脂肪=145 --on 2026-11-24"),
    "log review": _SEEN,
    "log pick-up": _SEEN,
    "log pregnancy-test": Text("negative --on 2026-11-24", "陰性 --on 2026-11-24"),
    "log consent": _SEEN,
    "log can-become-pregnant": Text("yes --on 2026-11-24", "yes --on 2026-11-24"),
    "log enrolment": _SEEN,
    "log person": Text("female --born 1999-04-01", "女性 --born 1999-04-01"),
    "history": Text("--kind visit --from 2026-11-01", "--kind 再診 --from 2026-11-01"),
    "stop": Text("2026-11-24", "2026-11-24"),
    "pause": Text("2026-11-24", "2026-11-24"),
    "resume": Text("2026-11-24", "2026-11-24"),
    "until": Text("2027-05-24", "2027-05-24"),
    "dose": Text("20 --from 2026-11-24", "20 --from 2026-11-24"),
    "log photo": Text("photo.jpg --area left-cheek", "photo.jpg --area 左頬"),
    "log risk": Text("missed-period", "月経の遅れ"),
    "log weight": Text("54", "54"),
    "log earlier": Text("done", "済み"),
    "log stock": Text("28 --strength 20", "28 --strength 20"),
    "log lost": Text("4", "4"),
    "log procedure": Text("dermapen", "ダーマペン"),
    "log skin": Text("left-cheek red=3", "左頬 赤=3"),
    "log habit": Text("sleep=7", "睡眠=7"),
    "log counselling": Text("effect=yes", "効果=はい"),
    "log substance": Text("minocycline", "ミノサイクリン"),
    "log background": Text("allergy peanuts", "アレルギー ピーナッツ"),
    "log cost": Text("5000 visit", "5000 再診"),
    "log budget": Text("300000", "300000"),
    "book": Text("visit 2027-01-20", "再診 2027-01-20"),
    "procedure plan": Text("dermapen --sessions 3 --every 4w", "ダーマペン --sessions 3 --every 4w"),
    "procedure cancel": Text("dermapen", "ダーマペン"),
    "procedure book": Text("dermapen 2027-01-20", "ダーマペン 2027-01-20"),
    "procedure log": Text("dermapen", "ダーマペン"),
    "import-blood": Text("blood.csv", "blood.csv"),
    "check": Text("minocycline", "ミノサイクリン"),
    "observed": Text("skin", "skin"),
    "over": Text("headache", "頭痛"),
    "fix": Text("12 --on 2026-11-24", "12 --on 2026-11-24"),
    "calendar import-appointments": Text("clinic.ics", "clinic.ics"),
    "record import": Text("record.json", "record.json"),
    "record import-doses": Text("doses.csv", "doses.csv"),
    "patients rename": Text("'Sato Hanako' 'Kato Hanako'", "佐藤花子 加藤花子"),
    "patients delete": Text("'Sato Hanako'", "佐藤花子"),
    "adopt": Text("jp-strict", "jp-strict"),
    "protocols show": Text("jp-standard", "jp-standard"),
    "protocols check": Text("clinic.json", "clinic.json"),
    "completion show": Text("bash", "bash"),
}
"""By the command, what is typed behind it."""


def example(path: Sequence[str]) -> Text | None:
    """A whole command for one that was typed by any of its names; None where there is none."""
    names = {name: kind.log.names[0] for kind in KINDS if kind.log is not None for name in kind.log.names}
    *groups, last = path
    found = EXAMPLES.get(" ".join((*groups, names.get(last, last) if groups == ["log"] else last)))
    if found is None:
        return None
    return Text(f"isotrack {' '.join(path)} {found.en}", f"isotrack {' '.join(path)} {found.ja}")
