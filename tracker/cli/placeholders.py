"""The words that stand for what is typed in usage lines, ``DATE`` or ``[OPTIONS]``, in the active language."""

from __future__ import annotations

import re

from tracker.errors import N_
from tracker.i18n import _

WORDS = (
    N_("ABOUT"),
    N_("ANALYTE"),
    N_("ANSWER"),
    N_("AREA"),
    N_("ARGS"),
    N_("CAPSULES"),
    N_("CODE"),
    N_("COMMAND"),
    N_("COUNTRY"),
    N_("DATE"),
    N_("DAYS"),
    N_("EARLIER"),
    N_("FAMILY"),
    N_("FIELD"),
    N_("FILE"),
    N_("FOLDER"),
    N_("GRADE"),
    N_("HOW"),
    N_("ID"),
    N_("KEY"),
    N_("KG"),
    N_("KIND"),
    N_("KINDS"),
    N_("MG"),
    N_("MG/KG"),
    N_("NAME"),
    N_("NEW"),
    N_("NUMBER"),
    N_("NUMBER OF DAYS"),
    N_("OPTIONS"),
    N_("PART"),
    N_("PATH"),
    N_("PAYER"),
    N_("POSSIBLE"),
    N_("PRICE"),
    N_("PROCEDURE"),
    N_("PRODUCT"),
    N_("PROFILE"),
    N_("QUESTION"),
    N_("RESULT"),
    N_("RISK"),
    N_("RULE"),
    N_("SERIES"),
    N_("SETTING"),
    N_("SEX"),
    N_("SPAN"),
    N_("SYMPTOM"),
    N_("TEXT"),
    N_("URL"),
    N_("USE"),
    N_("VALUE"),
    N_("WHAT"),
    N_("WHEN"),
    N_("WHOLE NUMBER"),
    N_("ZONE"),
)
_WORD = rf"(?<![A-Za-z])(?:{'|'.join(sorted(WORDS, key=len, reverse=True))})(?![A-Za-z])"


def in_words(usage: str) -> str:
    """A piece of a usage line in the active language."""
    return re.sub(_WORD, lambda word: _(word[0]), usage)
