"""The law as two tables in Markdown: for the prompt and the README."""

from portal.access.policy import ACTIONS, EVERYBODY, ROWS

SHORT = {"select": "S", "insert": "I", "update": "U", "delete": "D"}
ROLE_COLUMNS = (*EVERYBODY, "nightly", "gate", "contact", "recorder")


def _table(head: list[str], lines: list[list[str]]) -> str:
    bars = ["| " + " | ".join(cells) + " |" for cells in [head, ["---"] * len(head), *lines]]
    return "\n".join(bars) + "\n"


def actions() -> str:
    """action × role: ● may; 公開 before signing in; 運用 at the server's prompt; 自動 by the city itself, daily."""
    lines = []
    for a in ACTIONS.values():
        special = "公開" if a.public else "運用" if a.operator else "自動" if a.roles == ("nightly",) else ""
        lines.append([f"`{a.name}`", a.label, special, *("●" if r in a.roles else "" for r in EVERYBODY)])
    return _table(["action", "内容", "", *EVERYBODY], lines)


def rows() -> str:
    """table × role: verbs (S I U D); * where only some rows, + where only some columns."""
    cells: dict[tuple[str, str], str] = {}
    for row in ROWS:
        mark = SHORT[row.verb] + ("+" if row.cols else "") + ("*" if (row.check or row.rows) != "true" else "")
        cells[row.table, row.role] = cells.get((row.table, row.role), "") + mark
    tables = sorted({t for t, _ in cells})
    return _table(
        ["table", *ROLE_COLUMNS], [[f"`{t}`", *(cells.get((t, r), "") for r in ROLE_COLUMNS)] for t in tables]
    )
