"""What a title says that an appointment is for; a word that is taught comes here with a line of its own."""

from __future__ import annotations

import pytest

from tracker.calendar.invitations.kinds import is_called_off, is_tentative, kinds
from tracker.rules import Kind

LETTERS = {Kind.VISIT: "V", Kind.BLOOD_TEST: "B", Kind.PREGNANCY_TEST: "P"}

TITLES = {
    "B": """
        Blood test | Blood tests | BLOOD TEST | blood-test | Ｂｌｏｏｄ　ｔｅｓｔ | Phlebotomy | CBC + LFT | Bloods
        Labs | Lab work
        Blood | Blood draw at 9 | Fasting blood test | Blood test - not fasting | Your blood test appointment
        Blood test visit | Blood test at Shibuya Skin Clinic | Don't forget: blood test | Blood test (bring form)
        No visit, blood test only | Lipid panel | Liver function tests | Venipuncture | Lab appointment
        採血 | 血液検査 | 臨床検査 | 血液・尿検査 | 採血のご予約 | 血液検査（空腹時） | 皮膚科で採血
        診察なし、採血のみ | 血算・生化学
    """,
    "P": """
        Pregnancy test | Monthly pregnancy test | hCG | Urine hCG | Pregnancy blood test | Serum pregnancy test
        妊娠検査 | 妊娠反応 | hCG検査
    """,
    "BP": """
        Blood & pregnancy tests | Blood and pregnancy test | blood test + pregnancy test | Labs and hCG
        採血・妊娠検査 | 妊娠・血液検査 | 血液検査 妊娠検査
    """,
    "V": """
        Dermatology | Dermatologist | Follow-up | Follow up visit | F/U derm | Check-up | Clinic | Clinic visit
        Appointment
        Your appointment is confirmed | Visit | Visit 3 of 6 | Visit with Dr. Smith | Consultation
        Isotretinoin review
        Visit (bring your lab results) | Visit (blood test if needed) | Appointment: discuss blood test results
        No blood or pregnancy test, visit only | Follow-up: blood test not needed | No labs today - derm visit
        Without blood test: follow-up | Blood test cancelled - visit only | Follow-up after labs
        皮膚科 | 再診 | 再診のご予約 | 診察 | 受診 | 外来 | 皮フ科 | オンライン診療 | 血液内科 受診
        採血なし 診察のみ | 診察・採血なし
        再診（採血無） | 再診 採血不要 | 採血は次回、診察のみ | 採血結果説明 診察 | 血液検査の結果を聞く 受診
        診察（採血はありません） | 再診 ※採血は前回実施済み | 再診 採血は先日済み | Follow-up. Bloods already done
        皮膚科・歯科クリニック 再診 | 美容外科 再診 | 小児皮膚科 | 皮膚泌尿器科 再診
        Dermatology at Eye and Skin Clinic
    """,
    "VB": """
        Dermatology follow-up + blood test | Follow-up and labs | Visit / blood draw | Blood / Derm
        Blood test and visit
        再診・採血 | 皮膚科 採血 | 再診 (採血あり) | 診察と血液検査
    """,
    "VP": "pregnancy test & visit | 再診・妊娠検査 | 診察と妊娠検査（採血なし）",
    "VBP": "Derm visit, blood test and pregnancy test | 再診・採血・妊娠検査",
    "": """
        Lunch | Christmas Eve | Birthday party | Collaboration meeting | Syllabus | Label | Elaborate | Labrador
        Slot
        Available slot: dermatology | Clinic closed | Dermatology conference | Blood pressure check
        Blood donation drive
        Bloody Mary night | Blood type | no blood test today | No labs | Pick up blood test form
        Discuss blood test results
        Museum visit | Visit grandma | Visit from parents | Dentist appointment | Vet appointment | Hair appointment
        Team follow-up with client | Performance review | Lab meeting | Chemistry lab | Pregnancy yoga | Dr. Tanaka
        Tuesday
        Mum's blood test | Reminder
        昼食 | 誕生日会 | 予約 | ご予約 | 美容院 予約 | 歯科 予約 | 休診日 | 皮膚科学会 | 献血 | 血圧測定
        血液型の話 | 採血結果
        Diabetes clinic | Gynaecology appointment | Psychiatry follow-up | Cardiology blood test
        Smear test appointment
        Dermatology: laser hair removal | Botox consultation | Mole removal dermatology | Declined: Follow-up visit
        Waiting list: dermatology follow-up | Follow-up postponed | Book dermatology follow-up | Dermatology MISSED
        内科 採血 | 形成外科 再診 | 循環器内科 再診 | アレルギー科 再診 | 歯科 再診 | リハビリ 再診 | 人間ドック 採血
        レーザー脱毛 皮膚科 | 美容皮膚科 ピーリング | 皮膚科 ほくろ除去 | 息子 皮膚科 | 皮膚科 娘 | 皮膚科に電話する
        皮膚科 予約取る | キャンセル待ち：再診 | 再診 → 延期
        採血・妊娠検査なし | 動物病院 | 健康診断 | 再来週の会議 | 診察券を忘れずに | 母の採血 | 空き枠 皮膚科
    """,
}  # fmt: skip

DESCRIBED = [
    ("Appointment", "Blood test", "B"),
    ("", "Blood test", "B"),
    ("ご予約", "採血", "B"),
    ("予約", "皮膚科 再診", "V"),
    ("Booking", "Dermatology", "V"),
    ("検査", "採血します", "B"),
    ("Appointment", "Follow-up and blood test", "VB"),
    ("Appointment", "Reason: Phlebotomy<br>Location: Lab 2", "B"),
    ("Appointment", "Blood test at Shibuya Dermatology Clinic", "B"),
    ("Appointment", "If you need a blood test, call us", "V"),
    ("Appointment", "Please bring your lab results.", "V"),
    ("Appointment", "No blood test today", "V"),
    ("Appointment", "採血はありません", "V"),
    ("Appointment", "採血を希望される場合はお電話ください", "V"),
    ("Appointment", "Your last blood test was on 3 May", "V"),
    ("Appointment", "Read https://clinic.example/blood-test", "V"),
    ("Dermatology", "Blood test beforehand", "V"),
    ("Dentist appointment", "Blood test", ""),
    ("Lunch", "after my blood test", ""),
    ("Lunch", "at the clinic", ""),
]


PLACED = [
    ("再診", "ひまわり歯科クリニック", "", ""),
    ("再診", "", "ひまわり歯科クリニックのご予約を承りました。", ""),
    ("再診", "さくら動物病院", "", ""),
    ("採血", "総合病院 内科", "", ""),
    ("Follow-up appointment", "Smile Dental Practice", "", ""),
    ("Appointment", "Bright Hair Salon", "", ""),
    ("Appointment with Dr. Lee", "Eye Care Associates", "", ""),
    ("Follow-up", "", "See you at our dental practice.", ""),
    # The skin is named, or no trade is.
    ("皮膚科 再診", "ビル3F（2F 歯科）", "", "V"),
    ("再診", "さくら内科・皮膚科", "", "V"),
    ("再診", "東京医科大学病院", "", "V"),
    ("再診", "渋谷クリニック", "眼科で治療中の方はお申し出ください。", "V"),
    ("Follow-up", "Park Street Clinic", "Tell us about dry eyes.", "V"),
    ("Appointment", "University Hospital", "", "V"),
]


def titles() -> list[tuple[str, str]]:
    return [
        (title.strip(), letters)
        for letters, text in TITLES.items()
        for line in text.splitlines()
        for title in line.split("|")
        if title.strip()
    ]


def _letters(found: tuple[Kind, ...]) -> str:
    return "".join(LETTERS[kind] for kind in found)


@pytest.mark.parametrize(("title", "letters"), titles())
def test_a_title_says_what_it_says(title: str, letters: str) -> None:
    assert letters == _letters(kinds(title))


@pytest.mark.parametrize(("title", "description", "letters"), DESCRIBED)
def test_a_description_counts_where_the_title_says_only_that_it_is_an_appointment(
    title: str, description: str, letters: str
) -> None:
    assert letters == _letters(kinds(title, description))


@pytest.mark.parametrize(("title", "place", "description", "letters"), PLACED)
def test_what_is_at_another_doctors_does_not_say_that_it_is_of_the_course(
    title: str, place: str, description: str, letters: str
) -> None:
    assert letters == _letters(kinds(title, description, place))


@pytest.mark.parametrize("title", [
    "Tentative: follow-up visit", "【仮】再診", "仮予約：再診", "Dermatology (tbc)", "Provisional - dermatology",
])  # fmt: skip
def test_a_title_says_that_an_appointment_is_not_fixed_yet(title: str) -> None:
    assert is_tentative(title)


@pytest.mark.parametrize("title", [
    "Cancelled: Dermatology", "Canceled event: visit", "【キャンセル】再診", "中止：採血", "【予約取消】再診",
    "ご予約のキャンセル：再診", "【さくら皮膚科】予約キャンセルのお知らせ", "Fwd: Cancelled: visit", "再診（予約取消）",
    "Follow-up visit has been cancelled by the clinic",
])  # fmt: skip
def test_a_title_that_begins_with_its_cancellation_is_called_off(title: str) -> None:
    assert is_called_off(title)


def test_any_other_title_is_not_called_off() -> None:
    others = [title for title, _letters in titles()] + ["キャンセル料のご案内", "Cancellation policy", "【変更】再診"]
    assert [title for title in others if is_called_off(title) or is_tentative(title)] == []


def test_a_long_text_is_read_in_little_time() -> None:
    assert kinds("Appointment", "no blood or " * 100_000) == (Kind.VISIT,)
    assert kinds("blood and " * 20_000) == (Kind.BLOOD_TEST,)
