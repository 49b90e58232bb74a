"""What the whole suite shares: the recorded program of both environments, and copies of the project to spoil."""

import asyncio
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

os.environ["PULUMI_ERROR_OUTPUT_STRING"] = "1"  # an un-awaited Output in a text raises instead of being deployed

from components import program
from review.recorder import Recording, record
from sandbox.engine import Engine, find_engine
from tests import commands

ROOT = Path(__file__).resolve().parents[1]
PARTS = (
    "__main__.py",
    "Pulumi.yaml",
    "Pulumi.prod.yaml",
    "Pulumi.staging.yaml",
    "components",
    "stacks",
    "docs",
    "review",
    "sandbox",
)
# What is read where the program is run in the tests' own process.
READ = ("__main__.py", "Pulumi.yaml", "Pulumi.prod.yaml", "Pulumi.staging.yaml", "stacks")
STACKS = ("prod", "staging")
# One process runs all of these: their cases are gathered once, which takes as long as playing most of them.
TOGETHER = "tests/proof"
# What takes longest, longest first: begun last, one process would still be at it long after the other has ended.
LONGEST = (
    TOGETHER,
    "tests/engine/test_real_program.py",
    "tests/engine/test_review.py",
    "tests/sandbox/test_sandbox_faults.py",
    "tests/engine/test_products.py",
    "tests/engine/test_accounts.py",
    "tests/sandbox/test_sandbox_commands.py",
    "tests/engine/test_names.py",
    "tests/test_sixth_product.py",
    "tests/test_new.py",
    "tests/test_readme.py",
    "tests/test_architecture.py",
    "tests/test_bad_input.py",
    "tests/sandbox/test_sandbox_losses.py",
    "tests/test_rows.py",
    "tests/sandbox/test_sandbox_told.py",
    "tests/test_documents.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest; the order within a file stays, as some tell a story."""
    rank = {file: number for number, file in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(_part(item.path.relative_to(ROOT).as_posix()), len(LONGEST)))


def _part(file: str) -> str:
    """What one process runs: a file, or all those that go together."""
    return TOGETHER if file.startswith(f"{TOGETHER}/") else file


class ByPart(LoadFileScheduling):
    """Hands each process a part at a time."""

    def _split_scope(self, nodeid: str) -> str:
        return _part(super()._split_scope(nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByPart:
    return ByPart(config, log)


@pytest.fixture(autouse=True)
def _loop() -> Iterator[None]:
    """Give each test a current event loop: Pulumi's older interfaces want one, and a finished run takes it away."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield
    loop.close()


@pytest.fixture(scope="session")
def recordings() -> dict[str, Recording]:
    """What the real program declares, by stack."""
    return {stack: record(stack) for stack in STACKS}


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The real engine: found, or built, before anything is timed. Without one tests fail; they are not skipped.

    It says its version once: every command asks, and a start of the engine takes it a third of a second.
    """
    found = find_engine()
    shim = tmp_path_factory.mktemp("engine") / "pulumi"
    version = ".".join(map(str, found.version))
    shim.write_text(f'#!/bin/sh\n[ "$*" = version ] && echo v{version} && exit\nexec {found.command} "$@"\n')
    shim.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{shim.parent}{os.pathsep}{os.environ['PATH']}")
        yield found


def budget(stack: str) -> str:
    """The line of a stack file that says how many executions of checks it allows."""
    (line,) = re.findall(r"uptime-executions-per-month: \d+", (ROOT / f"Pulumi.{stack}.yaml").read_text("utf-8"))
    return line


@dataclass
class Copy:
    """A copy of the project that a test may change."""

    root: Path

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace a text that has to be there exactly once."""
        path = self.root / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def write(self, file: str, text: str) -> None:
        (self.root / file).write_text(text, encoding="utf-8")

    def run(self, *module: str) -> subprocess.CompletedProcess[str]:
        """Run `python -m …` in the copy, as make would."""
        return commands.run(list(module), self.root, {**os.environ, "PYTHONPATH": str(self.root)}, timeout=300)


def copy_project(root: Path, parts: tuple[str, ...] = PARTS) -> None:
    """Copy what a run needs."""
    for part in parts:
        source = ROOT / part
        if source.is_dir():
            # With what Python has compiled: it goes by a file's time, which is copied too.
            shutil.copytree(source, root / part)
        else:
            shutil.copy(source, root / part)


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    copy_project(tmp_path)
    return Copy(tmp_path)


def forget_products() -> dict[str, ModuleType]:
    """Let product files be read again, wherever they stand now; return those that had been read."""
    return {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition(".")[0] == "stacks"}


@pytest.fixture
def read_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Copy]:
    """Copies of the products and stack files that are read in this process: an interpreter for each would cost seconds.

    Told to `record` as its root. All else is the project's own.
    """
    copy_project(tmp_path, READ)
    known = forget_products()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(program, "STACKS", tmp_path / "stacks")
    yield Copy(tmp_path)
    forget_products()
    sys.modules.update(known)
