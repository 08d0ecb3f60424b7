"""A capsule that was forgotten, said where symptoms are: it is no risk of pregnancy, and is recorded elsewhere."""

from __future__ import annotations

import re

from tracker.cli.typed import plain
from tracker.errors import N_, InputError

_CAPSULE_EN = r"(?:capsules?|isotretinoin|(?:ro)?accutane|claravis|absorica)"
_CAPSULE_JA = r"(?:カプセル|薬|くすり|お薬|イソトレチノイン|イソトレ|アキュテイン|ロアキュテイン|アクネトレント)"
_BEFORE = r"yesterday|last night|昨日|きのう|昨夜|昨晩"
_WHEN_EN = r"(?: (?:yesterday|today|again|last night|this morning))*"
_MISSED = re.compile(
    r"(?:(?:i|yesterday|today|again|have|had|i've|ive) )*(?:forgot|forgotten|missed|skipped|did(?:n'?t| not) take)"
    rf"(?: to take)?(?: (?:my|the|a|another|today's|yesterday's|one))* {_CAPSULE_EN}{_WHEN_EN}"
    rf"|(?:昨日|きのう|昨夜|昨晩|今日|きょう|今朝|また|の|は|も|に)*{_CAPSULE_JA}[をのもは]?"
    r"(?:(?:飲み|のみ|服用し?)?(?:忘れ|わすれ)(?:た|ました|ちゃった|てた|ていた)?"
    r"|飲まなかった|飲めなかった|飲んで(?:い)?(?:ない|ません))(?:です)?"
)


def refuse(text: str) -> None:
    """Raise InputError where a text says no more than that a capsule was not taken: with the command for it."""
    said = plain(text).lower().replace("’", "'").rstrip(".!。 ")
    if not any(_MISSED.fullmatch(one) for one in (said, "".join(said.split()))):
        return
    command = "isotrack log dose --missed" + (" --on -1d" if re.search(_BEFORE, said) else "")
    raise InputError(N_('"{text}" says that a capsule was not taken; nothing was saved'),
                     N_("record it with: {command}"), text=text, command=command)  # fmt: skip
