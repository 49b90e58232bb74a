"""Random faults at random moments, by seed: `make torture`, or `python tests/sandbox/torture.py SEED ...` for some.

Every seed begins with the same small product, applied. It changes the program, runs a command on it, and something goes
wrong: a process is killed or interrupted, a vendor refuses, an answer is lost, all of it slowly. Then the same command,
or `up`, has to complete; nothing may be left out or there twice, and a preview has to be empty.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from support import Ran, TinyProject

FOLDER = "grafana:oss/folder:Folder"
POINT = "grafana:alerting/contactPoint:ContactPoint"
MONITOR = "datadog:index/monitor:Monitor"
INDEX = "datadog:index/logsIndex:LogsIndex"
PROJECT = "sentry:index/project:Project"
KEY = "sentry:index/key:Key"
COUNT = 4
COMMANDS = ("up", "up", "destroy", "refresh")
OPERATIONS = ("create", "update", "delete", "read")

Declared = list[tuple[str, str, dict[str, Any]]]


def product(generation: int, kinds: tuple[str, ...] = (FOLDER, POINT, MONITOR, INDEX, PROJECT, KEY)) -> Declared:
    """A few of everything: found by name, found by a made-up id, or without anything that is unique.

    Generations differ in every way a change can: something is added, taken away, updated, replaced.
    """
    everything: Declared = []
    for n in range(generation % 3, generation % 3 + COUNT):
        limit = str(5 + generation % 4)
        everything += [
            (FOLDER, f"folder-{n}", {"title": f"F{n} of {generation % 2}", "uid": f"f-{n}-{generation % 2}"}),
            (POINT, f"point-{n}", {"name": f"p{n}", "emails": [{"addresses": [f"{generation}@example.com"]}]}),
            (
                MONITOR,
                f"monitor-{n}",
                {
                    # All of one name: nothing but the stand-ins' notes tells which is whose.
                    "name": "Errors",
                    "type": "query alert",
                    "message": f"Too many, says {generation}",
                    "query": f"avg(last_5m):avg:errors{{*}} > {limit}",
                    "monitorThresholds": {"critical": limit},
                },
            ),
            (INDEX, f"index-{n}", {"name": f"i{n}", "filters": [{"query": f"service:a{generation}"}]}),
            (
                PROJECT,
                f"project-{n}",
                {"name": f"S{generation}", "slug": f"s-{n}", "organization": "o", "teams": ["t"]},
            ),
            (KEY, f"key-{n}", {"name": "k", "organization": "o", "project": f"id of project-{n}"}),
        ]
    return [one for one in everything if one[0] in kinds]


class Torture:
    """One seed: its project, and what is to go wrong."""

    def __init__(self, seed: int, template: Path, directory: Path) -> None:
        self.random = random.Random(seed)
        shutil.copytree(template, directory, symlinks=True)
        self.project = TinyProject.at(directory)
        self.story: list[str] = [f"seed {seed}"]

    def run(self) -> None:
        self.project.declare(*product(self.random.randrange(1, 7)))
        command = self.random.choice(COMMANDS)
        self._spoiled(command)
        after = self.random.choice((command, "up"))
        self._completed(after)
        if after == "destroy":
            assert self._there() == [], self._told("left behind by destroy")
        if after != "up":
            self._completed("up")
        self.check()

    def check(self) -> None:
        declared = json.loads((self.project.directory / "resources.json").read_text())
        wanted = sorted(f"{kind}::{name}" for kind, name, _ in declared)
        assert self._there() == wanted, self._told(f"there is {self._there()}, declared is {wanted}")
        preview = self.project.run("preview")
        unchanged = f"{len(wanted) + 1} unchanged"
        assert preview.code == 0, self._told(str(preview))
        assert unchanged in preview.out, self._told(str(preview))
        for sign in ("+", "-", "~"):
            assert f"    {sign} " not in preview.out, self._told(str(preview))

    def _spoiled(self, command: str) -> None:
        env = {"SANDBOX_LATENCY": str(self.random.choice((0.0, 0.02, 0.1))), "SANDBOX_SEED": str(self.random.random())}
        if self.random.random() < 0.5:
            kinds = ("429", "500", "timeout", "lost-answer", "lost-answer")
            rules = [
                f"{self.random.choice(OPERATIONS)}:{self.random.choice(kinds)}@{self.random.choice((10, 40, 100))}%"
                for _ in range(self.random.randrange(1, 4))
            ]
            env["SANDBOX_FAULTS"] = ",".join(rules)
        env["DELETE"] = self.random.choice(("yes", "yes", ""))
        process = self.project.start(command, **env)
        how = self.random.choice(("nothing", "one", "one", "all", "interrupt", "terminate", "twice"))
        changes = self.random.randrange(0, 24)
        seconds = self.random.random() * 0.3
        self.story.append(f"{command} with {env}; {how} after {changes} changes and {seconds:.2f} s")
        if how != "nothing":
            self._wait_for(changes, process)
            time.sleep(seconds)
            self._strike(process.pid, how)
        out, err = process.communicate(timeout=60)
        self.story.append(f"it ended with {process.returncode}\n{out[-3000:]}{err[-3000:]}")
        if process.returncode >= 0:
            Ran(process.returncode, out, err)
        # The engine of a run that was killed takes a moment to notice.
        time.sleep(0.2)

    def _strike(self, pid: int, how: str) -> None:
        if how in ("one", "all"):
            victims = [pid, *children(pid)]
            for victim in victims if how == "all" else [self.random.choice(victims)]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(victim, signal.SIGKILL)
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM if how == "terminate" else signal.SIGINT)
            if how == "twice":
                time.sleep(0.1)
                os.kill(pid, signal.SIGINT)

    def _completed(self, command: str) -> None:
        deadline = time.monotonic() + 30
        agreed = ""
        while True:
            before = self._there()
            ran = self.project.run(command, DELETE=agreed)
            if "Another run" in ran.err and time.monotonic() < deadline:
                time.sleep(0.5)
            elif "make unlock" in ran.err:
                unlocked = self.project.run("unlock")
                assert unlocked.code == 0, self._told(str(unlocked))
            elif "irrecoverably" in ran.err and not agreed:
                self.story.append(f"{command} asked first: {ran}")
                assert "Nothing was changed." in ran.err, self._told("it doesn't say so")
                assert self._there() == before, self._told("it did change something")
                agreed = "yes"
            else:
                break
        self.story.append(f"then {command}: {ran}")
        assert ran.code == 0, self._told("the run after it did not complete")

    def _wait_for(self, changes: int, process: subprocess.Popen[str]) -> None:
        deadline = time.monotonic() + 10
        while process.poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(Exception):
                if self.project.sql("SELECT count(*) FROM changes")[0][0] >= changes:
                    return
            time.sleep(0.01)

    def _there(self) -> list[str]:
        return sorted(urn.split("::", 2)[2] for (urn,) in self.project.sql("SELECT urn FROM resources"))

    def _told(self, what: str) -> str:
        return "\n".join([*self.story, what])


def children(pid: int) -> list[int]:
    """The processes a command has started: the engine, the stand-ins."""
    listed = subprocess.run(["ps", "--ppid", str(pid), "-o", "pid="], capture_output=True, text=True, check=False)
    return [int(child) for child in listed.stdout.split()]


def prepared(directory: Path) -> Path:
    """The project every seed begins with, applied."""
    project = TinyProject(directory)
    project.declare(*product(0))
    up = project.run("up")
    assert up.code == 0, up
    return directory


def scale(directory: Path, kills: int = 10, count: int = 1000) -> str:
    """Apply a thousand resources: how long it takes, and that any number of kills on the way changes nothing."""
    project, chance = TinyProject(directory), random.Random(count)
    empty = _timed(project, "preview")
    declared = [(FOLDER, f"f{n}", {"title": f"F{n}", "uid": f"f-{n}"}) for n in range(count // 2)]
    inputs = product(1, (MONITOR,))[0][2]
    project.declare(*declared, *((MONITOR, f"m{n}", inputs) for n in range(count // 2)))
    applied = _timed(project, "up")
    assert applied < 10 * empty, f"up took {applied:.1f} s, an empty preview {empty:.1f} s"
    _timed(project, "destroy")
    for _ in range(kills):
        process = project.start("up")
        time.sleep(chance.random() * applied)
        for pid in (process.pid, *children(process.pid)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.communicate(timeout=60)
        assert project.run("unlock").code == 0
    _timed(project, "up")
    names = [name for (name,) in project.sql("SELECT urn FROM resources")]
    assert len(names) == len(set(names)) == count, f"{len(names)} of {count} are there, {len(set(names))} of them once"
    preview = project.run("preview")
    assert f"{count + 1} unchanged" in preview.out, preview
    return f"{count} resources: up takes {applied:.1f} s, an empty preview {empty:.1f} s; {kills} kills lost nothing"


def _timed(project: TinyProject, command: str) -> float:
    begun = time.monotonic()
    ran = project.run(command, timeout=600)
    assert ran.code == 0, ran
    return time.monotonic() - begun


def main() -> int:
    """Torture the seeds that are named, or SEEDS of them (200); then a thousand resources."""
    named = [int(seed) for seed in sys.argv[1:]]
    seeds = named or range(int(os.environ.get("SEEDS", "200")))
    failed = []
    with tempfile.TemporaryDirectory() as name:
        template = prepared(Path(name) / "template")
        for seed in seeds:
            directory = Path(name) / str(seed)
            try:
                Torture(seed, template, directory).run()
                print(f"seed {seed}: fine", flush=True)
            except AssertionError as problem:
                failed.append(seed)
                print(f"{problem}\nseed {seed} FAILED", flush=True)
            shutil.rmtree(directory)
        print(f"{len(seeds) - len(failed)} of {len(seeds)} seeds are fine; failed: {failed or 'none'}", flush=True)
        if not named:
            print(scale(Path(name) / "scale"))
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
