"""flask jobs: the worker and the sweeper."""

from flask.cli import AppGroup

from portal import daily, jobs
from portal.access.doors import door

group = AppGroup("jobs", help="処理の実行と見回り")


@group.command("work")
@door("jobs:work")
def work() -> None:
    """Perform tickets until TERM."""
    jobs.work()


@group.command("sweep")
@door("jobs:sweep")
def sweep() -> None:
    """Push what is due, every two seconds, until TERM."""
    jobs.sweep_forever()


@group.command("daily")
@door("jobs:daily")
def every_day() -> None:
    """Do today's jobs that are not done yet, now and here."""
    for action in daily.due():
        daily.perform(action)
