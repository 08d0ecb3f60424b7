"""The words in which a symptom was said, kept as its note: they say which of what an entry stands for it is."""

from __future__ import annotations

from tracker.cli import felt
from tracker.cli.complaints import Said
from tracker.cli.typed import plain
from tracker.lexicon import Word
from tracker.lexicon import plain as bare
from tracker.vocabulary import vocabulary


def noted(one: Said, note: str | None, *, ends: bool) -> str | None:
    """The note of a symptom: what was said of it says more than its name, behind a note of one's own."""
    text = plain(one.text)
    if not text or bare(text) in bare(note or "") or _is_its_name(one.word, text):
        return note
    if ends and not one.word.is_flag and not one.word.records:  # what it was called as it began stays
        return note
    return text if note is None else f"{note} / {text}"


def _is_its_name(word: Word, text: str) -> bool:
    """Whether words are a name, or of a symptom a part of one or of one that is a single thing: they tell no more."""
    names = (word.code, word.name.en, word.name.ja)
    if word.is_flag or word.records:
        return bare(text) in map(bare, names)
    if "," not in word.name.en and not any(
        map(str.isdecimal, text)
    ):  # low mood, anxiety, irritability: which of them it is, its words say; of a fever its degrees
        return True
    key = vocabulary(felt.FAMILY).phrasing.key
    return any(bare(text) in bare(name) or key(text) == key(name) for name in names)
