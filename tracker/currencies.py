"""Amounts of money. Each has its currency, by its code of ISO 4217; none is ever turned into another."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from msgspec import Struct

from tracker.errors import N_, InputError

DECIMALS = {
    "JPY": 0, "USD": 2, "EUR": 2, "GBP": 2, "KRW": 0, "CNY": 2, "TWD": 2, "HKD": 2, "SGD": 2, "THB": 2, "VND": 0,
    "PHP": 2, "IDR": 2, "MYR": 2, "INR": 2, "AUD": 2, "NZD": 2, "CAD": 2, "CHF": 2, "SEK": 2, "NOK": 2, "DKK": 2,
    "PLN": 2, "CZK": 2, "HUF": 2, "RON": 2, "BGN": 2, "TRY": 2, "BRL": 2, "MXN": 2, "ZAR": 2, "ILS": 2, "AED": 2,
}  # fmt: skip
"""The currencies that are known, with their digits behind the point."""
SIGNS = {
    "¥": "JPY", "円": "JPY", "yen": "JPY", "$": "USD", "dollar": "USD", "dollars": "USD", "ドル": "USD", "€": "EUR",
    "euro": "EUR", "euros": "EUR", "ユーロ": "EUR", "£": "GBP", "pound": "GBP", "pounds": "GBP", "ポンド": "GBP",
    "₩": "KRW", "won": "KRW", "ウォン": "KRW",
}  # fmt: skip
"""What people type for a currency beside its code."""


class Money(Struct, frozen=True):
    """An amount; its currency is empty where nobody said it: that of the course."""

    amount: Decimal
    currency: str = ""

    @classmethod
    def parse(cls, text: str) -> Money:
        """As it is kept: ``30000 JPY``; raise ValueError for what is none."""
        amount, _blank, currency = text.partition(" ")
        try:
            return cls(Decimal(amount), currency)
        except InvalidOperation:
            raise ValueError(text) from None

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}".strip()

    @property
    def digits(self) -> int:
        """Digits that its currency has behind the point."""
        return DECIMALS.get(self.currency, 2)

    def check_digits(self) -> None:
        """Raise InputError where it has more digits behind the point than its currency."""
        exponent = self.amount.as_tuple().exponent
        if isinstance(exponent, int) and -exponent > self.digits:
            none, some = N_("{currency} has no decimals"), N_("{currency} has {digits} decimals at most")
            raise InputError(some if self.digits else none, currency=self.currency, digits=self.digits)

    def written(self) -> str:
        """The number alone, with its thousands apart."""
        return f"{self.amount:,.{self.digits}f}"
