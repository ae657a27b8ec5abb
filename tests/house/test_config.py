"""Settings: all or nothing where half would be dangerous."""

import pytest
from pydantic import ValidationError

from config import ADDRESSES, Settings


@pytest.mark.parametrize("name", ADDRESSES)
def test_half_a_set_of_servers_is_refused(name, tmp_path):
    settings = Settings(instance=tmp_path, **{name.lower(): "x://"})
    assert settings.own_servers()
    with pytest.raises(SystemExit, match="Set all five"):
        settings.servers()


def test_all_five_are_taken_as_they_are(tmp_path):
    settings = Settings(instance=tmp_path, **{name.lower(): f"x://{name}" for name in ADDRESSES})
    assert settings.servers() == {name: f"x://{name}" for name in ADDRESSES}


def test_a_demo_clock_without_offset_is_refused(tmp_path):
    with pytest.raises(ValidationError):
        Settings(instance=tmp_path, demo_now="2026-11-25T14:10:00")


def test_the_key_is_made_once_and_is_nobody_elses(tmp_path):
    settings = Settings(instance=tmp_path)
    assert settings.key() == settings.key()
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0
