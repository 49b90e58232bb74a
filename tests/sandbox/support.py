"""Helpers of the sandbox's tests: a tiny project on the real engine, and a stand-in called as the engine calls it."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import time
from pathlib import Path
from typing import Any

from google.protobuf import json_format
from pulumi.runtime.proto import provider_pb2

from sandbox.vendors.values import UNKNOWN_WIRE, struct, wire
from tests import commands
from tests.commands import Process

ROOT = Path(__file__).resolve().parents[2]

PROGRAM = """
import json
from pathlib import Path
import pulumi
from pulumi.runtime import register_package

class Resource(pulumi.CustomResource):
    pass

def sentry():
    return register_package(
        base_provider_name="terraform-provider", base_provider_version="1.2.0", base_provider_download_url="",
        package_name="sentry", package_version="0.15.4", base64_parameter="e30=",
    )

made = {}

def value(of):
    return made[of.removeprefix("id of ")].id if isinstance(of, str) and of.startswith("id of ") else of

for kind, name, props in json.loads(Path(__file__).with_name("resources.json").read_text()):
    props = {key: value(of) for key, of in props.items()}
    made[name] = Resource(kind, name, props, package_ref=sentry() if kind.startswith("sentry:") else None)
"""


class TinyProject:
    """A project whose resources are a list in a file, run by the command as a person would run it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir(parents=True)
        (directory / "Pulumi.yaml").write_text("name: monitoring\nruntime: python\n")
        (directory / "Pulumi.staging.yaml").write_text("config:\n  monitoring:environment: staging\n")
        self.program(PROGRAM)
        self.declare()

    @classmethod
    def at(cls, directory: Path) -> TinyProject:
        """A project that is there already."""
        project = cls.__new__(cls)
        project.directory = directory
        return project

    def program(self, text: str) -> None:
        (self.directory / "__main__.py").write_text(text)

    def declare(self, *resources: tuple[str, str, dict[str, Any]]) -> None:
        (self.directory / "resources.json").write_text(json.dumps(resources))

    def folders(self, *numbers: int) -> None:
        self.declare(*(("grafana:oss/folder:Folder", f"f{n}", {"title": f"F{n}", "uid": f"f-{n}"}) for n in numbers))

    @property
    def data(self) -> Path:
        return self.directory / ".sandbox"

    @property
    def state(self) -> Path:
        return self.data / "state" / ".pulumi" / "stacks" / "monitoring" / "staging.json"

    def start(self, command: str, *more: str, **env: str) -> Process:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PULUMI_CONFIG_PASSPHRASE")}
        arguments = ["sandbox", command, "--project", str(self.directory), *more]
        return commands.start(arguments, ROOT, {**clean, **env})

    def run(self, command: str, *more: str, timeout: float = 120, **env: str) -> Ran:
        process = self.start(command, *more, **env)
        out, err = process.communicate(timeout=timeout)
        return Ran(process.returncode, out, err)

    def sql(self, statement: str, *values: str) -> list[tuple[Any, ...]]:
        database = sqlite3.connect(self.data / "vendors.db")
        try:
            with database:
                return database.execute(statement, values).fetchall()
        finally:
            database.close()

    def vendor_ids(self) -> list[str]:
        return [row[0] for row in self.sql("SELECT id FROM resources ORDER BY rowid")]

    def wait_for_changes(self, count: int) -> None:
        """Wait until a run has changed that much at the vendors."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with contextlib.suppress(sqlite3.Error):
                if self.sql("SELECT count(*) FROM changes")[0][0] >= count:
                    return
            time.sleep(0.02)
        raise AssertionError(f"never {count} changes")

    def wait_for_lock(self) -> None:
        """Wait until the engine is at work."""
        deadline = time.monotonic() + 30
        while not self.locks():
            assert time.monotonic() < deadline, "the engine never locked the stack"
            time.sleep(0.02)

    def locks(self) -> list[Path]:
        return sorted((self.data / "state" / ".pulumi" / "locks").rglob("*.json"))


class Ran:
    """How a command ended."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err
        self.text = out + err
        assert "Traceback" not in self.text, self.text

    def __repr__(self) -> str:
        return f"exit code {self.code}\n{self.text}"


class AbortedError(Exception):
    """The stand-in refused."""


class Context:
    def abort(self, code: object, message: str) -> None:
        raise AbortedError(message)


class Caller:
    """Calls a stand-in the way the engine does."""

    def __init__(self, stand_in: Any) -> None:
        self.stand_in = stand_in

    @staticmethod
    def urn(kind: str, name: str) -> str:
        return f"urn:pulumi:staging::monitoring::{kind}::{name}"

    def check(self, kind: str, inputs: dict[str, Any], name: str = "it") -> list[str]:
        request = provider_pb2.CheckRequest(urn=self.urn(kind, name), news=struct(inputs))
        return [failure.reason for failure in self.stand_in.Check(request, Context()).failures]

    def checked(
        self, kind: str, inputs: dict[str, Any], name: str = "it", olds: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Return the inputs as the provider completes them."""
        request = provider_pb2.CheckRequest(urn=self.urn(kind, name), news=struct(inputs), olds=struct(olds or {}))
        return wire(self.stand_in.Check(request, Context()).inputs)

    def create(self, kind: str, inputs: dict[str, Any], name: str = "it") -> tuple[str, dict[str, Any]]:
        """Check and create, as an `up` does; return id and outputs."""
        problems = self.check(kind, inputs, name)
        if problems:
            raise AbortedError("; ".join(problems))
        request = provider_pb2.CreateRequest(urn=self.urn(kind, name), properties=struct(inputs))
        response = self.stand_in.Create(request, Context())
        return response.id, wire(response.properties)

    def preview(self, kind: str, inputs: dict[str, Any]) -> dict[str, Any]:
        request = provider_pb2.CreateRequest(urn=self.urn(kind, "it"), properties=struct(inputs), preview=True)
        return wire(self.stand_in.Create(request, Context()).properties)

    def update(self, kind: str, identity: str, inputs: dict[str, Any], name: str = "it") -> dict[str, Any]:
        request = provider_pb2.UpdateRequest(id=identity, urn=self.urn(kind, name), news=struct(inputs))
        return wire(self.stand_in.Update(request, Context()).properties)

    def delete(self, kind: str, identity: str, name: str = "it") -> None:
        self.stand_in.Delete(provider_pb2.DeleteRequest(id=identity, urn=self.urn(kind, name)), Context())

    def read(self, kind: str, identity: str, inputs: dict[str, Any]) -> dict[str, Any] | None:
        request = provider_pb2.ReadRequest(id=identity, urn=self.urn(kind, "it"), inputs=struct(inputs))
        response = self.stand_in.Read(request, Context())
        return wire(response.inputs) if response.id else None

    def diff(self, kind: str, old: dict[str, Any], new: dict[str, Any], state: dict[str, Any] | None = None) -> Any:
        request = provider_pb2.DiffRequest(
            urn=self.urn(kind, "it"), olds=struct(state or old), old_inputs=struct(old), news=struct(new)
        )
        return self.stand_in.Diff(request, Context())

    def changed_after(self, kind: str, outputs: dict[str, Any], new: dict[str, Any]) -> list[str]:
        """Return what a preview finds changed, given the last answer."""
        request = provider_pb2.DiffRequest(urn=self.urn(kind, "it"), olds=struct(outputs), news=struct(new))
        return sorted(self.stand_in.Diff(request, Context()).detailedDiff)

    def changed(
        self, kind: str, old: dict[str, Any], new: dict[str, Any], state: dict[str, Any] | None = None
    ) -> list[str]:
        return sorted(self.diff(kind, old, new, state).detailedDiff)

    def replaced(self, kind: str, old: dict[str, Any], new: dict[str, Any]) -> list[str]:
        return list(self.diff(kind, old, new).replaces)

    def invoke(self, token: str, arguments: dict[str, Any]) -> dict[str, Any]:
        response = self.stand_in.Invoke(provider_pb2.InvokeRequest(tok=token, args=struct(arguments)), Context())
        return json_format.MessageToDict(getattr(response, "return"))


UNKNOWN = UNKNOWN_WIRE
