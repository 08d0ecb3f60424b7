"""In Japanese no English is met: in no help, in no error, whatever is typed, and on no screen.

What is left in Latin letters are names: of commands and flags, of files, programmes, rules and codes, and the
abbreviations that Japanese texts use as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest

from tests.conftest import Isotrack
from tests.support import LONG, Said, say
from tests.test_documents import commands
from tests.test_input_fuzz import ALWAYS, COMMANDS, FLAGS, HOSTILE, PLACES, PLAUSIBLE, Settled, reset
from tests.test_input_fuzz import settled as machine_of_the_fuzz
from tracker import protocols
from tracker.activities import ACTIVITIES
from tracker.analytes import laboratory
from tracker.calendar.settings import EXPECTED, NAMES
from tracker.cli.main import cli
from tracker.cli.placeholders import WORDS
from tracker.conditions import conditions
from tracker.crisis import crisis_lines
from tracker.currencies import DECIMALS
from tracker.facts import KINDS
from tracker.facts.observation import Observation
from tracker.i18n import activate
from tracker.journeys.preferring import TAKEN
from tracker.procedures import catalogue
from tracker.rules import Kind
from tracker.substances import pharmacy
from tracker.treatments import Profile
from tracker.vocabulary import vocabulary

at = machine_of_the_fuzz
"""A fixture: a machine with a course, cut off from the world."""

ABBREVIATIONS = {
    "isotrack", "mg", "kg", "lb", "ID", "JSON", "UTF", "UID", "URL", "UTC", "VCALENDAR", "VEVENT", "END", "BEGIN",
    "ICS", "ics", "CalDAV", "ToDo", "SQLite", "Python", "Bash", "Outlook", "Windows", "OS", "Enter", "https", "sqlite",
    "iPLEDGE", "REMS", "MHRA", "ANSM", "MFDS", "EU", "CLIA", "LASIK", "RetiCheck", "mIU", "mL", "NHS", "AAD", "FDA",
    "jp", "us", "uk", "doi", "CSV", "FHIR", "FILE", "NAME", "JIS", "Shift", "JCCLS", "CTCAE", "dL", "mmol", "umol",
    "Tab", "bash", "zsh", "fish", "exec", "SHELL", "PATH", "bashrc", "zshrc", "cp",
}  # fmt: skip
"""Names and abbreviations that Japanese texts use as they are."""
_WORD = re.compile(r"[A-Za-z][A-Za-z]+")
_AS_TYPED = re.compile(
    r"""--?[a-z][a-z-]*                     # a flag
      | \bISOTRACK_[A-Z_]+                  # a variable of the environment
      | (?<![\w.-])(?:[a-z]+=)?[\w-]*(?:[./@][\w=?&%~-]+)+   # a file, an address, a key, a setting, a time zone
      | \\u[0-9a-f]{4}                      # a sign that is shown as its escape
      | \{[^}]*\}
      | \w*://[!-~]*                        # an address
      | \b[a-z]+(?:-[a-z0-9]+)+            # an id
      | (?<=\ )(?:full|negative)\b          # what stands behind a flag
      | (?:\bkeyring|…)\ set\ isotrack\ \S+       # a command of another program
      | \bisotrack(?:[ ]--[a-z]+[ ](?:'[^']*'|\S+))*(?:[ ][a-z0-9-]+)+   # a command
    """,
    re.VERBOSE,
)
_MAY_BE_TYPED = re.compile(r"^ *別の書き方：.*$", re.MULTILINE)
"""What may be typed for a word of a list, in either language."""

_FOR_A_SHELL = re.compile(r"^(?:if \[\[|  source ).*$", re.MULTILINE)
"""A line that is shown to be copied."""


def _names() -> set[str]:
    """The words of the program's own names: commands, rules, codes, settings, kinds."""
    values = ("event", "todo", "discreet", "full", "markers", "banner", "on", "off", "en", "ja", "me")
    found: list[str] = [*NAMES, *EXPECTED, *TAKEN, *(one for some in TAKEN.values() for one in some), *Kind, *values]
    found += [name.split()[-1] for name, _command in commands(cli, click.Context(cli))]
    for kind in KINDS:
        found += [kind.name, *(kind.log.names if kind.log else ())]
        for column in kind.columns:
            found += map(str, column.sort.words)
    for protocol in protocols.shipped():
        found += [protocol.id, *(rule.id for rule in protocol.rules), *(source.id for source in protocol.sources)]
    for words in (vocabulary(kind.name) for kind in KINDS if kind.cls is Observation):
        found += [word.code for word in (*words.codes, *words.sites, *words.data.flags)]
        found += words.data.references
    found += [*(one.id for one in pharmacy().sources), *(one.code for one in pharmacy().substances)]
    found += [*(one.id for one in conditions().sources), *(one.code for one in conditions().conditions)]
    found += [*(one.id for one in catalogue().sources), *catalogue().procedures, *(one.code for one in ACTIVITIES)]
    found += [*DECIMALS, "doses", "symptoms", "csv", "jpg", "heic", "photo"]
    found += ["analytes", "substances", "conditions", "procedures", *Profile]
    found += [word for one in catalogue().procedures.values() for word in re.findall(r"[A-Za-z]+", one.name.ja)]
    for one in laboratory().analytes:
        found += [one.code, one.code.upper(), one.label.ja, *re.findall(r"[A-Za-z]+", one.name.ja)]
    return {name for name in found if _WORD.fullmatch(name)} | ABBREVIATIONS


NAMED = _names()
PUBLISHED = {
    source.in_language("ja")
    for one in (*protocols.shipped(), pharmacy(), conditions(), catalogue())
    for source in one.sources
}
PUBLISHED |= {source.in_language("ja") for source in catalogue().sources}
PUBLISHED |= {one.title.ja for one in crisis_lines().sources}
PUBLISHED |= {line.name.ja for country in crisis_lines().countries for line in country.lines}
PUBLISHED |= {one.title.ja for one in vocabulary("symptom").data.references.values()}
FROM_FILES = ("Clinic visit", "a note")
"""What was typed and what came with an invitation before, on the machine that is typed at."""
SCREENS = [
    (), ("plan",), ("stock",), ("dose",), ("history",), ("observed", "skin"), ("symptoms",), ("crisis", "jp"),
    ("crisis", "すべて"), ("substances",), ("background",), ("consent",), ("list",), ("list", "habit"),
    ("ask",), ("ask", "なぜですか"), ("report",),
    ("chart",), *(("chart", what) for what in ("dose", "weight", "symptoms", "mood", "ALT", "中性脂肪", "HDL")),
    ("list", "symptoms"), ("list", "substances"), ("list", "conditions"), ("list", "procedures"),
    ("list", "analytes"), ("procedure",), ("procedure", "profile"), ("check", "ミノマイシン", "ビタミンA"),
    ("compare", "--stop", "2027-02-01", "--stop", "2027-03-01"),
    *(("can", what) for what in ("献血", "妊娠", "次の治療", "ダーマペン", "ワックス脱毛")),
    ("can", "ミノサイクリン"), ("can", "ビタミンC"),
    *(("why", what) for what in ("避妊", "再診", "採血", "同意書", "2027-03-01")),
    ("protocols",), ("calendar", "settings"), ("calendar", "preview"), ("undo",),
    ("calendar", "export", "-o", "a.ics", "--titles", "full"),
    *(("protocols", "show", f"{one.id}@{one.version}") for one in protocols.shipped()),
]  # fmt: skip
"""Commands whose output is a screen."""


def english(text: str, typed: tuple[str, ...] = ()) -> list[str]:
    """The English words in a Japanese output, without what was typed and what is a name."""
    said = text
    for title in (*PUBLISHED, *FROM_FILES):
        said = said.replace(title, "\n")
    said = _AS_TYPED.sub("\n", _MAY_BE_TYPED.sub("\n", said))
    parts = {part for one in typed for part in {one, *re.split(r"[^A-Za-z0-9]+", one)} if re.search("[A-Za-z]", part)}
    for part in sorted(parts, key=len, reverse=True):
        said = re.sub(rf"(?<![A-Za-z-]){re.escape(part)}(?![A-Za-z])", "\n", said, flags=re.IGNORECASE)
    runs = [run for run in re.findall(r"[A-Za-z]{2,}(?: [A-Za-z]{2,})+", said) if set(run.split()) - ABBREVIATIONS]
    return runs or [word for word in _WORD.findall(said) if word not in NAMED]


def test_english_is_known_when_it_is_met() -> None:
    assert english("読み込めません（No such file or directory）。") == ["No such file or directory"]
    assert english("使い方: isotrack log [OPTIONS]") == ["OPTIONS"]
    assert english("--on の後に日付を入力してください。ヘルプ：isotrack log visit --help") == []


@pytest.mark.parametrize("name", ["", *(name for name, _command in commands(cli, click.Context(cli)))])
def test_no_help_says_an_english_word(name: str, isotrack: Isotrack) -> None:
    said = isotrack("--lang", "ja", *name.split(), "--help").out
    assert english(said) == [], said


def test_every_word_that_stands_for_what_is_typed_is_in_both_languages() -> None:
    activate("en")
    found = set()
    for _name, command in commands(cli, click.Context(cli)):
        for piece in command.collect_usage_pieces(click.Context(command)):
            found |= set(re.findall(r"[A-Z][A-Z]+(?:/[A-Z]+| [A-Z]+)*", piece))
        for param in command.params:
            if isinstance(param, click.Option) and not param.is_flag:
                found |= set(re.findall(r"[A-Z][A-Z]+(?:/[A-Z]+| [A-Z]+)*", param.make_metavar(click.Context(command))))
    assert sorted(found - set(WORDS)) == []


WORDS_TYPED = [*ALWAYS[:3], *HOSTILE]


def _said(at: Settled, arguments: list[str]) -> str:
    """What a command says in Japanese; the machine is afterwards as it was."""
    try:
        ran: Said = say("--lang", "ja", *arguments)
        is_for_programs = "--json" in arguments or "-" in arguments or arguments[:2] == ["completion", "show"]
        return ran.err + ("" if is_for_programs else _FOR_A_SHELL.sub("", ran.out))
    finally:
        reset(at.machine, at.state)


def _slips(at: Settled, lines: Iterator[list[str]]) -> dict[str, str]:
    """Each thing that is said in English, with a command that has it said."""
    found: dict[str, str] = {}
    for line in lines:
        if any(word.startswith("--lang") for word in line):
            continue
        said = _said(at, line)
        for part in english(said, tuple(line)):
            found.setdefault(part, f"isotrack {' '.join(line)[:80]}: {said[:300]}")
    return found


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("place", PLACES, ids=str.strip)
def test_no_error_of_a_wrong_word_says_an_english_one(at: Settled, place: str) -> None:
    start = PLACES.index(place) % 40
    words = WORDS_TYPED if LONG else WORDS_TYPED[start::40]
    assert _slips(at, ([part.replace("{}", word) for part in place.split()] for word in words)) == {}


@pytest.mark.parametrize("flag", FLAGS)
def test_no_error_of_a_flag_says_an_english_word(at: Settled, flag: str) -> None:
    verbs = (["start", "2026-11-24"], ["log", "visit"], ["calendar", "export"], ["plan"], ["fix", "3"], ["log"], [])
    assert _slips(at, ([*verb, flag] for verb in verbs)) == {}


@pytest.mark.slow
@pytest.mark.parametrize("asked", PLAUSIBLE)
def test_nothing_that_is_typed_rightly_is_answered_in_english(at: Settled, asked: str) -> None:
    verbs = [verb for verb, kinds, _flags in COMMANDS if kinds == [asked]]
    lines = [[*verb.split(), word] for verb in verbs for word in PLAUSIBLE[asked]]
    assert _slips(at, iter(lines)) == {}


@pytest.mark.parametrize("command", [*SCREENS], ids=" ".join)
def test_no_screen_says_an_english_word(at: Settled, command: tuple[str, ...]) -> None:
    assert _slips(at, iter([list(command)])) == {}


def test_a_source_whose_title_is_more_than_an_address_has_one_in_japanese() -> None:
    sources = {source.title: source for one in protocols.shipped() for source in one.sources}
    assert [title for title, source in sources.items() if source.japanese is None and re.search("[ ,;(]", title)
            and re.search("[A-Za-z]{2,} [A-Za-z]{2,}", title)] == []  # fmt: skip
