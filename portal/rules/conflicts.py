"""利益相反の確認: what a law team answers, also in a file, and names by the row of their reading."""

from portal.i18n import N_

RESULTS = {"clear": N_("該当なし"), "conflict": N_("該当あり")}
# what people write into a file for each answer, once spaces are gone
WRITTEN = {
    "clear": {"なし", "該当なし", "無", "無し", "×", "0", "clear"},
    "conflict": {"該当", "あり", "該当あり", "有", "有り", "○", "〇", "1", "conflict"},
}
# 五十音の行: from this sign up to the next row's first, small and voiced kana with their row
KANA = ("ア", "カ", "サ", "タ", "ナ", "ハ", "マ", "ヤ", "ラ", "ワ")
_FIRST = ("ァ", "カ", "サ", "タ", "ナ", "ハ", "マ", "ャ", "ラ", "ヮ", "ヿ")


def read(cell: str) -> str | None:
    """clear, conflict, or None: nothing that can be understood."""
    plain = "".join(cell.split())
    return next((result for result, words in WRITTEN.items() if plain in words), None)


def kana_range(row: str) -> tuple[str, str]:
    """From (included) and to (not included) of a row, by code point. ValueError for none of KANA."""
    place = KANA.index(row)
    return _FIRST[place], _FIRST[place + 1]
