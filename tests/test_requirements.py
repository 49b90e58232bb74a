"""What is installed is what is locked, and every file of it has a hash."""

import re

from sandbox.engine import TOOLS
from sandbox.engine_build import wanted_version
from tests.conftest import ROOT

ASKED = (ROOT / "requirements.txt").read_text(encoding="utf-8")
LOCKED = (ROOT / "requirements.lock").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def versions(text):
    """Name to version, in one spelling: pip takes `_`, `-` and capitals for the same."""
    pinned = re.findall(r"^([\w.-]+)==([\w.]+)", text, re.MULTILINE)
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in pinned}


def test_the_lock_has_every_version_that_is_asked_for():
    """After a change of requirements.txt: `make lock`."""
    asked, locked = versions(ASKED), versions(LOCKED)
    assert {name: locked.get(name) for name in asked} == asked


def test_the_engine_and_the_sdk_are_of_one_release_or_differ_as_decided():
    """They are released together. Who changes one of them either makes them equal, or says why not."""
    modules = (ROOT / "tools" / "go.mod").read_text(encoding="utf-8")
    released = dict(re.findall(r"^\s*github\.com/pulumi/pulumi/(pkg|sdk)/v3 v(\S+)", modules, re.MULTILINE))
    engine, sdk = wanted_version(TOOLS).removeprefix("v"), versions(ASKED)["pulumi"]
    assert released == {"pkg": engine, "sdk": engine}
    decisions = (ROOT / "docs" / "decisions.md").read_text(encoding="utf-8")
    decided = re.findall(r"Pulumi's engine is ([\d.]+\d) and its SDK ([\d.]+\d)", decisions)
    assert decided == ([] if engine == sdk else [(engine, sdk)])


def test_all_that_is_asked_for_is_exact_but_the_one_directory():
    lines = [line.split("#")[0].strip() for line in ASKED.splitlines()]
    assert [line for line in lines if line and not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == ["./sdks/sentry"]


def test_every_locked_version_has_a_hash():
    entries = re.split(r"^(?=\w)", LOCKED, flags=re.MULTILINE)[1:]
    assert len(entries) == len(versions(LOCKED))
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}", entry) for entry in entries)


def test_pip_takes_nothing_without_a_hash_but_the_directory_which_needs_no_network():
    installs = [line for line in MAKEFILE.splitlines() if "pip install" in line]
    locked, directory = installs
    assert "--require-hashes --requirement requirements.lock" in locked
    assert "--no-deps --no-index --no-build-isolation ./sdks/sentry" in directory


def test_the_lock_names_no_host():
    assert "http" not in LOCKED
    assert "--index-url" not in LOCKED
    assert "--find-links" not in LOCKED
