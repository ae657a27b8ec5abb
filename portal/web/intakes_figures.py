"""The control totals of an intake (件数・金額) as tables want them."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from portal.db import db
from portal.models.receivables import ClaimKind
from portal.rules.eligibility import VERDICTS, in_order

TONES = {"accepted": "ok", "excluded": "hold", "refused": "neutral", "rejected": "warn"}
STORED = ("accepted", "excluded")
_NONE = (0, 0)


def kind_names(language: str) -> dict[str, str]:
    """{code: name}, of the newest version."""
    name = ClaimKind.name_en if language == "en" else ClaimKind.name_ja
    rows = db.session.execute(select(ClaimKind.code, name).order_by(ClaimKind.code, ClaimKind.version))
    return {row[0]: row[1] for row in rows}


def figures(totals: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """Rows by verdict, by kind and by reason. Yen only of what may be stored; a rejected record has no kind."""
    verdicts, count = totals["verdicts"], totals["all"][0]
    return {
        "count": count,
        "counts": {verdict: verdicts.get(verdict, _NONE)[0] for verdict in TONES},
        "yen": {verdict: verdicts.get(verdict, _NONE)[1] for verdict in STORED},
        "again": totals["again"][0],
        "verdicts": [(_(VERDICTS[v]), _count_and_yen(v, verdicts.get(v, _NONE))) for v in TONES],
        "total": [count, sum(verdicts.get(v, _NONE)[1] for v in STORED)],
        "kinds": [
            (f"{code} {names.get(code, '')}", [n or None for n in _by_verdict(of)])
            for code, of in sorted(totals["kinds"].items())
        ],
        "kinds_total": _sums([_by_verdict(of) for of in totals["kinds"].values()]),
        "reasons": _reasons(totals),
    }


def _count_and_yen(verdict: str, pair: list[int]) -> list[int | None]:
    return [pair[0], pair[1] if verdict in STORED else None]


def _by_verdict(of: dict[str, list[int]]) -> list[int]:
    return [*of.get("accepted", _NONE), *of.get("excluded", _NONE), of.get("refused", _NONE)[0]]


def _sums(rows: list[list[int]]) -> list[int]:
    return [sum(column) for column in zip(*rows, strict=True)]


def _reasons(totals: dict[str, Any]) -> list[dict[str, Any]]:
    """In the order of the questions; of `accepted` they are warnings."""
    pairs = {**totals["reasons"], **totals["warnings"]}
    return [
        {"verdict": reason.verdict, "label": _(reason.label), "code": reason.code, "count": pairs[reason.code][0],
         "yen": pairs[reason.code][1] if reason.verdict in STORED else None}
        for reason in in_order(set(pairs))
    ]  # fmt: skip


def loaded(totals: dict[str, Any]) -> dict[str, int] | None:
    """What the load did, in records of claims; None before it."""
    done = totals.get("loaded")
    if done is None or "related" in done:
        return None
    return {**done, "all": totals["loadable"][0], "yen": totals["loadable"][1]}
