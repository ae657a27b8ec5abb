"""The contact rule's reasons as a caller reads them. `said` gives the text to translate and what to put into it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from portal.clock import day_of, in_japan
from portal.i18n import N_
from portal.rules.contact import Question, Verdict, counts
from portal.rules.contact_facts import Past, Span

VERDICTS = {
    "yes": N_("連絡できます"),
    "soft": N_("理由を記録すれば連絡できます"),
    "no": N_("連絡できません"),
}
REASONS = {
    "outer_hours": N_("21:00〜8:00は電話できません"),
    "window": N_("契約の架電時間（%(hours)s）の外です"),
    "named_time": N_("ご本人が指定した時間（%(hours)s）の外です"),
    "place": N_("勤務先など、ご本人の自宅・携帯電話以外には連絡できません"),
    "number": N_("この番号は使用を停止しています"),
    "day_budget": N_("本日の架電が上限の%(limit)s回に達しています（%(count)s回）"),
    "week_budget": N_("7日間の架電が上限の%(limit)s回に達しています（%(count)s回）"),
    "conversation_today": N_("本日はすでにご本人とお話ししています"),
    "rest_days": N_("お話ししてから%(days)s日間は間をあけます（%(until)sまで）"),
    "spacing": N_("前回の架電から間をあけます（%(until)sまで）"),
    "letter_budget": N_("%(days)s日間の発送が上限の%(limit)s通に達しています（%(count)s通）"),
    "hold": N_("この方への連絡は止まっています"),
}
NEVER = N_("終日架電しない日")


def said(question: Question, code: str) -> tuple[str, dict[str, str]]:
    """(text, values) of one reason code; every `hold_*` reads alike, whoever asked for it and why."""
    if code.startswith("hold_"):
        return REASONS["hold"], {}
    return REASONS[code], VALUES[code](question) if code in VALUES else {}


def explain(question: Question, verdict: Verdict) -> list[str]:
    """The reasons of a verdict in Japanese, in the rule's order."""
    return [text % values for text, values in (said(question, code) for code in verdict.reasons)]


def _window(question: Question) -> dict[str, str]:
    span = question.hours.on(day_of(question.at))
    return {"hours": _span(span) if span else NEVER}


def _named(question: Question) -> dict[str, str]:
    return {"hours": "、".join(_span(named.span) for named in question.person.named_times)}


def _budget(limit: str, counted: str) -> Callable[[Question], dict[str, str]]:
    return lambda question: {
        "limit": str(getattr(question.limits, limit)),
        "count": str(counts(question, question.at)[counted]),
        "days": str(question.limits.letter_days),
    }


def _rest(question: Question) -> dict[str, str]:
    last = max(past.at for past in question.history if past.talked and _counts(past, question))
    until = last + timedelta(days=question.limits.rest_days)
    return {"days": str(question.limits.rest_days), "until": _moment(until)}


def _spacing(question: Question) -> dict[str, str]:
    last = max(past.at for past in question.history if _counts(past, question))
    return {"until": _moment(last + timedelta(minutes=question.limits.spacing_minutes))}


def _counts(past: Past, question: Question) -> bool:
    return past.channel in ("call", "sms") and past.at <= question.at


def _span(span: Span) -> str:
    return f"{span[0].hour}:{span[0]:%M}〜{span[1].hour}:{span[1]:%M}"


def _moment(at: datetime) -> str:
    at = in_japan(at)
    return f"{at.month}/{at.day} {at.hour}:{at:%M}"


VALUES = {
    "window": _window,
    "named_time": _named,
    "day_budget": _budget("day", "day"),
    "week_budget": _budget("week", "week"),
    "rest_days": _rest,
    "spacing": _spacing,
    "letter_budget": _budget("letters", "letters"),
}
