"""Real workers and sweepers."""

import os
import signal
import sys
from contextlib import contextmanager

import pytest

from portal.embedded_process import spawn, stop
from tests import cast, ledgers

FLASK = [sys.executable, "-m", "flask", "--app", "wsgi", "jobs"]


@pytest.fixture
def household(urls, tmp_path):
    """`with household("work") as process:` a worker or sweeper as `make run` has them, with this test's servers."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE_", "DEMO_"))} | {
        "INSTANCE": str(tmp_path), "SECRET_KEY": cast.KEY, "DEMO_NOW": cast.NOW.isoformat(),
        **{k: url for k, url in urls.items() if k != "DATABASE_ADMIN_URL"},
    }  # fmt: skip

    @contextmanager
    def run(program):
        with (tmp_path / f"{program}.log").open("ab") as log:
            process = spawn([*FLASK, program], cwd=ledgers.DATA.parent.parent, env=environment, stdout=log, stderr=log)
        try:
            yield process
        finally:
            stop(process, signal.SIGTERM)

    return run
