"""The upload on disk: unreadable without the key, the same bytes with it, whole or not at all, gone when it should be."""

import io
import os
import random
import stat
import time
import uuid

import pytest
from cryptography.exceptions import InvalidTag

from portal.adapters.sealed import PIECE, Spool
from portal.adapters.storage import ERRORS, PREVIEW, Uploads

ID = uuid.UUID(int=7)
SIZES = [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + 17]


@pytest.fixture
def uploads(tmp_path):
    return Uploads(tmp_path / "uploads", "the secret")


def plain(size):
    return random.Random(size).randbytes(size)


@pytest.mark.parametrize("size", SIZES)
def test_the_same_bytes_come_back(uploads, size):
    uploads.save(ID, io.BytesIO(plain(size)))
    with uploads.get(ID).open() as stream:
        assert stream.read() == plain(size)


@pytest.mark.parametrize("size", SIZES)
def test_it_reads_from_anywhere_like_a_plain_file(uploads, size):
    uploads.save(ID, io.BytesIO(plain(size)))
    like, dice = io.BytesIO(plain(size)), random.Random(size)
    with uploads.get(ID).open() as stream:
        for _ in range(100):
            offset, whence = dice.choice([(dice.randrange(size + 9), 0), (0, 2), (0, 1)])
            assert stream.seek(offset, whence) == like.seek(offset, whence)
            count = dice.choice([1, 100, PIECE, 2 * PIECE])
            assert stream.read(count) == like.read(count)
            assert stream.tell() == like.tell()


def test_nothing_of_it_stands_on_the_disk_in_plain(uploads, tmp_path):
    uploads.save(ID, io.BytesIO("山田　太郎".encode("cp932") * 10_000))
    (file,) = (tmp_path / "uploads").iterdir()
    assert "山田".encode("cp932") not in file.read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_another_secret_another_name_or_one_changed_bit_opens_nothing(uploads, tmp_path):
    uploads.save(ID, io.BytesIO(plain(3 * PIECE)))
    file, other = tmp_path / "uploads" / str(ID), uuid.UUID(int=8)
    os.link(file, file.with_name(str(other)))
    sealed = file.read_bytes()
    for stranger in (Uploads(tmp_path / "uploads", "a secret").get(ID), uploads.get(other)):
        with pytest.raises(InvalidTag), stranger.open() as stream:
            stream.read()
    for spoilt in (
        sealed[: len(sealed) // 2] + bytes([sealed[len(sealed) // 2] ^ 1]) + sealed[len(sealed) // 2 + 1 :],
        sealed[: -(PIECE + 16)],  # cut between two pieces
        sealed[:-1],
        sealed + b"0",
    ):
        file.write_bytes(spoilt)
        with pytest.raises(InvalidTag), uploads.get(ID).open() as stream:
            stream.read()


def test_the_same_file_has_the_same_digest_and_never_the_same_seal(uploads, tmp_path):
    first, second = (uploads.save(uuid.UUID(int=n), io.BytesIO(plain(500))) for n in (1, 2))
    assert first == second
    one, two = (path.read_bytes() for path in (tmp_path / "uploads").iterdir())
    assert one != two


def test_a_broken_upload_is_none_and_an_old_one_goes(uploads, tmp_path):
    class Breaks(io.BytesIO):
        def read(self, size=-1):
            raise ConnectionError

    with pytest.raises(ConnectionError):
        uploads.save(ID, Breaks())
    assert list((tmp_path / "uploads").iterdir()) == []
    (tmp_path / "uploads" / f"{ID}.part").write_bytes(b"what a killed worker leaves")
    uploads.save(uuid.UUID(int=8), io.BytesIO(b"new"))
    for path in (tmp_path / "uploads").iterdir():
        hours = 25 if path.name.startswith(str(ID)) else 23
        os.utime(path, (time.time() - hours * 3600,) * 2)
    assert uploads.discard_old() == 1
    assert [path.name for path in (tmp_path / "uploads").iterdir()] == [str(uuid.UUID(int=8))]


def test_what_lies_beside_an_upload_is_sealed_as_old_as_it_and_goes_with_it(uploads, tmp_path):
    folder = tmp_path / "uploads"
    uploads.save(ID, io.BytesIO(b"plain"))
    os.utime(folder / str(ID), (time.time() - 23.5 * 3600,) * 2)
    for name in (ERRORS, PREVIEW):
        with uploads.beside(ID, name) as out:
            out.write("山田　太郎".encode() * 10_000)
        assert uploads.has(ID, name)
        with uploads.get(ID, name).open() as stream:
            assert stream.read() == "山田　太郎".encode() * 10_000
    for path in folder.iterdir():
        assert "山田".encode() not in path.read_bytes()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert time.time() - path.stat().st_mtime > 23 * 3600, "or it would outlive the upload"
    uploads.remove(ID)
    assert list(folder.iterdir()) == []


def test_what_is_half_written_beside_an_upload_never_appears(uploads, tmp_path):
    uploads.save(ID, io.BytesIO(b"plain"))
    with pytest.raises(ZeroDivisionError), uploads.beside(ID, ERRORS) as out:
        out.write(b"x" * (3 * PIECE))
        raise ZeroDivisionError
    assert not uploads.has(ID, ERRORS)
    with uploads.beside(ID, ERRORS) as out:
        out.write(b"x")
        uploads.remove(ID)
    assert list((tmp_path / "uploads").iterdir()) == [], "given up meanwhile"


def test_no_file_beside_can_be_put_in_the_place_of_another(uploads, tmp_path):
    uploads.save(ID, io.BytesIO(b"plain"))
    with uploads.beside(ID, ERRORS) as out:
        out.write(b"x")
    os.link(tmp_path / "uploads" / f"{ID}.{ERRORS}", tmp_path / "uploads" / f"{ID}.{PREVIEW}")
    with pytest.raises(InvalidTag), uploads.get(ID, PREVIEW).open() as stream:
        stream.read()


def test_removing_twice_is_removing(uploads):
    uploads.save(ID, io.BytesIO(b"x"))
    uploads.remove(ID)
    uploads.remove(ID)
    assert not uploads.has(ID)
    with pytest.raises(FileNotFoundError):
        uploads.get(ID).open()


@pytest.mark.parametrize("size", SIZES)
def test_a_spool_gives_back_what_it_took(size):
    with Spool() as spool:
        for at in range(0, size, 10_000):
            spool.write(plain(size)[at : at + 10_000])
        spool.seek(0)
        assert spool.read() == plain(size)
        assert spool.seek(0, os.SEEK_END) == size
