"""What people call a command or a flag beside its name: from these words it is guessed what was meant, never done."""

from __future__ import annotations

CALLED: dict[str, tuple[str, ...]] = {
    "": ("status", "overview", "状況", "状態", "現状"),
    "start": ("begin", "open", "new", "開始", "服用開始", "新規", "はじめる"),
    "next": ("todo", "agenda", "due", "次", "つぎ", "今日", "きょう", "やること"),
    "plan": ("schedule", "dates", "計画", "日程", "予定"),
    "log": ("record", "add", "enter", "done", "記録", "入力"),
    "book": ("appointment", "reserve", "予約", "よやく"),
    "dose": ("prescribe", "prescription", "処方", "処方量", "用量", "増量", "減量"),
    "check": ("interaction", "interactions", "飲み合わせ", "のみあわせ", "併用"),
    "substances": ("supplements", "medicines", "併用薬", "サプリメント"),
    "background": ("allergies", "アレルギー", "既往歴", "持病"),
    "consent": ("checklist", "同意", "同意書", "説明"),
    "list": ("words", "vocabulary", "一覧表", "用語"),
    "stock": ("capsules", "在庫", "残薬", "残り"),
    "until": ("end", "終了予定"),
    "pause": ("break", "interrupt", "休薬", "中断", "休む"),
    "resume": ("restart", "continue", "再開"),
    "stop": ("finish", "quit", "終了", "中止", "最終服用"),
    "history": ("entries", "履歴", "りれき", "一覧"),
    "fix": ("correct", "edit", "change", "delete", "remove", "訂正", "修正", "変更", "削除"),
    "undo": ("revert", "back", "取り消し", "取消", "元に戻す", "戻す"),
    "redo": ("やり直し", "やりなおし"),
    "settings": ("preferences", "config", "options", "設定"),
    "calendar": ("ics", "カレンダー", "暦"),
    "calendar export": ("書き出し", "出力"),
    "calendar sync": ("同期",),
    "calendar import-appointments": ("import", "invitation", "招待", "取り込み"),
    "protocols": ("programmes", "programs", "rules", "プロトコル", "ルール"),
    "log dose": ("capsule", "pill", "take", "took", "taken", "服用", "服薬", "内服", "薬", "飲んだ", "のんだ"),
    "log dose --missed": ("missed", "forgot", "forgotten", "skipped", "飲み忘れ", "のみわすれ", "飲まなかった"),
    "log visit": ("seen", "consultation", "つういん", "来院", "受診した"),
    "log blood": ("bloods", "labs", "さいけつ", "検査"),
    "log pregnancy-test": ("pregnancy", "test", "hcg", "妊娠", "妊娠検査薬", "妊検"),
    "log weight": ("kilos", "たいじゅう"),
    "log consent": ("signed", "どうい"),
    "log review": ("mood", "wellbeing", "気分", "体調"),
    "log lost": ("returned", "thrown", "なくした", "失くした", "捨てた"),
    "log pick-up": ("pharmacy", "collected", "薬局", "うけとり"),
}
"""By the command, with the flag that says it where one does. What is a command's own name by now is read as such."""

CALLED_FLAGS: dict[str, tuple[str, ...]] = {
    "--missed": ("forgot", "forgotten", "skipped", "飲み忘れ", "のみわすれ", "飲まなかった"),
    "--first": ("初回", "最初"),
    "--remove": ("delete", "削除"),
    "--cancel": ("取り消し", "取消", "キャンセル"),
    "--on": ("date", "day", "日付", "日"),
    "--note": ("memo", "comment", "メモ", "備考"),
    "--patient": ("患者", "name", "名前"),
    "--dose": ("mg", "用量"),
    "--weight": ("kg", "体重"),
    "--from": ("since", "から"),
}
"""By the flag of any command that has it."""
