"""Uploads: each one encrypted file outside the database, kept no longer than it is needed.

Beside it lies what the check made of it, encrypted too, and gone whenever the upload goes.
"""

import hashlib
import os
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal, Self

from portal.adapters import sealed

KEPT_HOURS = 24
# The rejected records, to be corrected; the first records and what the file says of itself; what the load takes in.
ERRORS, PREVIEW = "errors", "preview"
STAGED = {part: f"staged-{part}" for part in ("records", "people", "spoilt")}
_BESIDE = (ERRORS, PREVIEW, *STAGED.values())
_PART = ".part"
# nobody writes for so long: who began it was killed
BROKEN_HOURS = 1.0


@dataclass(frozen=True)
class Upload:
    """One stored upload; opens the same plain bytes afresh, seekable, each time. FileNotFoundError when it is gone."""

    path: Path
    key: sealed.Key

    def open(self, mode: Literal["rb"] = "rb") -> BinaryIO:
        return sealed.reader(self.path.open(mode), self.key)


class Uploads:
    """The uploads below `folder`, sealed with keys derived from `secret` (SECRET_KEY)."""

    def __init__(self, folder: Path, secret: str) -> None:
        self._folder, self._secret = folder, secret

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Self:
        return cls(settings["UPLOAD_DIR"], settings["SECRET_KEY"])

    def save(self, id_: uuid.UUID, plain: BinaryIO) -> str:
        """Seal all of `plain`; its SHA-256 in hex. The file appears under its name only when it is whole."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part, digest = self._path(id_).with_suffix(_PART), hashlib.sha256()
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as raw:
                writer = sealed.Writer(raw, self._key(id_))
                while piece := plain.read(sealed.PIECE):
                    digest.update(piece)
                    writer.write(piece)
                writer.finish()
                os.fsync(raw.fileno())
            part.rename(self._path(id_))
        except OSError:  # the disk is full
            part.unlink(missing_ok=True)
            raise
        return digest.hexdigest()

    @contextmanager
    def beside(self, id_: uuid.UUID, name: str) -> Iterator[sealed.Writer]:
        """What is written appears as ERRORS or PREVIEW when all of it is there, and grows as old as the upload."""
        path = self._path(id_, name)
        part = path.with_name(f"{path.name}.{uuid.uuid4().hex}{_PART}")
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as raw:
                writer = sealed.Writer(raw, self._key(id_, name))
                yield writer
                writer.finish()
            with suppress(FileNotFoundError):  # given up meanwhile: nothing stays beside what is gone
                born = self._path(id_).stat().st_mtime
                os.utime(part, (born, born))
                part.rename(path)
        finally:
            part.unlink(missing_ok=True)

    def get(self, id_: uuid.UUID, name: str = "") -> Upload:
        return Upload(self._path(id_, name), self._key(id_, name))

    def has(self, id_: uuid.UUID, name: str = "") -> bool:
        return self._path(id_, name).exists()

    def remove(self, id_: uuid.UUID) -> None:
        """As often as wanted: what is gone stays gone, and nothing of it stays beside."""
        for name in ("", *_BESIDE):
            self._path(id_, name).unlink(missing_ok=True)

    def discard_old(self, hours: float = KEPT_HOURS) -> int:
        """Remove what is older, and what nobody finished writing within BROKEN_HOURS; answers how many files."""
        count = 0
        for path in self._files():
            with suppress(FileNotFoundError):
                if _hours_old(path) > (min(hours, BROKEN_HOURS) if path.suffix == _PART else hours):
                    path.unlink()
                    count += 1
        return count

    def ids(self, hours: float = 0) -> set[uuid.UUID]:
        """Whose files have lain here for at least so long."""
        found = set()
        for path in self._files():
            with suppress(FileNotFoundError, ValueError):
                if _hours_old(path) >= hours:
                    found.add(uuid.UUID(path.name.partition(".")[0]))
        return found

    def _files(self) -> Iterator[Path]:
        return self._folder.glob("*") if self._folder.exists() else iter(())

    def _path(self, id_: uuid.UUID, name: str = "") -> Path:
        return self._folder / (f"{id_}.{name}" if name else str(id_))

    def _key(self, id_: uuid.UUID, name: str = "") -> sealed.Key:
        return sealed.derived(self._secret, b"renkei upload " + id_.bytes + name.encode())


def _hours_old(path: Path) -> float:
    return (time.time() - path.stat().st_mtime) / 3600
