"""Money is a whole number of yen."""

import re
import unicodedata

_AMOUNT = re.compile(r"[0-9]{1,18}|[0-9]{1,3}(?:,[0-9]{3}){1,5}")


def parse(text: str) -> int:
    """Read an amount in yen as a ledger writes it: `4600`, `4,600`, `４，６００`.

    Commas stand at every three digits or nowhere. Up to 18 digits, which is what the database holds.
    ValueError: empty, negative, a fraction (`100.0` too), a sign, a unit, a comma elsewhere, any other text.
    """
    amount = text if text.isascii() else unicodedata.normalize("NFKC", text)
    if not _AMOUNT.fullmatch(amount):
        raise ValueError("not an amount in whole yen")
    return int(amount.replace(",", ""))


def format(yen: int) -> str:
    """`1,234円`; a negative amount as `-1,234円`."""
    return f"{yen:,}円"
