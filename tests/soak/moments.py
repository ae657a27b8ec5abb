"""One kill at one moment of a load, and the proof: all or nothing at every look, and in the end what an undisturbed load leaves."""

import os
import random
import signal
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from portal.daily import DAILY
from portal.embedded_process import stop
from tests.soak import files, victims
from tests.soak.desk import AWAY, Answer, Desk
from tests.soak.portal import Portal
from tests.soak.stored import Stored

PHASES = ("upload", "check", "load")
SAID = {"as_of": "2026-11-23", "source": files.SOURCE, "reach": "whole"}
LONGEST = 240.0  # seconds after which a load will never end
NEWEST = """select id::text, state from city.intake where state not in ('cancelled', 'unreadable', 'loaded') or id::text = %s
 order by state = 'loaded', at desc, id desc limit 1"""


class Violation(Exception):
    """Something was lost, doubled, half-done, or never came."""


@dataclass(frozen=True)
class Moment:
    """`at`: where in the phase, from 0 to 1; `file`: which of the two ledgers is coming in."""

    victim: str
    phase: str
    at: float
    file: str

    def __str__(self) -> str:
        return f"{self.victim} · {self.file} ledger, {self.phase} {self.at:.0%}"


@dataclass
class Outcome:
    """`found`: the intake's state when the portal first answered after the kill; `again`: what the desk did anew;
    `away`: how many pages of the loaded ledger said that the portal is away."""

    moment: Moment
    struck: bool = False
    found: str = "alive"
    again: list[str] = field(default_factory=list)
    away: int = 0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        end = "; ".join(self.wrong) or "all, once"
        again = f", again: {' '.join(self.again)}" if self.again else ""
        again += f", {self.away} pages away" if self.away else ""
        return f"{self.moment} → {self.found}{again} → {end} ({self.seconds:.1f} s)"


def drawn(seed: int, each: int, names: tuple[str, ...] = tuple(victims.VICTIMS)) -> list[Moment]:
    """`each` moments a victim, spread over the phases, the same for the same seed."""
    luck = random.Random(seed)
    return [
        Moment(victim, PHASES[(number + nth) % 3], luck.random(), luck.choice((files.FIRST, files.SECOND)))
        for number in range(each)
        for nth, victim in enumerate(names)
    ]


class Rehearsal:
    """The undisturbed loads: how long each phase takes, and what stands afterwards, kept as `first` and `second`."""

    def __init__(self, portal: Portal, ledgers: dict[str, Path]) -> None:
        self.portal, self.ledgers, self.stored = portal, ledgers, Stored(portal)
        self.took: dict[str, float] = {}
        _await_daily(portal)
        self.stored.keep("nothing")
        self.rows = {"nothing": self.stored.counts()[0]}
        for name in (files.FIRST, files.SECOND):
            self._mark()
            bring_in(portal, ledgers[name], self.took)
            self.stored.keep(name)
            self.rows[name] = self.stored.counts()[0]

    def before(self, moment: Moment) -> str:
        return "nothing" if moment.file == files.FIRST else files.FIRST

    def disturbed(self, moment: Moment, seed: int) -> Outcome:
        self.portal.whole()
        self.stored.put_back(self.before(moment))
        outcome, began = Outcome(moment), time.monotonic()
        try:
            Disturbed(self, moment, outcome, random.Random(seed)).run()
            outcome.wrong += self.stored.differences(moment.file)
            outcome.wrong += leftovers(self.portal)
        except Violation as violation:
            outcome.wrong.append(str(violation))
        outcome.seconds = time.monotonic() - began
        return outcome

    def _mark(self) -> None:
        with self.portal.superuser() as db:
            self.stored.mark(db)


def _await_daily(portal: Portal) -> None:
    """Today's jobs are done, and no later one meets a load."""
    deadline = time.monotonic() + LONGEST
    while portal.ask("select count(*) from access.daily")[0] < len(DAILY):
        if time.monotonic() > deadline:
            raise Violation(f"today's jobs are not done\n{portal.written()}")
        time.sleep(0.2)


def bring_in(portal: Portal, file: Path, took: dict[str, float]) -> None:
    """Upload, check and load, undisturbed; `took` hears how long each phase lasted."""
    desk, began = Desk(portal.port), time.monotonic()

    def until(state: str) -> None:
        while (found := portal.ask("select state from city.intake order by at desc, id desc limit 1")[0]) != state:
            if time.monotonic() > began + LONGEST or found not in ("uploaded", "checked", "loading", "loaded"):
                raise Violation(f"undisturbed, it is {found}\n{portal.written()}")
            time.sleep(0.05)

    def lap(phase: str) -> None:
        nonlocal began
        took[phase] = time.monotonic() - began
        began = time.monotonic()

    answer = desk.upload(file, **SAID)
    if answer.status != 302:
        raise Violation(f"undisturbed, the upload answers {answer.status}: {answer.text[-2000:]}")
    lap("upload")
    until("checked")
    lap("check")
    desk.press(answer.location, "/load")
    until("loaded")
    lap("load")
    settle(portal)


def settle(portal: Portal) -> None:
    """Whatever was asked for is done. Violation when something waits for ever."""
    deadline = time.monotonic() + LONGEST
    while waiting := portal.ask("select count(*) from access.outbox where done_at is null")[0]:
        if time.monotonic() > deadline:
            raise Violation(f"{waiting} tickets wait for ever\n{portal.written()}")
        portal.hurry()
        time.sleep(0.2)


class Disturbed:
    """The desk wants its ledger in and goes on, whatever happens, as the pages let it."""

    def __init__(self, rehearsal: Rehearsal, moment: Moment, outcome: Outcome, luck: random.Random) -> None:
        self.rehearsal, self.portal, self.moment, self.outcome = rehearsal, rehearsal.portal, moment, outcome
        self.desk, self.luck = Desk(self.portal.port), luck
        self.timer: threading.Timer | None = None
        self.struck = threading.Event()
        self.intake, self.done = "", set[str]()
        self.deadline = time.monotonic() + LONGEST

    def run(self) -> None:
        while (state := self._state()) != "loaded":
            if time.monotonic() > self.deadline:
                raise Violation(f"{state} for ever\n{self.portal.written()}")
            if state is None:
                self._upload()
            elif state == "checked":
                self._load()
            else:
                self._wait(state)
        if self.timer:
            self.timer.join()
        if not self.outcome.struck:
            raise Violation("nobody was killed")
        self._survive()
        self._look()
        self._see()
        settle(self.portal)

    def _see(self) -> None:
        """A pooled connection that died with its server costs each web worker one page that says so."""
        for _ in range(8):
            try:
                page = self.desk.get(f"/intakes/{self.intake}")
            except AWAY:
                self.portal.revive()
                time.sleep(0.2)
            else:
                if page.status == 200:
                    return
                self.outcome.away += 1
        raise Violation(f"the page of the loaded ledger answers {page.status}")

    def _upload(self) -> None:
        self._again("upload")
        first = not self.timer and self.moment.phase == "upload"
        self._tried(lambda: self.desk.upload(self._file(), sent=self._sent if first else lambda share: None, **SAID))
        if self.moment.phase == "check":
            self._strike_within("check")

    def _file(self) -> Path:
        return self.rehearsal.ledgers[self.moment.file]

    def _sent(self, share: float) -> None:
        """Two thirds of the moments while the file is sent, the others while the server works on it."""
        if not self.timer and self.moment.at <= 0.67 * share:
            self._strike(0.0)
        elif not self.timer and share == 1.0:
            self._strike((self.moment.at - 0.67) * 3 * self.rehearsal.took["upload"])

    def _load(self) -> None:
        self._again("load")
        self._tried(lambda: self.desk.press(f"/intakes/{self.intake}", "/load"))
        if self.moment.phase == "load":
            self._strike_within("load")

    def _wait(self, state: str) -> None:
        time.sleep(0.1)
        self._look()
        if self.struck.is_set():
            self._survive()
            self.portal.hurry()

    def _tried(self, ask: Any) -> None:
        """Whatever comes back, the desk looks what the list says."""
        try:
            answer: Answer = ask()
        except AWAY:
            self._survive()
        except LookupError:
            time.sleep(0.2)
        else:
            if answer.status >= 500 and not self.struck.is_set():
                raise Violation(f"{answer.status} before anything was killed: {answer.text[-1500:]}")
            if answer.status >= 400:
                time.sleep(0.2)

    def _strike_within(self, phase: str) -> None:
        if not self.timer:
            self._strike(self.moment.at * self.rehearsal.took[phase])

    def _strike(self, after: float) -> None:
        def strike() -> None:
            try:
                self.outcome.struck = victims.kill(self.portal, self.moment.victim, self.moment.phase, self.luck)
            finally:
                self.struck.set()

        self.timer = threading.Timer(after, strike)
        self.timer.start()
        if not after:
            self.timer.join()

    def _survive(self) -> None:
        self.portal.revive()
        if self.struck.is_set() and self.outcome.found == "alive":
            self.outcome.found = self._state() or "nothing"
            if found := traces(self.portal):
                raise Violation(f"plain text on the disk: {found}")

    def _again(self, step: str) -> None:
        if step in self.done:
            self.outcome.again.append(step)
        self.done.add(step)

    def _state(self) -> str | None:
        """What the list of intakes says of this file."""
        for _ in range(200):
            if self.struck.is_set():
                self.portal.revive()
            try:
                found = self.portal.ask(NEWEST, self.intake)
            except psycopg.OperationalError:
                continue
            if found and not (found[1] == "loaded" and found[0] != self.intake):
                self.intake = found[0]
                return str(found[1])
            return None
        raise Violation("the database does not come back")

    def _look(self) -> None:
        try:
            rows, _state = self.rehearsal.stored.counts()
        except psycopg.OperationalError:
            return
        before, after = (self.rehearsal.rows[name] for name in (self.rehearsal.before(self.moment), self.moment.file))
        if rows != before and rows != after:
            raise Violation(f"half a load: {rows} rows, neither {before} nor {after}")


def traces(portal: Portal) -> list[Path]:
    return files.traces(portal.uploads, portal.temporary, portal.instance / "log", portal.instance / "valkey")


def leftovers(portal: Portal) -> list[str]:
    """What stays behind although hours have passed and the sweeper went round; plain text; a full stage; tickets."""
    if any(portal.uploads.glob("*")):
        _sweep(portal)
    wrong = [f"left in uploads: {path.name}" for path in portal.uploads.glob("*")]
    wrong += [f"left in TMPDIR: {path.name}" for path in portal.temporary.rglob("*") if path.is_file()]
    wrong += [f"plain text in {path}" for path in traces(portal)]
    (staged,) = portal.ask("select count(*) from city.intake_stage")
    return wrong + ([f"{staged} rows left on the stage"] if staged else [])


def _sweep(portal: Portal) -> None:
    """Two hours go by, and the sweeper begins a round."""
    ago = time.time() - 2 * 3600
    for path in portal.uploads.glob("*"):
        with suppress(FileNotFoundError):
            os.utime(path, (ago, ago))
    stop(portal.members["sweeper"], signal.SIGTERM)
    portal.revive()
    for _ in range(900):
        if not any(portal.uploads.glob("*")):
            return
        time.sleep(0.1)
