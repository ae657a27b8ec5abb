"""Waiting for what other processes do."""

import time


def until(true, process=None, seconds=90):
    """Asks twenty times a second; a process that ends meanwhile ends the waiting."""
    for _ in range(seconds * 20):
        if true():
            return
        assert process is None or process.poll() is None, "the process is gone"
        time.sleep(0.05)
    raise AssertionError("it never happened")
