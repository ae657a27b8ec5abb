"""Every way in has its row in the law, and only typed ids."""

import flask
import pytest
from flask.cli import AppGroup

from portal.access import doors
from portal.access.policy import ACTIONS
from tests.conftest import make_app


@pytest.fixture
def site(urls, tmp_path):
    return make_app(urls, tmp_path)


def test_a_page_without_action_stops_start_up(site):
    site.add_url_rule("/secret", "secret", lambda: "x")
    with pytest.raises(RuntimeError, match="/secret"):
        doors.check_doors(site)


def test_a_command_without_action_stops_start_up(site):
    group = AppGroup("leak")
    group.command("all")(lambda: None)
    site.cli.add_command(group)
    with pytest.raises(RuntimeError, match="leak all"):
        doors.check_doors(site)


def test_a_writing_door_under_a_reading_action_stops_start_up(site):
    site.add_url_rule("/x", "x", doors.door("case:list")(lambda: "x"), methods=["POST"])
    with pytest.raises(RuntimeError, match="case:list"):
        doors.check_doors(site)


def test_an_action_the_law_does_not_know_cannot_be_named():
    with pytest.raises(KeyError):
        doors.door("case:steal")


def test_addresses_carry_uuids_and_nothing_else(site):
    loose = {
        f"{rule.rule}: {name}"
        for rule in site.url_map.iter_rules()
        for name, converter in rule._converters.items()
        if type(converter).__name__ != "UUIDConverter" and not rule.rule.startswith(("/assets/", "/enrolments/"))
    }
    assert loose == set()


def test_every_action_has_a_door(site):
    """An action nobody can reach is a right nobody needs."""
    used = {getattr(view, "action", None) for view in site.view_functions.values()}
    used |= {command.callback.action for _, command in doors._commands(site.cli)}
    from portal.daily import DAILY
    from portal.jobs import WORK

    assert set(ACTIONS) - used - set(WORK) - set(DAILY) == set()


def test_every_job_has_its_action(site):
    from portal.daily import DAILY
    from portal.jobs import WORK

    assert set(WORK) <= set(ACTIONS)
    assert {action for action in DAILY if "nightly" not in ACTIONS[action].roles} == set()
    assert isinstance(site, flask.Flask)
