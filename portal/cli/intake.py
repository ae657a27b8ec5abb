"""`flask intake`: ledger files from the command line."""

import csv
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn

import click
import flask
from flask import current_app
from flask.cli import AppGroup

from portal import clock, money, wareki
from portal.access import scope
from portal.access.doors import door
from portal.actions import intake_bringing, intake_marks
from portal.adapters.ledger_check import check as check_ledger
from portal.adapters.storage import Uploads
from portal.adapters.unreadable import UnreadableFile
from portal.db import db
from portal.rules import eligibility, kinds
from portal.rules.intake import Judged, Totals
from portal.rules.ledger import Settings

group = AppGroup("intake", help="滞納債権台帳の取込み")
LOST = (
    "支援措置の印が、このファイルにはありません。何も取り込んでいません。"
    "印を外してよいことを確認したうえで、--confirm-unprotect を付けて実行してください。"
)
# What a load says of itself; the first four always.
DONE = {
    "claims": "新しい債権",
    "claims_changed": "変わった債権",
    "unchanged": "変わらない債権",
    "kept": "より新しい内容が取込み済みの債権",
    "vanished": "このファイルにない債権（市の判断待ち）",
    "listed": "取り込めない記録になった債権（市の判断待ち）",
    "recalled": "引き揚げた異動",
    "closed": "完了とした案件",
    "law_team": "連絡を止めた異動（弁護士チームへ）",
    "desk": "連絡を止めた異動（市で確認）",
    "marks_lifted": "支援措置の印を外した方",
}
ALWAYS = ("claims", "claims_changed", "unchanged", "kept")
_NONE = (0, 0)


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
        )
    except UnreadableFile as error:
        _stop(str(error), 2)
    try:
        with open(report or os.devnull, "w", encoding="utf-8", newline="") as out:
            _report(found, totals, csv.writer(out))
    except OSError as error:
        raise click.ClickException(f"判定を書き出せません：{report}") from error
    for line in _summary(totals.as_json()):
        click.echo(line)


def _report(found: Iterable[Judged], totals: Totals, out: Any) -> None:
    out.writerow(("line", "verdict", "reasons", "warnings"))
    for judged in found:
        totals.add(judged)
        out.writerow((judged.line, judged.verdict, "|".join(judged.reasons), "|".join(judged.warnings)))


def _summary(totals: dict[str, Any]) -> Iterator[str]:
    """`totals`: as Totals.as_json says."""
    yield f"件数　{totals['all'][0]:,}件"
    for verdict, label in eligibility.VERDICTS.items():
        yield f"{label}　{_amount(totals['verdicts'].get(verdict, _NONE), verdict)}"
    for heading, found in (("理由", totals["reasons"]), ("注意", totals["warnings"])):
        for reason in eligibility.in_order(set(found)):
            yield f"{heading}　{reason.label}（{reason.code}）　{_amount(found[reason.code], reason.verdict)}"
    for code, verdicts in sorted(totals["kinds"].items()):
        for verdict, pair in sorted(verdicts.items()):
            yield f"債権種別{code}　{eligibility.VERDICTS[verdict]}　{_amount(pair, verdict)}"
    if totals["again"][0]:
        yield f"うち同一内容の重複　{totals['again'][0]:,}件（取込みは1回）"


def _amount(pair: Sequence[int], verdict: str) -> str:
    """件数・金額; of what is not stored the count only."""
    count = f"{pair[0]:,}件"
    return f"{count}　{money.format(pair[1])}" if verdict in ("excluded", "accepted") else count


@group.command("load", help="台帳ファイルを検査し、そのまま取り込む（全件か、何も取り込まないか）")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--as-of", type=Day(), required=True, help="基準日")
@click.option("--full", is_flag=True, help="全件のファイル（省略時は差分）")
@click.option("--source", default="", help="取込元の名前（読替えがあれば、その名前）")
@click.option("--confirm-unprotect", is_flag=True, help="支援措置の印がない方の印を外すことを確認した")
@door("intake:bring")
def load(file: Path, as_of: date, full: bool, source: str, confirm_unprotect: bool) -> None:
    """Exit 0 when all good records are in; 2 with one sentence when the file cannot be read; 3 when marks are lost."""
    config = flask.current_app.config
    scope.enter(scope.system("intake:unprotect" if confirm_unprotect else "intake:load"))
    try:
        intake = intake_bringing.bring(
            file, as_of=as_of, source=source, whole=full, unprotect=confirm_unprotect,
            uploads=Uploads.of(config), city_code=str(config["CITY_CODE"]), by=scope.principal(),
        )  # fmt: skip
        db.session.commit()
    except UnreadableFile as error:
        _stop(str(error), 2)
    except intake_marks.Lost as lost:
        _stop(f"{len(lost.persons):,}人の{LOST}", 3)
    finally:
        scope.leave()
    for line in (*_summary(intake.totals or {}), *_done((intake.totals or {})["loaded"])):
        click.echo(line)


def _stop(sentence: str, code: int) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(code)


def _done(loaded: dict[str, int]) -> Iterator[str]:
    """What the load did to the ledger, in claims; then what it means for cases at partners."""
    if not (loaded["claims"] or loaded["claims_changed"] or loaded["debtors_changed"]):
        yield "台帳に変わりはありません。"
    for name, words in DONE.items():
        if loaded.get(name) or name in ALWAYS:
            yield f"{words}　{loaded.get(name, 0):,}件"
