"""The signs and words of JSON, and what people type for them."""

from __future__ import annotations

import re

LIKE = {
    "：": ":", "；": ",", ";": ",", "，": ",", "、": ",", "､": ",", "=": ":", "＝": ":",
    "｛": "{", "｝": "}", "［": "[", "］": "]", "【": "[", "】": "]",
}  # fmt: skip
"""What is typed for a sign of JSON."""
CLOSING = {
    '"': '"', "“": "”", "”": "”", "„": "“", "‟": "”", "＂": "＂", "'": "'", "‘": "’", "’": "’", "＇": "＇", "«": "»",
    "「": "」", "『": "』", "`": "`", "´": "´", "〝": "〟",
}  # fmt: skip
"""What is typed for a quote, and what closes it."""
CURLY = frozenset([*CLOSING, *CLOSING.values()]) - {'"', "'", "`"}
TEXT = re.compile(r'"(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"')
LOOSE_TEXT = re.compile(r'"((?:[^"\\\r\n]|\\.)*)"')
WRONG_INSIDE = re.compile(r'\\(?!["\\/bfnrt]|u[0-9a-fA-F]{4})|[\x00-\x1f]')
BLANK = re.compile(r"[ \t\r\n]+")
COMMENT = re.compile(r"//[^\n]*|#[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
WORD = re.compile(rf"[^\s{re.escape(''.join({*LIKE, *LIKE.values(), *CLOSING} - {'=', ';'}))}]+")
WORDS = {"true": True, "false": False, "null": None}
MEANT = {"yes": "true", "no": "false", "none": "null", "nil": "null", "undefined": "null"}
