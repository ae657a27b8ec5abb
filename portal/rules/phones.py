"""Japanese telephone numbers as people write them, as E.164, and as people read them."""

import re
import unicodedata

# Three-digit area codes, and the fourth digits with which one of four begins: 042, but 0422 and 0428.
THREE_DIGIT = {
    "011": "", "017": "23456789", "018": "234567", "019": "12345678", "022": "03456789", "023": "345678",
    "024": "01234678", "025": "0456789", "026": "013456789", "027": "046789", "028": "023456789", "029": "135679",
    "042": "28", "043": "689", "044": "", "045": "", "046": "035678", "047": "035689", "048": "0", "049": "345",
    "052": "", "053": "1236789", "054": "4578", "055": "01345678", "058": "134567", "059": "456789", "072": "15",
    "073": "56789", "075": "", "076": "1356789", "077": "0123468", "078": "", "079": "01456789", "082": "034679",
    "083": "34567", "084": "5678", "086": "356789", "087": "579", "088": "034579", "089": "2345678", "092": "0",
    "093": "0", "095": "024567", "096": "456789", "097": "234789", "098": "0", "099": "34567",
}  # fmt: skip
NOISE = re.compile(r"[\s\-‐‑‒–—―−ー－().・/]")


def e164(written: str) -> str:
    """ "０９０（００００）００００", "+81 (0)90-0000-0000" -> "+819000000000"; ValueError when it is none."""
    digits = NOISE.sub("", unicodedata.normalize("NFKC", written).replace("(0)", ""))
    if digits.startswith("+81"):
        digits = "0" + digits[3:].removeprefix("0")
    if not re.fullmatch(r"0(?![5-9]0)[1-9][0-9]{8}|0[5-9]0[0-9]{8}", digits):
        raise ValueError(f"電話番号として読めません: {written}")
    return "+81" + digits[1:]


def shown(number: str) -> str:
    """ "+81565000001" -> "0565-00-0001": the way it is read aloud in Japan."""
    digits = "0" + number.removeprefix("+81")
    cuts = _cuts(digits)
    return f"{digits[: cuts[0]]}-{digits[cuts[0] : cuts[1]]}-{digits[cuts[1] :]}"


def _cuts(digits: str) -> tuple[int, int]:
    if len(digits) == 11:
        return (4, 7) if digits.startswith("0800") else (3, 7)
    if digits[:4] in ("0120", "0570", "0990"):
        return 4, 7
    if digits[:2] in ("03", "06"):
        return 2, 6
    if digits[:3] in THREE_DIGIT and digits[3] not in THREE_DIGIT[digits[:3]]:
        return 3, 6
    return 4, 6
