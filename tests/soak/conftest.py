"""Whole portals on servers of their own, so that killing them disturbs no other test."""

import pytest

from tests.soak import files
from tests.soak.moments import Rehearsal
from tests.soak.portal import Portal

RECORDS = 1500


@pytest.fixture(autouse=True)
def november():
    """Nobody travels here: the portal's programs are processes of their own and have its clock from DEMO_NOW."""


@pytest.fixture(scope="session")
def rehearsal(tmp_path_factory):
    """A portal in which two ledgers were brought in undisturbed."""
    folder = tmp_path_factory.mktemp("soak")
    with Portal(folder) as portal:
        yield Rehearsal(portal, files.write(folder, RECORDS))


@pytest.fixture
def portal(rehearsal):
    """It runs whole, and no ledger has come in yet."""
    rehearsal.portal.whole()
    rehearsal.stored.put_back("nothing")
    return rehearsal.portal
