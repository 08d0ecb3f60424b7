"""A title in an old character set that the file does not name is read right, or said to be unreadable: never wrong."""

from __future__ import annotations

import pytest

from tests.invitation_files import AT_TEN, ics, reading, reasons

WESTERN = """
Visite médicale - prélèvement
Prélèvement sanguin
Contrôle à l’hôpital, été
Rendez-vous créé : échographie
Dermatologue : réévaluation
Consultation d’après-traitement
Où ? Île-de-France, hôpital
Prise de sang à jeun – 9h
« Visite » annulée
Cœur et sœur
Blutabnahme für Müller
Ärztliche Prüfung
„Haut“ – Übergabe
Œdème
Hautärztin – Nachsorge
Größe, Straße 5, Kontrolle
ÜBUNG
Schwangerschaftstest bei Dr. Jäger
Wöchentliche Blutprüfung
Análisis de sangre
Revisión médica
¿Cita? Dermatología
Próxima visita: mañana
Extracción de sangre (niño)
Prueba de embarazo – día 5
Señora Peña
Doctor’s “visit” – 9:00
Café visit
Naïve check-up
Dermatology – blood test
Fee €50
""".strip().splitlines()
JAPANESE = """
採血
再診
診察
皮膚科 診察
採血・再診
採血と妊娠検査
予約確認
再診のご予約
妊娠検査
血液検査
皮膚科外来 再診 10時
佐藤医院
イソトレチノイン 受診
クリニック予約
髙橋先生 診察
澤田クリニック 再診
ﾄﾞｸﾀｰ 再診の予約
再診①
Zoom 診察
Dr.佐藤 再診
定期検診
""".strip().splitlines()
SHORT = ["ｻｲｼﾝ", "ｻｲｹﾂ", "B棟", "血", "朝", "薬", "無", "裏", "優", "単"]
NOT_CLEAR = [
    *((title, name) for title in SHORT for name in ("cp932", "euc_jp")),
    ("ÄÖÜ", "latin-1"), ("Ö", "latin-1"),
    ("Приём у врача", "cp1251"), ("抽血", "gb2312"), ("医院预约", "gb2312"), ("진료 예약", "euc_kr"), ("抽血", "big5"),
    ("門診預約", "big5"), ("Visite médicale - prélèvement", "cp437"), ("Visite médicale", "mac_roman"),
    ("Müller Vorgespräch", "cp437"), ("Müller Vorgespräch", "mac_roman"), ("odběr krve", "cp1250"),
    ("badanie ciążowe", "cp1250"), ("időpont", "cp1250"), ("görüşme", "cp1254"), ("ραντεβού", "cp1253"),
]  # fmt: skip
CASES = [
    *((title, name) for title in WESTERN for name in ("latin-1", "cp1252", "utf-8")),
    *((title, "utf-8") for title in ("Приём у врача", "Réglage 10 ± 5 µg", "ραντεβού", "Kontrola skóry może", "§ 5")),
    *((title, name) for title in JAPANESE for name in ("cp932", "euc_jp", "iso2022_jp", "utf-8")),
]
UNREADABLE = ["its title cannot be read: its character set is not known"]


def _written(title: str, charset: str) -> bytes | None:
    try:
        return title.encode(charset)
    except UnicodeEncodeError:
        return None


def _file(title: bytes, description: bytes = b"plain") -> bytes:
    text = ics(f"{AT_TEN}|SUMMARY:TITLE|DESCRIPTION:TEXT").encode()
    return text.replace(b"TITLE", title).replace(b"TEXT", description)


@pytest.mark.parametrize(("title", "octets"), [
    (title, octets) for title, name in CASES if (octets := _written(title, name)) is not None
])  # fmt: skip
def test_a_title_is_read_in_the_character_set_that_it_is_written_in(title: str, octets: bytes) -> None:
    assert [title] == [one.title for one in reading(_file(octets)).invitations]


@pytest.mark.parametrize(("title", "charset"), NOT_CLEAR)
def test_a_title_that_is_not_clear_is_not_guessed(title: str, charset: str) -> None:
    assert reasons(_file(title.encode(charset))) == UNREADABLE


@pytest.mark.parametrize(("title", "description", "charset"), [
    ("ｻｲｼﾝ", "再診のご予約です。", "cp932"), ("B棟", "再診のご予約です。", "euc_jp"), ("ÄÖÜ", "Prüfung", "latin-1"),
])  # fmt: skip
def test_what_another_line_makes_clear_holds_for_the_title(title: str, description: str, charset: str) -> None:
    octets = _file(title.encode(charset), description.encode(charset))
    assert [title] == [one.title for one in reading(octets).invitations]


@pytest.mark.parametrize(("named", "title"), [("Shift_JIS", "ｻｲｼﾝ"), ("EUC-JP", "血"), ("ISO-8859-1", "ÄÖÜ"),
                                              ("windows-1251", "Приём")])  # fmt: skip
def test_a_character_set_that_is_named_needs_no_guess(named: str, title: str) -> None:
    octets = _file(b"").replace(b"SUMMARY:", f"SUMMARY;CHARSET={named}:".encode() + title.encode(named))
    assert [title] == [one.title for one in reading(octets).invitations]
