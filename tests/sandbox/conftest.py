"""Shared by the sandbox's tests: projects made for one test, stand-ins called directly."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from support import Caller, TinyProject  # noqa: E402

from sandbox.vendors import datadog, grafana, sentry  # noqa: E402
from sandbox.vendors.servicer import StandIn  # noqa: E402
from sandbox.vendors.store import Store  # noqa: E402


@pytest.fixture
def untouched(tmp_path, engine) -> TinyProject:
    """A project on which no command was ever run."""
    return TinyProject(tmp_path / "project")


@pytest.fixture(scope="session")
def begun(tmp_path_factory, engine) -> Path:
    """A project whose stack is there, with nothing in it: to make one takes the engine a start, and a salt."""
    project = TinyProject(tmp_path_factory.mktemp("begun") / "project")
    preview = project.run("preview")
    assert preview.code == 0, preview
    return project.directory


@pytest.fixture
def project(tmp_path, begun) -> TinyProject:
    shutil.copytree(begun, tmp_path / "project")
    return TinyProject.at(tmp_path / "project")


@pytest.fixture
def datadog_api(tmp_path) -> Caller:
    return Caller(StandIn(datadog.VENDOR, Store(tmp_path / "vendors.db")))


@pytest.fixture
def grafana_api(tmp_path) -> Caller:
    return Caller(StandIn(grafana.VENDOR, Store(tmp_path / "vendors.db")))


@pytest.fixture
def sentry_api(tmp_path) -> Caller:
    return Caller(StandIn(sentry.VENDOR, Store(tmp_path / "vendors.db")))
