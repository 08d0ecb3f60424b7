"""What cannot wait: the text of a red flag, and whom to call in a crisis, by country."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from tracker.cli import paper
from tracker.cli.base import context, flags
from tracker.cli.running import machine_zone
from tracker.errors import N_, Listed, Phrase, TrackerError
from tracker.i18n import _, active
from tracker.plan import Stage

if TYPE_CHECKING:
    from datetime import date

    from tracker.crisis import Country, Line
    from tracker.lexicon import Reference, Word


def warn(word: Word) -> None:
    """Say at once what a red flag asks for, before anything is read or recorded; the crisis line before that."""
    if word.code in flags().warned:
        return
    flags().warned += (word.code,)
    if word.is_crisis:
        crisis(countries())
    paper.put(text_of(word), style=paper.DANGER)


def text_of(word: Word, *, on: date | None = None, stage: Stage = Stage.DURING) -> str:
    """What a red flag asks for, as its sources say it; with its day and the command that ends it where it stands."""
    if on is not None:
        return _text_of_all({word: [on]}, stage=stage)
    return active().fill(N_("! {what}: {text} [{sources}]"), {"what": word.name} | _advice([word], stage=stage))


def _text_of_all(found: Mapping[Word, Sequence[date]], *, stage: Stage) -> str:
    """What red flags ask for that stand: it is said once of all of them."""
    message = N_("! {what}: {text} [{sources}] This stays until your clinic's word is recorded: {command}")
    if len(found) > 1:
        message = N_(
            "! {text} The reasons: {what} [{sources}]. Each stays until your clinic's word about it is recorded:"
            " {command}"
        )
    return active().fill(message, _named(found) | _advice(found, stage=stage))


def _advice(words: Iterable[Word], *, stage: Stage) -> dict[str, object]:
    from tracker.vocabulary import vocabulary

    data = vocabulary("symptom").data
    sources = dict.fromkeys(
        source for word in words for one in word.advice if one.raises for source in one.sources
    )  # fmt: skip
    return {"text": data.warnings.get(stage), "sources": Listed(tuple(sources))}


def _named(found: Mapping[Word, Sequence[date]]) -> dict[str, object]:
    """Red flags with their days, and the commands that end them."""
    return {
        "what": Listed(tuple(
            Phrase(N_("{what} ({on})"), {"what": word.name, "on": Listed(tuple(days))}) for word, days in found.items()
        )),
        "command": Listed(tuple(f"isotrack log cleared {word.code}" for word in found)),
    }  # fmt: skip


def flag_of(code: str) -> Word:
    """A red flag by its code; one that a newer isotrack recorded has its code alone."""
    from tracker.lexicon import Advice, Level, Word
    from tracker.vocabulary import vocabulary

    words = vocabulary("symptom")
    unknown = Word(code, words.named(code), (), advice=(Advice(Level.RED_FLAG, (), raises=code),), is_flag=True)
    return words.data.word(code) or unknown


def standing(
    found: Sequence[tuple[str, date]], *, stage: Stage, jurisdiction: str, zone: str, beside: bool
) -> None:  # fmt: skip
    """Say of the red flags that stand, each with its day, what they ask for; ``beside`` says it on stderr.

    The crisis line stands before all; what the command has said by itself is not said again.
    """
    from tracker.crisis import country_of

    words: dict[str, Word] = {code: flag_of(code) for code, _on in found}
    codes = country_of(jurisdiction=jurisdiction, zone=zone)
    is_new = any(word.is_crisis and code not in flags().warned for code, word in words.items())
    if is_new and (flags().called is None or not set(codes) <= set(flags().called or ())):
        paper.put(in_short(codes), err=beside, style=paper.DANGER)
    for is_said in (False, True):
        those = {word: [on for one, on in found if one == code] for code, word in words.items()
                 if (code in flags().warned) is is_said}  # fmt: skip
        if not those:
            continue
        text = _text_of_all(those, stage=stage)
        if is_said:
            message = N_("! {what}: this stays until your clinic's word is recorded: {command}")
            if len(those) > 1:
                message = N_("! {what}: each stays until your clinic's word about it is recorded: {command}")
            text = active().fill(message, _named(those))
        paper.put(text, err=beside, style=paper.DANGER)


def countries() -> tuple[str, ...]:
    """Whose crisis lines are shown: the programme's country, the time zone's; without a record, the machine's."""
    from tracker.crisis import country_of

    try:
        at = context()
        view = at.read.current
        if view is None and at.database.path.exists():
            from tracker.journeys.context import look

            view = look(at)
    except (TrackerError, OSError):
        view = None
    if view is not None:
        return country_of(jurisdiction=view.protocol.jurisdiction, zone=view.course.timezone)
    return country_of(jurisdiction=None, zone=machine_zone())


def crisis(codes: Sequence[str], *, beside: bool = False) -> None:
    """Whom to call; where a country is not known, the local emergency number."""
    from tracker.crisis import crisis_lines

    known = crisis_lines()
    found = known.of(codes)
    flags().called = (*(flags().called or ()), *codes)
    paper.put(_("! If you think of harming yourself, talk to somebody now:"), err=beside, style=paper.DANGER)
    for line in _each_once(found):
        paper.put("  " + _line(line, known.sources), err=beside, style=paper.DANGER)
    paper.put("  " + _emergency(found), err=beside, style=paper.DANGER)
    day = active().fill(N_("Numbers as read on {on}; at any time: {command}"),
                        {"on": _day(known.read), "command": "isotrack crisis"})  # fmt: skip
    paper.put("  " + day, err=beside)


def in_short(codes: Sequence[str]) -> str:
    """Whom to call, in a few lines: as every screen repeats it."""
    from tracker.crisis import crisis_lines

    found = crisis_lines().of(codes)
    lines: list[object] = [Phrase(N_("{name} {number}"), {"name": line.name, "number": line.number})
                           for line in _each_once(found)]  # fmt: skip
    numbers = _emergency_numbers(found)
    danger: object = numbers[0] if numbers else Phrase(N_("your local emergency number"))
    if not lines:
        lines, danger = [danger], None
    if danger is None:
        said = N_("! If you think of harming yourself, talk to somebody now: {lines}. Sources: {command}")
    else:
        said = N_("! If you think of harming yourself, talk to somebody now: {lines}. In danger at this moment: "
                  "{number}. Sources: {command}")  # fmt: skip
    return active().fill(said, {"lines": Listed(tuple(lines)), "number": danger, "command": "isotrack crisis"})


def calmly(codes: Sequence[str]) -> str:
    """Whom to talk to, in one line without an alarm: where thoughts of self-harm are said not to be there."""
    from tracker.crisis import crisis_lines

    found = crisis_lines().of(codes)
    lines: list[object] = [Phrase(N_("{name} {number}"), {"name": line.name, "number": line.number})
                           for line in _each_once(found)]  # fmt: skip
    lines = lines or list(_emergency_numbers(found)) or [Phrase(N_("your local emergency number"))]
    return active().fill(N_("If that changes, somebody to talk to at any time: {lines}. Sources: {command}"),
                         {"lines": Listed(tuple(lines)), "command": "isotrack crisis"})  # fmt: skip


def _each_once(found: Iterable[Country]) -> list[Line]:
    """The lines of several countries; a number that two of them share is one line."""
    by_number: dict[str, Line] = {}
    for country in found:
        for line in country.lines:
            by_number.setdefault(line.number, line)
    return list(by_number.values())


def every_country() -> None:
    """The lines of every country that is known here."""
    from tracker.crisis import crisis_lines

    known = crisis_lines()
    for country in known.countries:
        paper.put(country.name.in_language(active().code))
        for line in country.lines:
            paper.put("  " + _line(line, known.sources))
        paper.put("  " + _emergency([country]))


def _line(line: Line, sources: Sequence[Reference]) -> str:
    about = [line.hours] if line.hours is not None else []
    read = [_source(one) for one in sources if one.id in line.sources]
    parts: list[object] = [*about, *read]
    if not line.confirmed:
        parts.append(Phrase(N_("not confirmed by a source")))
    return active().fill(N_("{name}: {number} ({about})"),
                         {"name": line.name, "number": line.number, "about": Listed(tuple(parts))})  # fmt: skip


def _source(one: Reference) -> Phrase:
    if one.dated:
        return Phrase(N_("source: {title}, {dated}"), {"title": one.title, "dated": one.dated})
    return Phrase(N_("source: {title}"), {"title": one.title})


def _emergency(found: Sequence[Country]) -> str:
    numbers = _emergency_numbers(found)
    if numbers:
        return active().fill(N_("In danger at this moment: {number}"), {"number": numbers[0]})
    return _("In danger at this moment: your local emergency number")


def _emergency_numbers(found: Sequence[Country]) -> list[str]:
    """The emergency number of these countries, where they have one and the same."""
    numbers = list(dict.fromkeys(one.emergency.number if one.emergency is not None else "" for one in found))
    return numbers if len(numbers) == 1 and numbers[0] else []


def _day(text: str) -> date:
    from datetime import date

    return date.fromisoformat(text)
