"""Runs the program in-process under Pulumi's mocks and records what it declares: no engine, no network, no account."""

from __future__ import annotations

import asyncio
import json
import runpy
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pulumi
from google.protobuf import json_format
from pulumi.runtime import run_in_stack, set_all_config, set_mocks
from pulumi.runtime.mocks import MockCallArgs, MockMonitor, MockResourceArgs, Mocks
from pulumi.runtime.settings import set_root_resource

from components.accounts import OUTPUT
from components.ownership import Ownership, ownership
from components.secrets import needed
from components.stackfile import stack_file
from sandbox.unshown import leave_out_what_nobody_is_shown

ROOT = Path(__file__).resolve().parents[1]
PROJECT = "monitoring"
SECRET = "[secret]"  # noqa: S105
SIGNATURE = "4dabf18193072939515e22adb298388d"  # Pulumi's wire format: how a secret is told from an object
SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105
CHANNEL = "https://hooks.slack.invalid/mock"
KEY = "sandbox-secret-mock"

# Enough of Grafana's public probe locations for any stack file; a real run asks Grafana.
PROBES = (
    "Amsterdam, Atlanta, Bangalore, Cape Town, Chicago, Dallas, Frankfurt, London, Los Angeles, Miami, Mumbai, "
    "New York, Newark, Ohio, Oregon, Paris, San Francisco, Sao Paulo, Seoul, Singapore, Stockholm, Sydney, Tokyo"
)


# What is looked up at Sentry: by which arguments a named recording tells one answer from another.
ASKED = {
    "sentry:index/getTeam:getTeam": ("slug",),
    "sentry:index/getOrganizationIntegration:getOrganizationIntegration": ("providerKey", "name"),
    "sentry:index/getProjectErrorMonitor:getProjectErrorMonitor": ("project",),
}


class Declared(NamedTuple):
    """A declared resource: what the program registers. `inputs` in Pulumi's camelCase, secrets as `[secret]`."""

    type: str
    name: str
    parent: str
    inputs: dict[str, Any]


@dataclass
class Recording:
    """What a run of the program declared, and the rows that its resources answer."""

    resources: list[Declared] = field(default_factory=list)
    outputs: dict[str, Any] = field(default_factory=dict)
    answered: list[tuple[str, str, str]] = field(default_factory=list)  # rows, type, name


class _Answers(Mocks):
    """Ids and computed outputs of the kind that the vendors give; of other stacks, what they declare once."""

    def __init__(self, owned: Ownership | None = None, *, named: bool = False) -> None:
        self._named = named
        self._stacks = owned.others if owned else ()
        self._declared = {stack.name: owned.declared(stack) for stack in self._stacks} if owned else {}

    def call(self, args: MockCallArgs) -> dict[str, Any]:  # type: ignore[override]
        """Look-ups: probe locations, whose accounts these are, and whatever else is found by name."""
        if args.token.endswith(":getProbes"):
            return {"id": "probes", "probes": {name.strip(): 100 + i for i, name in enumerate(PROBES.split(","))}}
        environment = pulumi.Config(PROJECT).get_object("environment") or {}
        if args.token.endswith(":getCurrentUser"):
            return {"orgName": environment["datadog-organization"]}
        if args.token.endswith(":getDataSource"):
            return {"basicAuthUsername": environment["grafana-metrics-instance"]}
        if self._named and args.token in ASKED:
            what = " ".join(str(args.args[name]) for name in ASKED[args.token])
            return args.args | {"id": what, "internalId": what, "name": what}
        found = {"id": "700", "internalId": "700", "first": True, "name": "mock", "organization": "mock"}
        return args.args | found

    def new_resource(self, args: MockResourceArgs) -> tuple[str, dict[str, Any]]:
        if args.typ == "pulumi:pulumi:StackReference":
            declared = self._declared[args.inputs["name"].rpartition("/")[2]]
            return args.name, {"outputs": {OUTPUT: {each.key: f"{each.key}-id" for each in declared}}}
        identity = f"{args.name}-id"
        number = identity if self._named else "500"
        computed = {"url": f"/{args.name}", "pageUrl": f"https://{args.name}.invalid", "internalId": number}
        if args.typ == "sentry:index/key:Key":
            computed["dsn"] = {SIGNATURE: SECRET_SIGNATURE, "value": {"public": "https://mock@sentry.invalid/1"}}  # type: ignore[assignment]
        return identity, computed | args.inputs


class _Monitor(MockMonitor):
    """Keeps every registration with its parent, which the mocks are not told."""

    def __init__(self, recording: Recording, owned: Ownership | None = None, *, named: bool = False) -> None:
        super().__init__(_Answers(owned, named=named))
        self.recording = recording
        self.named = named

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802
        """Record, then answer as the mocks do."""
        answer = super().RegisterResource(request)  # type: ignore[no-untyped-call]
        if request.type != "pulumi:pulumi:Stack":
            inputs = json_format.MessageToDict(request.object)
            parent = request.parent.rpartition("::")[2]
            self.recording.resources.append(
                Declared(request.type, request.name, parent, _plain(inputs, named=self.named))
            )
        return answer

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802
        """Keep the outputs of the stack."""
        outputs = json_format.MessageToDict(request.outputs)
        if "pulumi:pulumi:Stack" in request.urn:
            self.recording.outputs = _plain(outputs)
        return super().RegisterResourceOutputs(request)  # type: ignore[no-untyped-call]


def _flat(config: Mapping[str, Any]) -> dict[str, str]:
    """As Pulumi hands it to a program: every value a text, structured ones as JSON."""
    return {key: value if isinstance(value, str) else json.dumps(value, default=str) for key, value in config.items()}


def record(stack: str, root: Path = ROOT, *, named: bool = False) -> Recording:
    """Run `__main__.py` for a stack.

    With `named`, a secret is recorded as `[secret NAME]`, which says to whom a contact point sends, and what is looked
    up at Sentry, or gets a number there, by its name.
    Raises InvalidDeclarationError for a stack without a usable file, pulumi.RunError for what the program refuses.
    """
    file = stack_file(root, stack)
    owned = ownership(stack, root)
    kinds = {name: CHANNEL if "slack" in name else KEY for name in (needed(owned) if owned else ())}
    secrets = {name: f"{value}/{name}" if named else value for name, value in kinds.items()}
    config = {"monitoring:secrets": json.dumps(secrets)} | _flat(file.config)
    recording = Recording()
    monitor = _Monitor(recording, owned, named=named)
    program: Mapping[str, Any] = {}

    def run() -> None:
        nonlocal program
        program = runpy.run_path(str(root / "__main__.py"), run_name="__main__")

    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    asyncio.run(_mocked(monitor, stack, config, run))
    for declared in (program["accounts"], *program["products"]):
        for rows, resource in declared.answered:
            recording.answered.append((rows, resource.pulumi_resource_type, resource.pulumi_resource_name))
    recording.resources.sort(key=lambda declared: (declared.type, declared.name))
    return recording


async def mocked(recording: Recording, stack: str, run: Callable[[], None]) -> None:
    """Record what a function declares, without any configuration. One event loop can do this once."""
    await _mocked(_Monitor(recording), stack, {}, run)


async def _mocked(monitor: _Monitor, stack: str, config: Mapping[str, str], run: Callable[[], None]) -> None:
    """Set up within the loop that runs the program: what the mocks create is bound to it."""
    leave_out_what_nobody_is_shown()
    set_mocks(_Answers(), project=PROJECT, stack=stack, preview=False, monitor=monitor)
    set_all_config(dict(config), ["monitoring:secrets"])
    set_root_resource(None)  # type: ignore[arg-type]  # the mocks' own stack is closed already and would take no outputs
    await run_in_stack(run)


def _plain(value: Any, *, named: bool = False) -> Any:
    """JSON with secrets replaced, and whole numbers written as such: on the wire every number is a float."""
    match value:
        case {"4dabf18193072939515e22adb298388d": _}:
            name = str(value.get("value")).rpartition("/")[2].strip('"')
            return f"[secret {name}]" if named else SECRET
        case dict():
            return {key: _plain(part, named=named) for key, part in sorted(value.items()) if part is not None}
        case list():
            return [_plain(part, named=named) for part in value]
        case float() if value.is_integer():
            return int(value)
        case _:
            return value
