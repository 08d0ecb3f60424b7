"""The words by which a title says what an appointment is for, in both languages: data, read by ``kinds.py``.

English ones are whole words, one phrase a line between commas; ``test(s)`` stands for both numbers, and ``/`` and
hyphens count as spaces do. Japanese has no spaces: its words are found anywhere, the longest first, so that 血液内科
(a department) is not taken for 血液. To teach a word, add it here and a line to ``tests/test_invitation_words.py``.
"""

from __future__ import annotations

from enum import Enum


class Sense(Enum):
    """What a word of a title says."""

    BLOOD = "blood"
    PREGNANCY = "pregnancy"
    BOTH = "blood and pregnancy"
    VISIT = "visit"
    """A visit to a skin clinic, whatever else stands there."""
    WEAK_VISIT = "weak visit"
    """A visit, unless the title names another trade, or another doctor than that for the skin."""
    PLACE = "place"
    """Where visits are made: a weak visit, unless the title names a test that is made there."""
    WEAK_BLOOD = "weak blood"
    APPOINTMENT = "appointment"
    """A weak visit; what it is for may be said by the description."""
    BOOKING = "booking"
    """Says by itself nothing of what is booked."""
    MASK = "mask"
    """Has another word in it, and means something else."""
    ELSEWHERE = "elsewhere"
    OTHER_CARE = "other care"
    """Another doctor than that for the skin: visits and tests alike are theirs, unless the skin is named."""
    PROCEDURE = "procedure"
    """Something that is done to the skin there: a date of its own, and no visit of the course."""
    ANIMALS = "animals"
    """A doctor for animals, whose patient is none of ours."""
    NOTHING = "nothing"
    """Nobody is expected anywhere, or somebody else is, whatever else stands there."""


ENGLISH = {
    Sense.BLOOD: """
        blood test(s), blood testing, bloodtest(s), blood draw(s), blood work, bloodwork, bloods, blood sample(s),
        blood sampling, blood collection, blood panel(s), blood count(s), blood check, blood screen, blood screening,
        full blood count, complete blood count, fasting blood(s), blood lipids, take blood, taking blood, give blood
        sample, phlebotomy, phlebotomist, venipuncture, venepuncture, cbc, fbc, cmp, lft(s), liver function, liver
        function test(s), liver panel, liver enzymes, hepatic panel, hepatic function, lipid(s), lipid panel, lipid
        test(s), lipid profile, fasting lipids, cholesterol test, cholesterol check, triglycerides, metabolic panel,
        lab test(s), lab testing, lab work, labwork, lab draw(s), lab visit, lab appointment, laboratory test(s),
        laboratory work, laboratory testing, laboratory appointment, laboratory visit, clinical laboratory, fasting
        lab(s), blood and urine test(s), blood and urine, urine and blood test(s)
    """,
    Sense.WEAK_BLOOD: "lab(s), laboratory",
    Sense.PREGNANCY: """
        pregnancy test(s), pregnancy testing, pregnancy blood test(s), blood pregnancy test(s), urine pregnancy
        test(s), serum pregnancy test(s), pregnancy check, pregnancy screen, pregnancy screening, preg test, hcg, beta
        hcg, b hcg, bhcg, hcg test(s), hcg blood test(s), blood hcg, serum hcg, urine hcg, quantitative hcg
    """,
    Sense.BOTH: """
        blood and pregnancy test(s), pregnancy and blood test(s), blood test(s) and pregnancy test(s), pregnancy
        test(s) and blood test(s), blood or pregnancy test(s), pregnancy or blood test(s)
    """,
    Sense.VISIT: """
        dermatology, dermatologist, dermatologists, dermatological, derm, skin clinic, skin care clinic, skin center,
        skin centre, skin doctor, skin specialist, skin consultant, isotretinoin, accutane, roaccutane, ipledge, acne
    """,
    Sense.WEAK_VISIT: """
        visit(s), follow up(s), followup(s), check up(s), checkup(s), consultation(s), consult, medication review,
        medical review, treatment review, prescription review, telehealth, televisit
    """,
    Sense.PLACE: "clinic, outpatient(s), hospital, physician, doctor, doctors, doctor's",
    Sense.APPOINTMENT: "appointment(s), appt(s), apt",
    Sense.BOOKING: "booking(s), booked, reservation(s), reserved, reminder(s), confirmation",
    Sense.MASK: """
        blood pressure, blood bank, blood sugar, blood type, blood group, blood thinner(s), lab coat(s), lab partner,
        test results, test result, visit website, visit our website, visit us, visit www, visit http, visit https,
        visit the website, pregnancy prevention
    """,
    Sense.OTHER_CARE: """
        dentist, dentist's, dental, hygienist, orthodontist, orthodontics, orthodontic, tooth, teeth, optician,
        opticians, optometrist, optometry, ophthalmology, ophthalmologist, eye, eyes, vision, cardiology, cardiologist,
        neurology, neurologist, orthopedic, orthopedics, orthopaedic, orthopaedics, physio, physiotherapy,
        physiotherapist, physical therapy, chiropractor, osteopath, podiatrist, podiatry, urology, urologist, ent,
        gastroenterology, gastro, oncology, antenatal, prenatal, midwife, obstetrics, fertility, pediatric,
        pediatrician, paediatric, mammogram, colonoscopy, mri, ultrasound, x ray, xray, psychologist, psychiatrist,
        counseling, counselling, counsellor, counselor, therapist, speech therapy, psychiatry, psychiatric, psychology,
        psychotherapy, gynaecology, gynecology, gynaecologist, gynecologist, obgyn, ob gyn, maternity, diabetes,
        diabetic, endocrinology, endocrinologist, endocrine, rheumatology, rheumatologist, fracture, cardiac, heart,
        nephrology, renal, respiratory, pulmonology, asthma, audiology, hearing, allergy, allergist, dietitian,
        dietician, nutritionist, smear test, cervical, colposcopy, endoscopy, breast, gastroenterologist, oncologist,
        osteopathy, chiropractic, paediatrics, pediatrics, paediatrician, sexual health, family planning, sleep clinic,
        pain clinic, stroke, spine, spinal, hygiene
    """,
    Sense.PROCEDURE: """
        laser, lasers, ipl, botox, filler(s), peel(s), chemical peel(s), microneedling, dermabrasion, microdermabrasion,
        dermapen, hair removal, electrolysis, mole removal, wart removal, cyst removal, removal, excision, biopsy,
        cryotherapy, phototherapy, patch test, facial, facials
    """,
    Sense.ELSEWHERE: """
        hair, haircut, hairdresser, barber, salon, nail, nails, manicure, pedicure, spa, massage, tattoo, waxing,
        tanning, car, garage, mot, tyre(s), tire(s), vehicle, bike, bank, mortgage, lawyer, solicitor, legal, notary,
        tax, accountant, insurance, passport, visa, embassy, plumber, electrician, boiler, gas, heating, chimney,
        broadband, delivery, courier, golf, tennis, football, soccer, rugby, cricket, baseball, basketball, swim,
        swimming, ski, skiing, yoga, pilates, gym, running, vaccination, vaccinations, vaccine, vaccines, flu, covid,
        travel, museum, gallery, school, nursery, university, college, campus, class, lecture, seminar, exam, exams,
        homework, teacher, tutor, parents, grandma, grandpa, granny, nana, mum, mom, dad, aunt, uncle, cousin, sister,
        brother, friend(s), in laws, lunch, dinner, breakfast, brunch, coffee, drinks, party, wedding, funeral, concert,
        gig, movie, cinema, film, theatre, theater, opera, trip, hotel, flight, train, airport, holiday, meeting,
        standup, stand up, sprint, sales, client(s), customer(s), project, budget, interview, recruiter, candidate,
        training, workshop, onboarding, board, committee, invoice, contract, proposal, demo, webinar, site, house,
        apartment, flat, property, viewing, estate, zoo, park, church, temple, shrine, library, prison, pet, pets,
        chemistry, computer, computing, biology, physics, language, science, robotics, photo, photography, media,
        writing, research, space, pc, kitchen, bathroom
    """,
    Sense.ANIMALS: "vet, vets, vet's, veterinary, veterinarian, veterinarians, animal hospital, animal clinic",
    Sense.NOTHING: """
        available slot(s), open slot(s), free slot(s), empty slot(s), slot available, slots available, slot(s),
        availability, available appointment(s), available, vacancy, vacancies, unbooked, closed, closure, closes, blood
        donation(s), blood donor, blood drive, donate blood, give blood, conference, congress, symposium, journal club,
        webinar, birthday, anniversary, out of office, opening hours, opening times, office hours, national holiday,
        public holiday, christmas, day off, make appointment, make an appointment, book appointment, book an
        appointment, book your appointment, cancel appointment, cancel your appointment, reschedule appointment,
        reschedule your appointment, call clinic, call the clinic, call doctor, call the doctor, dog, dog's, cat, cat's,
        puppy, kitten, mum's, mom's, dad's, granny's, grandma's, grandpa's, mother's, father's, brother's, sister's,
        son's, daughter's, husband's, wife's, for mum, for mom, for dad, for my mother, for my father, for my son, for
        my daughter, for my husband, for my wife, declined, postponed, missed, waiting list, waitlist, wait list
    """,
}

JAPANESE = {
    Sense.BLOOD: """
        採血 血液検査 血液・尿検査 血液尿検査 血液と尿の検査 血液と尿検査 血液の検査 血検 血液採取 臨床検査 血算 血球
        生化学 肝機能 脂質検査 血中脂質 中性脂肪 検体検査 検体採取 ブラッドテスト
    """,
    Sense.PREGNANCY: """
        妊娠検査 妊娠反応 妊娠判定 妊娠テスト 妊娠チェック 妊娠の検査 妊娠確認
        妊娠の確認 妊娠の有無 妊検
    """,
    Sense.BOTH: """
        血液・妊娠検査 血液/妊娠検査 血液と妊娠検査 血液、妊娠検査 血液及び妊娠検査 血液妊娠検査 妊娠・血液検査
        妊娠/血液検査 妊娠と血液検査 妊娠及び血液検査 血液と妊娠の検査 妊娠と血液の検査
    """,
    Sense.VISIT: """
        皮膚科 皮フ科 皮ふ科 ひふ科 ヒフ科 皮膚泌尿器科 スキンクリニック スキンケアクリニック 皮膚クリニック
        イソトレチノイン アキュテイン ロアキュタン アクネ ニキビ にきび ざ瘡 ざそう
    """,
    Sense.WEAK_VISIT: """
        再診 診察 受診 通院 診療 初診 再来 問診 フォローアップ 経過観察 経過確認
    """,
    Sense.PLACE: "外来 来院 クリニック 病院 医院 ドクター 処方",
    Sense.BOOKING: "予約 アポイント アポイントメント リマインダー 確認メール 検査",
    Sense.MASK: """
        医科 診療科目 美容外科 科学 科目 血液内科 血液型 血液センター 血液腫瘍 血液透析 臨床検査技師 臨床検査学
        採血管 採血結果 採血の結果 採血データ 血液検査結果 血液検査の結果 血液検査データ 血液検査表 血液データ
        検査結果 検査の結果 検査データ 検査表 検査値 臨床検査結果 臨床検査の結果 妊娠検査結果 妊娠検査の結果
        妊娠検査薬の購入 妊娠検査薬を購入 妊娠検査薬購入 診察券 診療時間 診療科 診療明細 診断書 問診票 受診票 受診券
        処方箋 処方せん 病院食 外来種 外来語 再来週 再来月
    """,
    Sense.OTHER_CARE: """
        歯科 歯医者 歯 矯正 眼科 耳鼻 整形外科 小児科 産科 産婦人科 婦人科 妊婦 泌尿器科 脳神経 心療内科 精神科
        健康診断 健診 検診 人間ドック 整体 接骨院 鍼灸 科 総合診療科 アレルギー 内視鏡 胃カメラ リハビリ 整骨院
        メンタル デンタル 訪問看護 助産 レディース コンタクト
    """,
    Sense.PROCEDURE: """
        レーザー 脱毛 ピーリング ダーマペン ほくろ ホクロ いぼ イボ ボトックス ヒアルロン フォト ポテンツァ ハイフ
        水光 施術 シミ取り しみ取り 光治療 手術 切除 パッチテスト フラクショナル 点滴
    """,
    Sense.ELSEWHERE: """
        ペット ワクチン 予防接種 インフルエンザ 美容院 美容室 床屋 ヘア カット ネイル エステ マッサージ 車検 点検
        レストラン 居酒屋 ホテル 旅館 旅行 新幹線 飛行機 会議 打ち合わせ 打合せ 面談 面接 飲み会 ランチ ディナー
        誕生日 結婚式 見学 お見舞い 見舞い 配送 宅配 学校 授業 英会話 ジム ヨガ 銀行 市役所 企業 経営 自己 不動産
    """,
    Sense.ANIMALS: "動物病院 獣医 どうぶつ病院 アニマル ペットクリニック 動物クリニック",
    Sense.NOTHING: """
        空き枠 空枠 予約枠 予約可能 受付可能 予約受付 母の 父の 祖母の 祖父の 息子の 娘の 夫の 妻の 子供の 休診 休業
        休院 閉院 学会 勉強会 セミナー 講演会 研究会 献血 誕生日 記念日 祝日 息子 娘 旦那 赤ちゃん キャンセル待ち
        延期 辞退 欠席 電話する 電話をする 予約を取る 予約取る 予約をとる 予約とる 予約する 予約をする 予約を入れる
    """,
}

NEGATORS = """
    no, not, without, skip, skipping, except, excluding, minus, instead of, rather than, never, nor, forgot, missed,
    cancel, cancelled, canceled
"""
"""Before a test or a visit, with nothing but small words between, and so is every word in n't: it is not made."""
NEGATORS_OF_TESTS = """
    bring, brings, bringing, discuss, discussing, discussion, review, reviewing, results, result, after, before,
    following, prior to, since
"""
"""Before a test: only what came of it is meant, or another day."""
SMALL = """
    a, an, the, any, your, my, our, this, that, these, today's, more, further, other, another, additional, new,
    routine, fasting, regular, monthly, need, for, of, from, or, blood, urine, lab, pregnancy, recent, latest, last,
    previous, old, scheduled, planned, usual
"""
"""Words between a negator and what it denies."""
LINKS = "or, and, nor"
"""Words between two tests that are denied together."""
DENIED_AFTER = """
    not needed, not required, not necessary, not today, not this time, not done, not planned, not included, not taken,
    no longer needed, no longer required, no longer necessary, unnecessary, isn't needed, isn't required, isn't
    necessary, aren't needed, aren't required, is not needed, is not required, is not necessary, are not needed, are
    not required, will not be done, will not be taken, won't be done, won't be taken, none, cancelled, canceled, is
    cancelled, is canceled, has been cancelled, has been canceled, next time, at next visit, already, completed,
    results, result, report(s), form(s), request, requisition, order, slip, if needed, if required, if
    necessary, as needed, optional
"""
"""Behind a test: it is not made, or what is meant is a paper about it."""
DOUBT = "if, may, might, unless, whether, could, in case, possibly, maybe, perhaps"
"""Makes a sentence one that says nothing certain of tests."""
PAST = "previous, last, already, next time, had, were, was"
"""Makes a sentence of a description one about another day."""

NEUTRAL = """
    a, an, the, your, my, our, at, with, for, of, in, to, on, and, or, no, nr, number, next, first, second, third,
    fourth, final, last, monthly, month, months, week, weeks, day, days, only, just, routine, scheduled, planned,
    confirmed, new, regular, annual, reminder, confirmation, upcoming, office, online, video, phone, virtual, dr,
    prof, md, nurse, am, pm, patient, medical, treatment, course, isotretinoin, re, fwd, invitation, is, be, has,
    been, st, nd, rd, th, required, due, follow, up, skin, tentative, updated, today, tomorrow, you, have, you're
"""
"""What may stand beside "visit" for it to mean one to a doctor."""
A_DOCTOR = "dr, doctor, doctor's, prof, md, nurse, gp, consultant, physician"
"""Beside these a name may stand."""
AT = "at, @, in"
"""Before a place where a test is made."""

JAPANESE_DENIAL = (
    r"\s*(?:[はもがのを]|について)?\s*(?:今回|本日|今日|当日)?[はも、]?\s*(?:の?(?:必要|予定|実施))?[はもが]?\s*"
    r"(?:な[しい]|無し|無(?!料)|ナシ|不要|不用|いりません|要りません|ありません|ございません|致しません|いたしません|しません"
    r"|行いません|行わない|行わず|しない|せず|中止|省略|免除|キャンセル|取消|取り消し|お休み|次回|後日|別日|済|除|以外|抜き"
    r"|前回|先日|先週|先月|既に|すでに|なく|無く|とりやめ|延期|結果|データ|報告書|持参|お?持ち)"
)
"""Behind a word in Japanese: it is not made, or only its result is meant."""
JAPANESE_LINK = r"[・、/とや&+]|及び|および"
"""Between two tests that are denied together."""
JAPANESE_PLACE = r"(?:にて|で)"
"""Behind a place where a test is made."""
JAPANESE_DOUBT = "場合 もし 前回 次回 後日 必要に応じ かもしれ ことがあ 方は 以前"
_TAKEN_BACK = r"(?:ご?予約の?)?(?:キャンセル|取消|取り消し|中止)(?!待|料|ポリシー|規定|規約|方法|可|不可|枠|受付)"
CALLED_OFF = (
    r"\W*(?:(?:re|fwd?|aw|wg|転送|返信)\s*:\W*)*(?:[^\W_][^\]】]{0,40}[\]】]\W*)?"
    r"(?:(?:event |appointment )?cancell?(?:ed\b|ation\b(?! (?:polic|fee|charge|list|terms)))|called off\b|annul|"
    + _TAKEN_BACK
    + r")"
    r"|.*[-\u2013\u2014(\[【:,]\s*(?:(?:has been |is )?cancell?ed|called off"
    r"|(?:ご?予約の?)?(?:キャンセル(?:済み?)?|取消(?:済み?)?|取り消し|中止))\W*$"
    r"|.*\b(?:has been|is|was) cancell?ed by\b"
)
"""The beginning or the end of a title, or of a mail's subject, that says that the appointment is called off."""
TENTATIVE = (
    r"\W*(?:tentative(?:ly accepted)?|provisional|pencilled in|tbc|仮予約|仮承諾|仮)\W"
    r"|.*[(\[【]\s*(?:tentative|provisional|tbc|仮予約|仮)\s*[)\]】]\W*$"
)
"""The same for one that is not fixed yet."""
TO_DO = (
    r"\W*(?:(?:reminder|to ?do|task|remember to)\W+)?(?:re)?(?:book|schedule|arrange)\s+"
    r"(?!with\b|for\b|of\b|on\b|at\b)"
)
"""The beginning of a title that tells a person to make an appointment."""
HOUSES = "clinic, clinics, hospital, practice, surgery, department, dept, office, centre, center, appointment"
"""Behind the name of another trade of doctors, in a description: it is where the appointment is."""
JAPANESE_HOUSES = r"\s*(?:医院|クリニック|病院|診療所|外来|センター|の?ご?予約)"
