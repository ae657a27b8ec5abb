"""Bytes that only this portal can read back: AES-256-GCM in pieces, so that a file of any size streams and seeks.

A file is a salt and its pieces. Every file has a key of its own, so a piece's number can be its nonce; the last piece
says so in its nonce, so a file cut short between two pieces is noticed.
"""

import io
import os
import secrets
import tempfile
from collections.abc import Callable
from typing import BinaryIO, cast

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PIECE = 64 * 1024
_TAG = 16
_SALT = 16
# secret of the portal, salt → key of the file
Key = Callable[[bytes], bytes]


def derived(secret: str, purpose: bytes) -> Key:
    """A key for each salt; `purpose` names the one file it is for, so that no other can be put in its place."""
    return lambda salt: HKDF(SHA256(), 32, salt, purpose).derive(secret.encode())


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


class Writer:
    """Seals what is written into `raw`, which stands at its beginning. `finish` writes the last piece."""

    def __init__(self, raw: BinaryIO, key: Key) -> None:
        salt = secrets.token_bytes(_SALT)
        self._raw, self._cipher, self._held, self._number = raw, AESGCM(key(salt)), bytearray(), 0
        raw.write(salt)

    def write(self, data: bytes) -> int:
        self._held += data
        while len(self._held) > PIECE:
            self._seal(bytes(self._held[:PIECE]), last=False)
            del self._held[:PIECE]
        return len(data)

    def finish(self) -> None:
        self._seal(bytes(self._held), last=True)
        self._held.clear()
        self._raw.flush()

    def _seal(self, piece: bytes, last: bool) -> None:
        self._raw.write(self._cipher.encrypt(_nonce(self._number, last), piece, None))
        self._number += 1


class Reader(io.RawIOBase):
    """The plain bytes of a sealed file, seekable. InvalidTag: another key, or the file was changed or cut."""

    def __init__(self, raw: BinaryIO, key: Key) -> None:
        self._raw = raw
        raw.seek(0)
        self._cipher = AESGCM(key(raw.read(_SALT)))
        sealed = raw.seek(0, os.SEEK_END) - _SALT
        self._pieces = max(1, -(-sealed // (PIECE + _TAG)))
        self._size = sealed - self._pieces * _TAG
        self._at, self._number, self._piece = 0, -1, b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._at = max(0, offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence])
        return self._at

    def readinto(self, into: "memoryview | bytearray") -> int:  # type: ignore[override]
        number, start = divmod(self._at, PIECE)
        if self._at >= self._size and self._size:
            return 0
        part = self._open(number)[start : start + len(into)]
        into[: len(part)] = part
        self._at += len(part)
        return len(part)

    def close(self) -> None:
        self._raw.close()
        super().close()

    def _open(self, number: int) -> bytes:
        if number != self._number:
            self._raw.seek(_SALT + number * (PIECE + _TAG))
            sealed = self._raw.read(PIECE + _TAG)
            self._piece = self._cipher.decrypt(_nonce(number, number == self._pieces - 1), sealed, None)
            self._number = number
        return self._piece


def reader(raw: BinaryIO, key: Key) -> BinaryIO:
    return cast(BinaryIO, io.BufferedReader(Reader(raw, key), PIECE))


class Spool(io.BufferedIOBase):
    """Where an upload waits until its form is understood: written once, then read. Its key never leaves the memory."""

    def __init__(self) -> None:
        secret = secrets.token_bytes(32)
        self._key: Key = lambda salt: secret
        self._raw = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115 it lives as long as the spool
        self._writer: Writer | None = Writer(self._raw, self._key)
        self._reader: BinaryIO | None = None
        self._written = 0

    def write(self, data: bytes) -> int:  # type: ignore[override]
        assert self._writer, "it is being read"
        self._written += len(data)
        return self._writer.write(data)

    def writable(self) -> bool:
        return self._writer is not None

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._read().seek(offset, whence)

    def tell(self) -> int:
        return self._written if self._writer else self._read().tell()

    def read(self, size: int | None = -1) -> bytes:
        return self._read().read(-1 if size is None else size)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def close(self) -> None:
        self._raw.close()
        super().close()

    def _read(self) -> BinaryIO:
        if self._writer:
            self._writer.finish()
            self._writer = None
            self._reader = reader(self._raw, self._key)
        assert self._reader
        return self._reader
