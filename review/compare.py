"""A base commit applied to a throw-away sandbox, and the working tree previewed against it, without any account."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from review.changes import sides
from review.findings import findings
from review.report import Report, Stack, review
from review.steps import Plan, PlanError, read_plan

DATA = ".sandbox"
ANOTHER_FIRST = "Apply it first"
TAIL = 40


class CompareError(RuntimeError):
    """Base or working tree can't be used; the text says which, and why."""


@dataclass
class Runs:
    """The commands under way, so that none outlives this one; and each stack's plan."""

    say: Callable[[str], None]
    plans: MutableMapping[str, Plan]
    begun: float = field(default_factory=time.monotonic)
    processes: list[subprocess.Popen[str]] = field(default_factory=list)
    ended: bool = False

    def run(self, directory: Path, *arguments: str) -> tuple[int, str]:
        """Run the sandbox of a tree on that tree; return its exit code and what it said of a failure."""
        # Each tree by its own tools: a base passed its own checks, not those that the working tree adds.
        env = {**os.environ, "PYTHONPATH": str(directory), "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, "-m", "sandbox", *arguments, "--project", str(directory)]
        if self.ended:
            raise CompareError("It was interrupted.")
        process = subprocess.Popen(
            command, cwd=directory, env=env, text=True, encoding="utf-8", stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        self.processes.append(process)
        out, err = process.communicate()
        return process.returncode, err.strip() or "\n".join(out.strip().splitlines()[-TAIL:])

    def told(self, what: str) -> None:
        """Say how far it is."""
        self.say(f"{time.monotonic() - self.begun:4.0f} s  {what}")

    def end(self) -> None:
        """End what still runs, wait until it has, and begin nothing more."""
        self.ended = True
        for process in self.processes:
            if process.poll() is None:
                process.terminate()
        for process in self.processes:
            process.wait()


def compare(
    root: Path, base: str, say: Callable[[str], None], plans: MutableMapping[str, Plan] | None = None
) -> tuple[Report, str]:
    """The report on the working tree against a commit, and that commit's hash. `plans` is given each stack's plan.

    Raises CompareError where either can't be run.
    """
    commit = _commit(root, base)
    with _trees(root, commit) as (old, new):
        runs = Runs(say, {} if plans is None else plans)
        stacks = _stacks(new)
        gone = sorted(set(_stacks(old)) - set(stacks))
        if not stacks:
            raise CompareError("The working tree has no Pulumi.STACK.yaml, so there is nothing to review.")
        runs.told(f"base {commit[:7]} and the working tree, {' and '.join(stacks)}, side by side")
        with ThreadPoolExecutor(len(stacks)) as pool:
            try:
                found = list(pool.map(lambda stack: _stack(runs, old, new, stack, commit), stacks))
            finally:
                # Before the pool waits for its threads, which wait for these.
                runs.end()
    return Report(tuple(found), findings(found, gone), tuple(gone)), commit


def of_plan(plan: Plan, root: Path) -> Stack:
    """The report on one stack by a live preview, which leaves out what stays as it is.

    Raises CompareError for a stack that the project doesn't have.
    """
    if not plan.steps:
        return review(plan, *sides(plan))
    from components.catalogue import scopes  # noqa: PLC0415  # only here is the program itself read
    from components.declared import declared, of_environment  # noqa: PLC0415
    from components.problems import InvalidDeclarationError  # noqa: PLC0415

    try:
        here = scopes(plan.stack, root)
    except InvalidDeclarationError as error:
        raise CompareError(f"The preview is of the stack {plan.stack!r}:\n{error}") from error
    known = {scope.product.name: declared(scope) for scope in here}
    environment = of_environment(here[0].environment) if here else {}
    return review(plan, *sides(plan, known, environment))


def _stack(runs: Runs, old: Path, new: Path, stack: str, commit: str) -> Stack:
    if stack in _stacks(old):
        code, said = runs.run(old, "up", "--stack", stack)
        while code and ANOTHER_FIRST in said and _others_run(runs):
            time.sleep(1)
            code, said = runs.run(old, "up", "--stack", stack)
        if code:
            raise CompareError(f"The base {commit[:7]} can't be applied in the sandbox ({stack}):\n{said}")
        runs.told(f"{stack}: base applied")
    steps = new.parent / f"{stack}.json"
    code, said = runs.run(new, "preview", "--stack", stack, "--steps", str(steps))
    if code:
        raise CompareError(f"The working tree can't be previewed ({stack}):\n{said}")
    runs.told(f"{stack}: working tree previewed against it")
    try:
        plan = read_plan(steps.read_text(encoding="utf-8"), f"the preview of {stack}")
    except (OSError, PlanError) as problem:
        raise CompareError(f"The preview of {stack} left no steps: {problem}") from problem
    runs.plans[stack] = plan
    return review(plan, *sides(plan), stack=stack)


def _others_run(runs: Runs) -> bool:
    """Whether another stack is being applied, whose receivers this one may wait for."""
    return any(process.poll() is None for process in runs.processes)


def _stacks(tree: Path) -> list[str]:
    return sorted(path.name.split(".")[1] for path in tree.glob("Pulumi.*.yaml"))


@contextlib.contextmanager
def _trees(root: Path, commit: str) -> Iterator[tuple[Path, Path]]:
    """Copies of base and working tree, with the sandbox's data in common; taken away at the end."""
    with tempfile.TemporaryDirectory(prefix="monitoring-review-") as name:
        old, new = Path(name) / "base", Path(name) / "head"
        with tarfile.open(fileobj=io.BytesIO(_archive(root, commit))) as archive:
            archive.extractall(old, filter="data")
        # What git would commit: neither .venv nor the sandbox that somebody is working with.
        for line in _git(root, "ls-files", "--cached", "--others", "--exclude-standard", "-z").split("\0"):
            source = root / line
            if line and source.is_file():
                (new / line).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, new / line)
        if not (old / "__main__.py").is_file() or not (old / "sandbox").is_dir():
            raise CompareError(f"The base {commit[:7]} has no program, or no sandbox to run it in.")
        (old / DATA).mkdir()
        (new / DATA).symlink_to(old / DATA, target_is_directory=True)
        yield old, new


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False)  # noqa: S607
    if done.returncode and "rev-parse" not in arguments:
        raise CompareError(f"git {arguments[0]} failed: {done.stderr.strip()}")
    return done.stdout


def _commit(root: Path, base: str) -> str:
    commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{base}^{{commit}}").strip()
    if not commit:
        raise CompareError(
            f"There is no commit {base!r} here. Fetch it first (git fetch origin), or name another: BASE=…"
        )
    return commit


def plan_of(root: Path, base: str, stack: str) -> list[dict[str, Any]]:
    """What a commit declares for a stack, by its own code. Raises CompareError."""
    commit = _commit(root, base)
    with tempfile.TemporaryDirectory(prefix="monitoring-base-") as name:
        with tarfile.open(fileobj=io.BytesIO(_archive(root, commit))) as archive:
            archive.extractall(name, filter="data")
        env = {**os.environ, "PYTHONPATH": name, "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, "-m", "review.plan", "--stack", stack]
        done = subprocess.run(command, cwd=name, env=env, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        raise CompareError(f"The base {commit[:7]} can't be planned ({stack}):\n{done.stderr.strip()}")
    plan: list[dict[str, Any]] = json.loads(done.stdout)
    return plan


def _archive(root: Path, commit: str) -> bytes:
    done = subprocess.run(["git", "archive", commit], cwd=root, capture_output=True, check=False)  # noqa: S607
    if done.returncode:
        raise CompareError(f"git archive failed: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout
