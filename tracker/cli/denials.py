"""What says that something is not there, and what says "not" and complains: 頭痛はない, but 元気が出ない."""

from __future__ import annotations

import re

from tracker.lexicon import plain

_NOT = frozenset((
    "no", "not", "none", "never", "nothing", "without", "gone", "over", "stopped", "ended", "cured", "healed", "away",
    "better", "free", "isnt", "doesnt", "dont", "didnt", "havent", "hasnt", "arent", "wasnt",
    "なし", "無し", "ない", "無い",
))  # fmt: skip
"""Words that say that something is not there."""
_MAY_BE = (
    r"(?:気が(?:する|します|して(?:い)?(?:る|ます))|感じが(?:する|します)|と思(?:う|います)|みたい|よう(?=で))?"
    r"(?:です|でした|っす)?(?:よ|ね|わ|けど|から)*"
)
"""How a "not" is said with less certainty: 頭痛はない気がする, 治らないと思う."""
_NO_PART_OF_A_WORD = "(?<![少切危])(?<!すく)(?<!せつ)(?<!あぶ)(?<!情け)(?<!なさけ)(?<!つまら)(?<!だらし)(?<!ぎこち)"
"""Before a ない that denies something: that of 少ない and つまらない does not."""
_NOT_BEHIND = re.compile(
    rf"(?:が|は|も|の)?(?:なし|無し|{_NO_PART_OF_A_WORD}ない|無い|ません|なかった|なくなった|なくなりました|治った|治りました|なおった|おさまった"
    r"|おさまりました|治まった|治まりました|消えた|消えました|よくなった|良くなった|終わった|終わりました|ず)"
    + _MAY_BE
    + r"[。!]*$"
)
_NO_JA = rf"(?:ない|ません|なかった|ませんでした|なくて|ず|ずに){_MAY_BE}[。!]*"
_DANGEROUS_WISH = (
    r"(?:[死し]に|[死し]ぬ|死んで|消え|きえ|いなくな|傷つけ|傷付け|きずつけ|自殺|自傷|リスカ|殺|切り|切る|飛び降り|吊|絶ち|絶つ"
    r"|終わらせ|終わりに)"
)
"""What is no wish of a healthy day: who does not wish it denies it, 死にたくない."""
_ANY_MORE = re.compile(r"(?:\s+(?:any ?more|any longer|at all|now|today))+[.!]*$", re.IGNORECASE)
_COMPLAINS = re.compile(
    # What will not end: 頭痛が治らない.
    r".*(?:治|なお|直|止ま|とま|おさま|治ま|収ま|な[くお]な|よくな|良くな|改善し|終わ|たま)[らり]?(?<!なくなくな)"
    + _NO_JA
    + r"|.*(?:消え|きえ|効か|きか|動か|うごか|曲がら|まがら|開か|上がら|あがら|回ら|まわら"
    r"|引か|ひか|やま|とれ|取れ|抜け|落ち着か|おちつか|改善せ)"
    + _NO_JA
    + r"|.*(?:て|で)(?:仕方|しかた|しょう|どうしようも|かなわ|たまら)[がも]?"
    + _NO_JA
    +
    # What cannot be done: 食べられない, 何も手につかない; 見られない says that none is seen.
    r"|.*(?:[えけげせてねべめれ]|でき|出来)(?<!見られ)(?<!みられ)(?<!認められ)(?<!感じられ)(?<!見受けられ)(?<!って)(?<!して)(?<!出て)(?<!でて)(?<!いて)"
    + _NO_JA
    +
    # What should have come: 生理が二週間来ない.
    r"|.*(?:生理|月経|せいり|メンス)(?!痛).*(?:[来こ]|始まら|はじまら|[来き]て(?:い)?)"
    + _NO_JA
    +
    # What is missing that should be there: 元気が出ない, やる気が起きない; but 吐き気がない.
    r"|(?:.*[もはがのにる])?(?:元気|やる気|気力|意欲|食欲|力|声|自信|集中力|体力|興味|感覚|笑顔|言葉|(?:る|たい)気)[がはもに]?"
    r"(?:出|で|わか|湧か|起き|おき|起こら|入ら|し|なら)?" + _NO_JA +
    # Nothing ... not in front of a verb: 何もしたくない; but 何もない, 何も変わらない, 何も出ていない.
    r"|.*(?:何|なに|誰|だれ)(?:も|にも|とも)(?!.*(?:変わら|かわら|気になら|困ら|こまら|起こら|悪く|痛く|つらく|辛く|問題|異常|症状))"
    r".*(?:[かがさたなばまらわ]|し|たく|感じ|信じ|楽しく|面白く|起き)" + _NO_JA +
    # What nobody feels like: 仕事に行きたくない, 行く気がしない, 会いたいと思わない; but 死にたくない.
    rf"|(?!.*(?:{_DANGEROUS_WISH}|なりた))"
    r".*(?:たく(?:も|は)?(?:あり)?|[うくぐすつぬぶむる]気[がはもに]?(?:し|なら|なれ|起き|湧か)|たいと(?:は|も)?思[わえい])"
    r"(?:なく(?:なった|なりました)|" + _NO_JA + r")"
)
"""What says "not" of something that is missed: it complains, and denies nothing."""
_NO_DENIAL = re.compile(
    r"\b(?:all over|over and over|over (?=the |my |a |his |her )|(?:for )?no (?:apparent |obvious |good |real )?reason"
    r"|without (?:any |a |apparent )?(?:reason|cause)|no idea|no matter \w+|not (?:only|just|sure)|over ?night"
    # What became so, and what is bent: gone yellow, doubled over.
    r"|gone (?:(?:a bit|a little|all|really|so|very|quite|completely|totally) )*"
    r"(?=(?:yellow\w*|red\w*|blue|white|black|brown|dark|green|gr[ae]y|pale|deaf|blind|blurry|blurred|fuzzy|numb|dead"
    r"|stiff|dry|crusty|flaky|puffy|mad|crazy|weird|funny|hard|cold|hot|limp|weak|bright|bald|downhill|worse|wrong|off)\b)"
    r"|(?<=doubled )over|(?<=bent )over|(?<=bend )over|(?<=bending )over|(?<=keeled )over|(?<=hunched )over"
    r"|(?<=fell )over|(?<=falling )over|(?<=lean )over|(?<=leaning )over|(?<=throw )over"
    r"|over (?=[0-9]|an? (?:week|month|year|day)))\b",
    re.IGNORECASE,
)
"""What has a "no" in it and says nothing of what is there: crying for no reason, rash all over."""
_UNWILLING = re.compile(
    r"\b(?:do not|don.?t|did not|didn.?t|never) (?:really |even |ever )?(?:want to|wanna|feel like)\b"
    r"(?!.*\b(?:di(?:e|ying|ed)|dead|hurt\w*|harm\w*|kill\w*|cut\w*|suicid\w*|disappear\w*|end(?:ing)?|jump\w*|hang\w*)\b)",
    re.IGNORECASE,
)
"""What somebody does not feel like: don't want to go to work; but not "don't want to die"."""
_NOTHING = re.compile(r"(?:何|なに)(?:も|にも)")


def has_a_not(token: str) -> bool:
    """Whether a word has a "not" in it, whatever it says."""
    return is_not(token) or _NOT_BEHIND.search(token) is not None


def has_a_not_in(text: str) -> bool:
    """Whether a word of a text has a "not" in it."""
    return any(map(has_a_not, text.split()))


def is_not(token: str) -> bool:
    """Whether a word is no more than a "not"."""
    return plain(token) in _NOT


def denies(token: str) -> bool:
    """Whether a word says that something is not there."""
    return has_a_not(token) and _COMPLAINS.fullmatch(token) is None


def without_not(text: str) -> str:
    """A text without the "not" at its end, and without what a "not" goes on to there: any more."""
    return _NOT_BEHIND.sub("", _ANY_MORE.sub("", text))


def says_nothing(text: str) -> bool:
    """Whether a text denies everything, 何も変わらない: it names no symptom."""
    return _NOTHING.match(text) is not None


def without_what_denies_nothing(text: str) -> str:
    """A text without what has a "no" in it and denies nothing: crying for no reason."""
    return " ".join(_NO_DENIAL.sub(" ", text).split())


def is_unwilling(text: str) -> bool:
    """Whether a text says what somebody does not feel like: it denies no symptom, and names none for certain."""
    return _UNWILLING.search(text) is not None
