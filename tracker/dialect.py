"""Contracted and regional Japanese in the forms that a list of words has: 死にてえ is 死にたい, 入らへん is 入らない.

Only what cannot be another word is put right: 目が変, 目がへん, stays, and so do 炎, えん, and けいれん.
"""

from __future__ import annotations

import re

_CAN = (
    r"見え|みえ|視え|聞こえ|きこえ|聴こえ|聞け|眠れ|ねむれ|寝れ|ねれ|寝られ|寝付け|寝つけ|消え|食べ|食べれ|食べられ|飲め|飲み込め|話せ"
    r"|しゃべれ|喋れ|歩け|動け|うごけ|立て|起きれ|起きられ|吸え|すえ|走れ|笑え|生きれ|生きられ|抜け|出|寝|起き|でき|出来|覚め|治れ"
    r"|上がれ|あがれ|つけ|付け|着け|こえ|感じ"
)
"""Verbs before へん and ん, in the form before ない."""
_DO = (
    r"(?:[\u3400-\u9fff][かさただなばまらわ]|はいら|うごか|まわら|とまら|なおら|おさまら|あがら|さがら|のぼれ|上れ|登れ"
    r"|まげれ|曲げれ|はじまら|つかわ|わから|たまら|かなわ)"
)
_DO_N = (
    r"(?:[\u3400-\u9fff]ら|動か|効か|引か|行か|聞か|飲ま|使わ|死な|立た|勃た|話さ|はいら|うごか|まわら|とまら|なおら|おさまら|あがら"
    r"|さがら|のぼれ|上れ|登れ|まげれ|曲げれ|はじまら|つかわ|わから|たまら|かなわ)"
)
"""Of these a short ん is a "not" for certain: 頭痛なんです is a headache."""
_NO_VERB = r"(?:何か|母さ|父さ|兄さ|姉さ|皆さ|娘さ|奥さ|医さ|者さ)"
_FOLDS: tuple[tuple[str, str], ...] = (
    # タヒ is written for 死, so that no filter finds it.
    (r"(?:タヒ|たひ)(?=[にぬねのん]|た(?:い|く|か)|りた)", "死"),
    (r"死りた", "死にた"),
    (r"(?:おら|い)んようにな", "いなくな"),
    (r"(?<=[いきしちにひみりぎじび死え])とう(?=な[いりるっ]|て)", "たく"),
    (r"(?<=ら)れん(?=くな|ようにな|かった|$)", "れない"),
    (r"(?:[でき]け|でき|出来)(?:へん|ひん|ん)(?=かった)", "できなかった"),
    (
        r"(?<![ぁ-ゖ])でけ(?:へん|ん)|(?<=[がはも息吸])でけ(?:へん|ん)|でき(?:へん|ひん|ん(?![ぁ-ゖ]))|できん(?=よ|し|で|$)",
        "できない",
    ),
    (
        r"(?<=生理)(?P<p>[がはもの]?)(?:まだ)?(?:こ[うーお]?|き[いぃー]?|け[えぇー]?|来)(?:へん|ひん|ん)(?!で)",
        r"\g<p>来ない",
    ),
    (
        r"(?<=月経)(?P<p>[がはもの]?)(?:まだ)?(?:こ[うーお]?|き[いぃー]?|け[えぇー]?|来)(?:へん|ひん|ん)(?!で)",
        r"\g<p>来ない",
    ),
    (r"(?:せ[えー]?|し[いー]?)(?:へん|ひん)(?=かった)", "しな"),
    (r"うてへん", "ってない"),
    (r"てへん", "てない"),
    (r"しゅうて", "しくて"),
    (r"(?<=[痛辛重])うて", "くて"),
    (r"(?:せ[えー]?|し[いー])(?:へん|ひん)", "しない"),
    (r"あらへん|あれへん", "ない"),
    (r"おらへん|おれへん", "いない"),
    (rf"(?<!{_NO_VERB})(?P<v>{_CAN}|{_DO_N})(?:へん|ひん|ん)(?:かった|やった)", r"\g<v>なかった"),
    (rf"(?!{_NO_VERB})(?P<v>{_DO})(?:へん|ひん)", r"\g<v>ない"),
    (rf"(?!{_NO_VERB})(?P<v>{_DO_N})ん(?=$|[でしけのよわやなくて!。])", r"\g<v>ない"),
    (rf"(?P<v>{_CAN})(?:へん|ひん)", r"\g<v>ない"),
    (rf"(?P<v>(?:{_CAN})(?<!炎)(?<!肌え)(?<!膚え))ん(?=$|[でしけのよわやなくて!。])", r"\g<v>ない"),
    (r"ないようにな", "なくな"),
    (r"よう(?=見え|みえ|聞こえ|きこえ|眠れ|寝れ)", "よく"),
    # What is said short: 痛え, 生きたくねえ, つれー.
    (r"(?<=[かがさただなばまらわくえけせてねめれべきじ出見寝来こ])ね(?:え|ぇ|ー|〜)+", "ない"),
    (r"(?<=[いきしちにひみりぎじびけせれめえ死])て(?:え|ぇ|ー|〜)+(?=$|[よわなしとけ。!、])", "たい"),
    (r"(?:痛|いて|いた)(?:え|ぇ|ー|〜)+(?=$|[よわなしとけ。!、])", "痛い"),
    (r"(?<=[がは胸頭腹腰背足腕喉目耳歯膝首肩胃])い(?:って|て)(?:え|ぇ|ー|〜)*(?=$|[よわなし。!])", "痛い"),
    (r"(?:だり|だる)(?:い|ぃ|ー|〜)*(?=$)", "だるい"),
    (r"(?:つれ|辛)(?:え|ぇ|ー|〜)+", "つらい"),
    (r"ひで(?:え|ぇ|ー|〜)+", "ひどい"),
    (r"(?:すげ|すっげ)(?:え|ぇ|ー|〜)+", "すごい"),
    (r"(?:ねみ|眠)(?:い|ぃ|ー|〜)+(?=$)", "眠い"),
    # As in Kyushu: 痛か, 苦しか.
    (
        (
            r"(?P<a>[痛辛重眠暗黒赤白青怖悪濃寒痒]|いた|つら|おも|だる|しんど|きつ|かゆ|ひど|苦し|くるし|黄色|茶色|おかし"
            r"|死にた|消えた|吐きた|いなくなりた)か(?:ばい|とよ|っちゃ|ね|よ)?(?=$|[。!])"
        ),
        r"\g<a>い",
    ),
)
"""What stands for what, in this order."""
_PATTERNS = tuple((re.compile(pattern), wanted) for pattern, wanted in _FOLDS)


class Folded:
    """A text in the forms of a list of words, and how each of them was typed."""

    def __init__(self, typed: str) -> None:
        self.text = typed
        self._typed: list[tuple[str, str]] = []
        for pattern, wanted in _PATTERNS if not typed.isascii() else ():
            self.text = pattern.sub(lambda found, wanted=wanted: self._put(found, wanted), self.text)  # type: ignore[misc]

    def _put(self, found: re.Match[str], wanted: str) -> str:
        text = found.expand(wanted)
        self._typed.insert(0, (text, found[0]))
        return text

    def as_typed(self, text: str) -> str:
        """A part of the text as it was typed."""
        for form, typed in self._typed:
            text = text.replace(form, typed, 1)
        return text
