"""What says that all is well, 症状なし, and what only sounds like death: my feet are killing me."""

from __future__ import annotations

import re

_SO_FAR = (
    r"(?: (?:at all|today|yesterday|so far|now|again|yet|this (?:week|month|time)|to (?:report|log|note)|whatsoever"
    r"|since (?:then|last time)|at the moment))*"
)
_HOW = r"(?:'s| is| are| still| going| doing| feeling| all| pretty| quite| very| just| perfectly| really)*"
_NOTHING_EN = re.compile(
    r"(?:(?:i|i've|i have|have|had|there is|there are|there's|there were|still|again|with|well,?) )*"
    r"(?:no|zero|not any|without|nil)"
    r"(?: (?:any|new|other|real|major|big|more|further|side|adverse|particular|special|noticeable))*"
    r" (?:issues?|problems?|symptoms?|complaints?|changes?|effects?|troubles?|abnormalit(?:y|ies)|concerns?)"
    + _SO_FAR +
    r"|(?:(?:there is|there's|i have|have) )?nothing to (?:report|log|note|say|complain about)" + _SO_FAR +
    r"|nothing(?: (?:new|wrong|unusual|different|special|(?:in )?particular|bad|else))*" + _SO_FAR +
    rf"|(?:all|everything|things|i'?m|i am|(?:still |just )?(?:feeling|feel|doing)){_HOW}"
    r" (?:fine|well|ok|okay|good|great|normal|alright|all right)" + _SO_FAR +
    r"|(?:all clear|unchanged|fine|okay|ok|(?:the )?same as (?:usual|always|ever)|as (?:usual|always))" + _SO_FAR,
    re.IGNORECASE,
)  # fmt: skip
_WHEN_JA = (
    r"(?:今日|きょう|本日|昨日|今週|今月|今のところ|いまのところ|現在|今|今回|今朝|相変わらず|最近)?(?:は|も|の)?"
    r"(?:特に|とくに|何も|なにも|特別|別に|まったく|全く|全然)*"
)
_NOT_JA = r"(?:なし|無し|ない|無い|無|ありません|なかった|ありませんでした|ございません)(?:です|でした|よ|ね)?"
_NOTHING_JA = re.compile(
    rf"{_WHEN_JA}"
    r"(?:異常|異状|変化|変わり|かわり|お変わり|症状|自覚症状|不調|体調不良|不具合|問題|副作用|トラブル|困り?ごと|特記事項"
    r"|(?:気になる|困った|変わった|悪い|つらい|辛い|報告する)(?:こと|点|ところ|所|症状)|報告事項)"
    rf"(?:は|も|が|など)?(?:特に|とくに|何も|なにも|まったく|全く|全然)*{_NOT_JA}[。!]*"
    rf"|{_WHEN_JA}{_NOT_JA}[。!]*"
    rf"|{_WHEN_JA}(?:何ともない|なんともない|何でもない|なんでもない|なん(?:に)?も(?:ない|なし)|大丈夫|平気|順調|良好|快調|絶好調|好調|元気"
    r"|(?:いつも|普段|通常)(?:と)?(?:通り|どおり|同じ|変わらない|変わらず)"
    r"|(?:体の)?(?:調子|体調)(?:が|は)?(?:いい|良い|よい|悪くない|問題ない))"
    r"(?:です|でした|だ|だった|よ|ね|いっぱい)*[。!]*"
)
_WELL_JA = re.compile(
    r"(?:よく|ちゃんと|普通に|ぐっすり|しっかり|何でも|なんでも)*"
    r"(?:聞こえ|きこえ|見え|みえ|眠れ|ねむれ|寝れ|ねれ|寝られ|食べれ|食べられ|歩け|動け|話せ|飲め|飲み込め|立て|走れ|笑え"
    r"|吸え|起きれ|起きられ)(?:る|た|ます|ました|て(?:い)?る|て(?:い)?ます)[。!]*"
    r"|(?:尿|おしっこ|便|視力|聴力|生理|月経|皮膚|肌|目|耳|呼吸|食欲|睡眠|気分|体)(?:の色|の調子|の状態)?(?:は|も|が)?(?:特に)?"
    r"(?:普通|正常|順調|良好|いつも(?:通り|どおり)|問題(?:なし|ない|ありません)|異常(?:なし|ない|ありません))"
    r"(?:です|でした|だ)?[。!]*"
)
_WELL_EN = re.compile(
    r"(?:i )?(?:can |could )?(?:hear|see|breathe|sleep|slept|eat|walk|swallow|speak|talk)(?:ing)?"
    r"(?: (?:it|pretty|quite|very|just|all))* (?:fine|well|ok|okay|normally|clearly|properly|again)"
    r"|(?:my |the )?(?:urine|pee|wee|stools?|poo|vision|eyesight|hearing|periods?|skin|eyes|ears|breathing|appetite"
    r"|sleep|mood)(?: (?:is|are|was|were|looks?|seems?|colou?r|still|back to|all|pretty|perfectly|quite))*"
    r" (?:(?:a )?normal(?: colou?r)?|fine|clear|ok|okay|good|on time|regular|as usual)",
    re.IGNORECASE,
)
"""What everybody can do, and what is as it should be: 聞こえる, slept well, urine is normal."""
_IDIOMS = (
    (re.compile(r"\b(?:(?:is|are|was|were|am) |(?<=\w)'s )?(?:(?:absolutely|really|totally|just|literally|still) )*"
                r"(?:killing|kills|killed) me\b", re.IGNORECASE), " hurts "),
    (re.compile(r"\b(?P<part>calf|calves|legs?|feet|foot|toes?|back|knees?|head|lips?|skin|arms?|shoulders?|thighs?|hips?|neck"
                r"|muscles?|joints?|eyes?|throat|stomach|belly|hands?|fingers?|face|hair)(?: (?:is|are|was|were))?"
                r"(?: (?:still|just|really|absolutely|literally))? (?:killing|dying)\b(?! (?:inside|to)\b)",
                re.IGNORECASE), r"\g<part> hurts"),
    (re.compile(r"\b(?:dying|die|died|dies) (?:of|from) (?!(?:this|that|it|my|an? overdose|suicide|pills?|tablets?"
                r"|drugs?|meds|poison\w*|cutting|hanging|jumping|bleeding)\b)(?P<of>\w+)", re.IGNORECASE), r" \g<of> "),
    (re.compile(r"\b(?:dying|die) for (?:an?|some|my)\b(?! end\b)|\bto die for\b|\bkilling (?:some )?time\b"
                r"|\b(?:bored|scared|tired|starved|frozen|freezing|worried|itching|sick|starving|sweating) to death\b"
                r"|\bdead (?=easy|easily|dry|sore|itchy|quick|quickly|flaky|achy|annoying)"
                r"|\bdead (?=tired|asleep|beat|sleepy|hungry|serious|sure|honest)"
                r"|\bdying to (?:see|know|try|get|eat|meet|hear)\b|\bdead on my feet\b", re.IGNORECASE), " "),
)  # fmt: skip
_MEANT = re.compile(
    r"\b(?:wish\w*|want\w*|hop(?:e|es|ing)|wanna|voices?|suicid\w*|myself|should|someone|somebody|let|god|please"
    r"|depress\w*|hopeless\w*|lonel\w*|life|sadness|grief|worthless\w*|overdose)\b", re.IGNORECASE)  # fmt: skip
"""Beside which no talk of dying is a manner of speaking."""


def is_all_well(text: str) -> bool:
    """Whether a text says that there is nothing at all, or that all is well: 症状なし, nothing to report."""
    said = " ".join(text.replace("’", "'").rstrip(".!").split())
    joined = "".join(said.split())
    return any(one.fullmatch(said) for one in (_NOTHING_EN, _WELL_EN)) or any(
        one.fullmatch(joined) for one in (_NOTHING_JA, _WELL_JA)
    )


def without_idioms(text: str) -> str:
    """A text without what only sounds like death: my feet are killing me, dying of thirst."""
    if _MEANT.search(text):
        return text
    said = text
    for idiom, instead in _IDIOMS:
        said = idiom.sub(instead, said)
    return " ".join(said.split()) if said != text else text
