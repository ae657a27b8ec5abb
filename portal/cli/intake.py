"""`flask intake`: ledger files from the command line."""

import csv
import os
import sys
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from portal import clock, money, wareki
from portal.access.doors import door
from portal.adapters.ledger_check import check as check_ledger
from portal.adapters.unreadable import UnreadableFile
from portal.rules import eligibility, kinds
from portal.rules.intake import Judged, Tally, Totals
from portal.rules.ledger import Settings

group = AppGroup("intake", help="滞納債権台帳の取込み")


class Day(click.ParamType):
    """A day in any form the ledger knows."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return value if isinstance(value, date) else wareki.parse(str(value))
        except ValueError:
            self.fail(f"日付が正しくありません：{value}", param, ctx)


@group.command("check", help="台帳ファイルを検査し、件数・金額と判定を示す（保存はしない）")
@click.argument("file", type=click.Path())
@click.option("--as-of", type=Day(), help="基準日（省略時は今日）")
@click.option("--report", type=click.Path(dir_okay=False), help="判定を1件ずつ書き出すCSV")
@door("intake:judge")
def check(file: str, as_of: date | None, report: str | None) -> None:
    """Exit 0 when the file could be read, whatever it holds; 2 with one sentence on stderr when not."""
    totals = Totals()
    try:
        found = check_ledger(
            file,
            as_of=as_of or clock.day_of(datetime.now(clock.JST)),
            city_code=str(current_app.config.get("CITY_CODE", "23999")),
            kinds=kinds.shipped(),
            settings=Settings(current_app.config.get("DEMAND_ARRIVAL_DAYS", 4)),
            records=False,
        )
    except UnreadableFile as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    try:
        with open(report or os.devnull, "w", encoding="utf-8", newline="") as out:
            _report(found, totals, csv.writer(out))
    except OSError as error:
        raise click.ClickException(f"判定を書き出せません：{report}") from error
    for line in _summary(totals):
        click.echo(line)


def _report(found: Iterable[Judged], totals: Totals, out: Any) -> None:
    out.writerow(("line", "verdict", "reasons", "warnings"))
    for judged in found:
        totals.add(judged)
        out.writerow((judged.line, judged.verdict, "|".join(judged.reasons), "|".join(judged.warnings)))


def _summary(totals: Totals) -> Iterator[str]:
    yield f"件数　{totals.all.count:,}件"
    for verdict, label in eligibility.VERDICTS.items():
        yield f"{label}　{_amount(totals.verdicts[verdict], verdict)}"
    for heading, tallies in (("理由", totals.reasons), ("注意", totals.warnings)):
        for reason in eligibility.in_order(set(tallies)):
            yield f"{heading}　{reason.label}（{reason.code}）　{_amount(tallies[reason.code], reason.verdict)}"
    for code, verdicts in sorted(totals.kinds.items()):
        for verdict, tally in sorted(verdicts.items()):
            yield f"債権種別{code}　{eligibility.VERDICTS[verdict]}　{_amount(tally, verdict)}"
    if totals.again.count:
        yield f"うち同一内容の重複　{totals.again.count:,}件（取込みは1回）"


def _amount(tally: Tally, verdict: str) -> str:
    """件数・金額; of what is not stored the count only."""
    count = f"{tally.count:,}件"
    return f"{count}　{money.format(tally.yen)}" if verdict in ("excluded", "accepted") else count
