"""The file of related people (関係者): its heading is ours, its records are judged one by one."""

from collections.abc import Iterator
from typing import NamedTuple

from portal.adapters.table_file import Opens, TableFile
from portal.adapters.unreadable import UnreadableFile
from portal.i18n import N_
from portal.rules.related_layout import CODE_WIDTHS, COLUMNS, NUMBERS, doubled, missing
from portal.rules.related_record import Related, judge


class Found(NamedTuple):
    """A record as the file alone shows it: why it is rejected, sorted, or the person."""

    line: int
    cells: list[str]
    reasons: list[str]
    person: Related | None


class RelatedFile(TableFile):
    """Iterate for `Found`, as often as wanted. `numbers`: places of cells whose long numbers are no 個人番号."""

    def __init__(self, path: str | Opens, encoding: str | None = None) -> None:
        """UnreadableFile: no table, or none of related people."""
        super().__init__(path, encoding)
        lacking = missing(self.header)
        if len(lacking) == len(COLUMNS):
            raise UnreadableFile(N_("1行目に関係者の見出しがありません。"))
        if lacking:
            raise UnreadableFile(N_("見出しに次の項目がありません：%(columns)s"), columns="、".join(lacking))
        if twice := doubled(self.header):
            raise UnreadableFile(N_("見出しに同じ項目が2つあります：%(columns)s"), columns="、".join(twice))
        self.numbers = [self.header.index(name) for name in NUMBERS]
        self.widen({self.header.index(name): digits for name, digits in CODE_WIDTHS.items()})

    def __iter__(self) -> Iterator[Found]:
        for line, cells, problem in self.rows():
            reasons, person = ([problem], None) if problem else judge(self.header, cells)
            yield Found(line, cells, reasons, person)
