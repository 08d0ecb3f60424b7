"""The analytes that isotrack knows, from ``schemas/analytes.json``, and what is printed or typed for them."""

from __future__ import annotations

import json
import re
import unicodedata
from decimal import Decimal
from functools import cache

from tracker.assays import read
from tracker.errors import N_, InputError, Listed, NoSuchError, Phrase
from tracker.facts.kind import Term
from tracker.laboratory import Analyte, Elsewhere, Laboratory, Unit
from tracker.protocols import countries, schemas
from tracker.rules import Text
from tracker.vocabulary import Vocabulary, Word, in_words, plain

__all__ = ["analyte_named", "is_analyte", "laboratory", "named", "read", "recorded_elsewhere", "said", "systems_of",
           "unit_named", "unknown", "words_of"]  # fmt: skip

FAMILY = "blood"
"""What the analytes are called together, where one is not known."""
_FILE = "analytes.json"
_SHORTEST, _ALIKE = 4, 0.75
"""From how many letters on a name can be a slip of another, and how much alike the two have to be."""
_TELLS_NOTHING = (
    r"(?i)(?<![a-z])(?:serum|plasma|transaminases?|ifcc)(?![a-z])法?|^blood\b|血清|血中|(?<=\S)(?:数|値|量|定量)$"
)
"""What stands beside a name and tells no analytes apart."""
_DASHES = r"[\u2010-\u2015\u2212\u2500\ufe63]|(?<![\u3041-\u30fa\u30fc])\u30fc"


@cache
def laboratory() -> Laboratory:
    """Every analyte; raise ProtocolError for a file that is wrong."""
    return read(json.loads((schemas() / _FILE).read_text(encoding="utf-8")), _FILE)


@cache
def _words() -> Vocabulary:
    return words_of(laboratory())


def words_of(known: Laboratory) -> Vocabulary:
    """The names of the analytes, as words that are found however they are typed."""
    words = tuple(
        Word(one.code, one.name, tuple(dict.fromkeys(form for alias in (*one.aliases, *one.unconfirmed, one.label.en,
                                                                        one.label.ja, one.name.en, one.name.ja)
                                                     for form in (alias, _in_one_form(alias)))))
        for one in known.analytes
    )  # fmt: skip
    return Vocabulary(FAMILY, (), words, ())


def analyte_named(typed: str) -> Analyte:
    """The analyte that was printed or typed; raise InputError where it is none, with the nearest names."""
    known = laboratory()
    if (other := recorded_elsewhere(typed)) is not None:
        raise InputError(N_("{what} is not recorded here"), N_("record it with: {command}"),
                         what=typed, command=other[0].command)  # fmt: skip
    word = _known(typed)
    found = known.analyte(word.code) if word is not None else None
    if found is None:
        raise _unknown(typed, known)
    return found


def is_analyte(typed: str) -> bool:
    """Whether an analyte has this name."""
    return _known(typed) is not None


def _known(typed: str) -> Word | None:
    """The word of a name as it is printed, then of what is left without what tells no analytes apart."""
    words, name = _words(), _in_one_form(typed)
    found = words.known_by_names(name)
    if found is None and (bare := re.sub(r"\(\s*\)", "", re.sub(_TELLS_NOTHING, " ", name)).strip(" /_・")) != name:
        found = words.known_by_names(bare)
    return found


def _in_one_form(typed: str) -> str:
    """A name without accents and commas; a long vowel mark behind a letter that has none is a hyphen: γーGTP."""
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", typed))
    text = unicodedata.normalize("NFC", "".join(one for one in text if not "\u0300" <= one <= "\u036f"))
    return re.sub(_DASHES, "-", re.sub(r"[,、]", " ", text)).strip()


def recorded_elsewhere(typed: str) -> tuple[Elsewhere, str] | None:
    """What is on the sheet and is recorded by another command, with what stands behind its name; None for others."""
    text = unicodedata.normalize("NFKC", typed).casefold()
    for other in laboratory().elsewhere:
        for alias in other.aliases:
            _before, found, rest = text.partition(unicodedata.normalize("NFKC", alias).casefold())
            if found:
                return other, rest
    return None


def _unknown(typed: str, known: Laboratory) -> InputError:
    """Names of sheets are short and alike: of CRP it is not asked whether CK was meant."""
    message = N_('"{typed}" is no blood value that isotrack knows')
    near = _words().near(typed, _ALIKE) if len(plain(typed)) >= _SHORTEST else []
    if near:
        return NoSuchError(message, N_("did you mean: {near}?"), word=typed, instead=near, typed=typed,
                           near=", ".join(near))  # fmt: skip
    return InputError(message, N_("blood values: {codes}; for example: {command}"), typed=typed,
                      codes=Listed(tuple(one.code for one in known.analytes)),
                      command="isotrack log blood ALT=22")  # fmt: skip


def unit_named(analyte: Analyte, typed: str) -> Unit:
    """The unit that was printed or typed; raise InputError where the analyte is not measured in it."""
    said = _of_a_unit(typed)
    for unit in analyte.units:
        if said in map(_of_a_unit, (unit.name, *unit.aliases)):
            return unit
    raise InputError(N_('{what} is not measured in "{unit}"'), N_("its units: {codes}"), what=analyte.name,
                     unit=typed, codes=Listed(tuple(unit.name for unit in analyte.units)))  # fmt: skip


def _of_a_unit(typed: str) -> str:
    """A unit in one form, whichever way its power of ten is written: x10*9/L, ×10^9/L, 10E9/L."""
    return re.sub(r"^[x×]?10[*^e]?(?=[0-9])", "10^", plain(typed))


def systems_of(jurisdiction: str) -> tuple[str, ...]:
    """The habits of units of a programme's country, the closest first; none where they are not known."""
    habits = laboratory().countries
    return next((habits[code] for code in countries.jurisdictions(jurisdiction) if code in habits), ())


def named(code: str) -> Text:
    """The name of an analyte; the code itself where a newer isotrack recorded one that is not known here."""
    found = laboratory().analyte(code)
    return found.name if found is not None else Text(code, code)


def unknown(code: str) -> Analyte:
    """An analyte of which only its code is known: a newer isotrack recorded it."""
    name = Text(code, code)
    return Analyte(code=code, name=name, label=name, aliases=(), units=(Unit(""),), least=Decimal(0), most=Decimal(0))


def said(phrase: Phrase) -> Phrase:
    """A phrase with the names of its analytes in both languages."""
    return in_words(phrase, _name_of)


def _name_of(term: Term) -> Text:
    return named(term.code or "")
