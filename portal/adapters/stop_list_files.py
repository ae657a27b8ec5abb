"""The files of the 催告停止者リスト in their folder: whole or not there, for the city's own eyes, one a source."""

import io
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from portal.adapters import sheets

HEAD = ("取込元", "宛名番号")
PREFIX, SUFFIX = "stop-list-", ".csv"


def content(rows: Sequence[tuple[str, str]], kind: str = "csv") -> bytes:
    """A heading and the keys, nothing else. `kind`: csv (UTF-8 with BOM) or cp932."""
    out = io.BytesIO()
    sheets.write(kind, out, HEAD, rows)
    return out.getvalue()


def name(source: str) -> str:
    """stop-list-01.csv; whatever a source is called, the name stays inside the folder."""
    return f"{PREFIX}{quote(source, safe='')}{SUFFIX}"


def replace(folder: Path, lists: Mapping[str, Sequence[tuple[str, str]]]) -> None:
    """Each file appears whole, under its name, readable by its owner only; files of sources that are gone go too."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for source, rows in lists.items():
        part = folder / f".{name(source)}.part"
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content(rows))
            file.flush()
            os.fsync(file.fileno())
        part.replace(folder / name(source))
    kept = {name(source) for source in lists}
    for old in folder.glob(f"{PREFIX}*{SUFFIX}"):
        if old.name not in kept:
            old.unlink()
