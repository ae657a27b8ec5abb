"""The flask commands: every noun's group."""

import flask

from portal.cli import city, demo, intake, jobs, policy, rule

COMMANDS = (city.group, demo.group, intake.group, jobs.group, policy.group, rule.command)


def attach(app: flask.Flask) -> None:
    for command in COMMANDS:
        app.cli.add_command(command)
