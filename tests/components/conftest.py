"""The tiny product, declared at every vendor under Pulumi's mocks: once per environment for all tests."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from pulumi.runtime import run_in_stack, set_mocks
from pulumi.runtime.settings import set_root_resource

from components.accounts import Accounts
from components.monitoring import ProductMonitoring
from components.ownership import Ownership, Stack
from components.scope import Scope
from components.secrets import Secrets, needed
from review.recorder import PROJECT, Declared, Recording, _Answers, _Monitor
from tests.tiny import PRODUCTION, STAGING, TINY


class Watching(_Monitor):
    """The recorder's monitor, which also notes what is protected from being deleted, or from being compared."""

    def __init__(self, recording: Recording) -> None:
        super().__init__(recording)
        self.protected: set[str] = set()
        self.delete_before_replace: dict[str, bool | None] = {}
        self.ignored: dict[str, list[str]] = {}

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802
        if request.protect:
            self.protected.add(request.name)
        decided = request.deleteBeforeReplaceDefined
        self.delete_before_replace[request.name] = request.deleteBeforeReplace if decided else None
        if request.ignoreChanges:
            self.ignored[request.name] = list(request.ignoreChanges)
        return super().RegisterResource(request)


class Made:
    """What was declared, found by type and name."""

    def __init__(self, program: Callable[[], None]) -> None:
        recording = Recording()
        asyncio.run(self._run(recording, program))
        self.resources = sorted(recording.resources, key=lambda each: (each.type, each.name))
        self.outputs = recording.outputs

    async def _run(self, recording: Recording, program: Callable[[], None]) -> None:
        monitor = Watching(recording)
        set_mocks(_Answers(), project=PROJECT, stack="test", preview=False, monitor=monitor)
        set_root_resource(None)
        await run_in_stack(program)
        self.protected, self.ignored = monitor.protected, monitor.ignored
        self.delete_before_replace = monitor.delete_before_replace

    def all(self, kind: str) -> list[Declared]:
        """Those whose type ends so: `Monitor`."""
        return [each for each in self.resources if each.type.rpartition(":")[2] == kind]

    def one(self, kind: str, name: str) -> dict:
        """The inputs of `tiny-<name>`."""
        (found,) = [each.inputs for each in self.all(kind) if each.name == f"tiny-{name}"]
        return found


def alone(*scopes: Scope) -> Ownership:
    """A project's only stack, `prod`, with these products."""
    return Ownership(Stack("prod", scopes[0].environment, scopes))


def declare(scope: Scope) -> Made:
    """Declare a product with stand-ins for its secrets."""

    def program() -> None:
        owned = alone(scope)
        values = {name: f"secret of {name}" for name in needed(owned)}
        secrets = Secrets(frozenset(values), pulumi.Output.secret(values))
        made = ProductMonitoring(scope, secrets, Accounts(owned, secrets))
        pulumi.export("tiny", made.outputs)

    return Made(program)


@pytest.fixture(scope="session")
def tiny() -> Made:
    """In production."""
    return declare(Scope(TINY, PRODUCTION))


@pytest.fixture(scope="session")
def staged() -> Made:
    """In staging."""
    return declare(Scope(TINY, STAGING))


@pytest.fixture(scope="session")
def dashboard(tiny: Made) -> dict:
    """The dashboard as Datadog's JSON."""
    return json.loads(tiny.one("DashboardJson", "dashboard-main")["dashboard"])
