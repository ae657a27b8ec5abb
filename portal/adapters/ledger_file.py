"""A ledger file: a table in our words, or in those that a mapping of the desk's turns into ours."""

from collections.abc import Iterator
from typing import Any

from portal.adapters.table_file import Opens, TableFile
from portal.adapters.unreadable import Unfitting, UnreadableFile
from portal.i18n import N_
from portal.rules.ledger_layout import CODE_WIDTHS, IN_FILE, KEY, NUMBERS, Layout, doubled, joined, missing, plain
from portal.rules.ledger_mapping import Mapping, named

# Longer headings are no headings.
_HEADING = 100


class LedgerFile(TableFile):
    """`layout`: where our columns stand in what `said` makes of a record's cells.

    `numbers`: the places of cells whose long numbers are no 個人番号.
    """

    def __init__(self, path: str | Opens, encoding: str | None = None, mapping: Mapping | None = None) -> None:
        """Unfitting: a table, whose heading neither is ours nor fits the mapping. UnreadableFile: no table at all."""
        super().__init__(path, encoding)
        self._mapping = mapping
        self.layout = Layout(_mapped(self.header, mapping) if mapping else _standard(self.header))
        self._fixed = list(mapping.fixed.values()) if mapping else []
        self._kind = self.layout.at["債権種別コード"]
        self.numbers = [self.layout.at[name] for name in NUMBERS if name in self.layout.at]
        self.widen({self.layout.at[name]: digits for name, digits in CODE_WIDTHS.items() if name in self.layout.at})

    def said(self, cells: list[str]) -> list[str]:
        """A record's cells in our words, as many as the layout's."""
        if not self._mapping:
            return cells
        ours = [*cells, *self._fixed]
        ours[self._kind] = self._mapping.kinds.get(plain(ours[self._kind]), ours[self._kind])
        return ours

    def keyed(self) -> Iterator[tuple[str, Any]]:
        """(what identifies the claim: ledger_layout.KEY in our words after NFKC; the record, for `read`) of each."""
        own = [self.layout.at[name] for name in KEY if self.layout.at[name] < len(self.header)]
        for key, record in self._inside.keyed(own):
            if self._mapping and key:
                yield self._said_key(own, key.split("\x1f"), record), record
            else:
                yield key if key.isascii() else joined(key.split("\x1f")), record

    def _said_key(self, own: list[int], parts: list[str], record: Any) -> str:
        if len(parts) == len(own):
            cells = [""] * len(self.header)
            for at, part in zip(own, parts, strict=True):
                cells[at] = part
        else:  # a cell holds the very sign that joins them
            _, cells, _ = self.read(record)
        return self.layout.key_of(self.said(cells))


def _standard(header: list[str]) -> list[str]:
    lacking, twice = missing(header), doubled(header)
    if lacking and len(lacking) == len(missing([])):
        raise _kind_of(header)(N_("1行目に滞納債権台帳の見出しがありません。"))
    if lacking:
        raise Unfitting(N_("見出しに次の項目がありません：%(columns)s"), columns="、".join(lacking))
    if twice:
        raise Unfitting(N_("見出しに同じ項目が2つあります：%(columns)s"), columns="、".join(twice))
    return header


def _kind_of(header: list[str]) -> type[UnreadableFile]:
    """A letter or a picture is no table: nobody could say which of its columns is which."""
    names = {cell for cell in header if cell}
    table = len(names) >= len(IN_FILE) and all(len(name) <= _HEADING and name.isprintable() for name in names)
    return Unfitting if table else UnreadableFile


def _mapped(header: list[str], mapping: Mapping) -> list[str]:
    names = named(header)
    if lacking := mapping.lacking(names):
        sentence = N_("この取込元の読替えにある見出しが、ファイルにありません：%(columns)s")
        raise _kind_of(header)(sentence, columns="、".join(lacking))
    return mapping.renamed(names)
