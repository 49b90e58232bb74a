"""Shared by the sandbox's tests: an engine that must exist, projects made for one test, stand-ins called directly."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from support import Caller, TinyProject  # noqa: E402

from sandbox.engine import Engine, find_engine  # noqa: E402
from sandbox.vendors import datadog, grafana, sentry  # noqa: E402
from sandbox.vendors.servicer import StandIn  # noqa: E402
from sandbox.vendors.store import Store  # noqa: E402


@pytest.fixture(scope="session")
def engine() -> Engine:
    """The real engine: found, or built. Without one the tests fail; they are not skipped."""
    return find_engine()


@pytest.fixture
def project(tmp_path, engine) -> TinyProject:
    return TinyProject(tmp_path / "project")


@pytest.fixture
def datadog_api(tmp_path) -> Caller:
    return Caller(StandIn(datadog.VENDOR, Store(tmp_path / "vendors.db")))


@pytest.fixture
def grafana_api(tmp_path) -> Caller:
    return Caller(StandIn(grafana.VENDOR, Store(tmp_path / "vendors.db")))


@pytest.fixture
def sentry_api(tmp_path) -> Caller:
    return Caller(StandIn(sentry.VENDOR, Store(tmp_path / "vendors.db")))
