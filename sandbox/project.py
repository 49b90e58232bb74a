"""The project a command works on, and the copies of its files that Pulumi may write to."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib
import json
import re
import runpy
import sys
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pulumi
import yaml

from sandbox.errors import SandboxError
from sandbox.files import replace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MARK = "sandbox-secret-"

# What belongs to the real stack's encryption: the sandbox has a salt and a passphrase of its own.
ENCRYPTION = ("encryptionsalt", "encryptedkey", "secretsprovider")

Settings = dict[str, Any]


@dataclass(frozen=True)
class Project:
    """A Pulumi project, one of its stacks, and where the sandbox keeps what it writes: beside it, in `.sandbox/`."""

    directory: Path
    stack: str
    name: str = field(init=False)

    def __post_init__(self) -> None:
        """Look whether this is a project with such a stack.

        Raises:
            SandboxError: It isn't.

        """
        program = self.directory / "__main__.py"
        if not program.is_file():
            raise SandboxError(
                f"{self.directory} isn't a project: there is no {program.name} in it. Name the directory that holds "
                "__main__.py and Pulumi.yaml with --project."
            )
        settings = _read(self.directory / "Pulumi.yaml")
        name = settings.get("name")
        if not isinstance(name, str):
            raise SandboxError(f"{self.directory / 'Pulumi.yaml'} has no `name:`; Pulumi keeps state by project name.")
        object.__setattr__(self, "name", name)
        if self.stack not in self.stacks():
            raise SandboxError(
                f"There is no stack {self.stack!r}: {self.directory} has no Pulumi.{self.stack}.yaml. "
                f"Its stacks are: {', '.join(self.stacks()) or 'none'}."
            )

    @property
    def data(self) -> Path:
        """Everything the sandbox writes."""
        return self.directory / ".sandbox"

    @property
    def work(self) -> Path:
        """The copies of Pulumi.yaml and the stack's file, which Pulumi writes a salt into."""
        return self.data / "stacks" / self.stack

    @property
    def state(self) -> Path:
        """The file in which Pulumi's own file backend keeps this stack."""
        return self.data / "state" / ".pulumi" / "stacks" / self.name / f"{self.stack}.json"

    def stacks(self) -> list[str]:
        """Return the stacks that have a file."""
        names = (re.fullmatch(r"Pulumi\.([\w.-]+)\.yaml", path.name) for path in self.directory.glob("Pulumi.*.yaml"))
        return sorted(match.group(1) for match in names if match)

    def run(self) -> None:
        """Run the program, as Pulumi would: `__main__.py` of the project, finding its own modules first."""
        sys.path.insert(0, str(self.directory))
        try:
            runpy.run_path(str(self.directory / "__main__.py"), run_name="__main__")
        except SystemExit as end:
            if end.code not in (None, 0):
                raise pulumi.RunError(str(end.code)) from end

    def secrets(self) -> dict[str, str]:
        """Return the secrets the program wants, as marked stand-ins; none when the project doesn't say which."""
        sys.path.insert(0, str(self.directory))
        try:
            if not (self.directory / "components" / "secrets.py").is_file():
                return {}
            names: list[str] = importlib.import_module("components.secrets").names(self.stack, self.directory)
        except Exception:  # noqa: BLE001 - whatever is wrong with the project, its own program says it best, and soon
            return {}
        finally:
            sys.path.remove(str(self.directory))
        return {name: stand_in(name) for name in names}

    def accounts(self) -> dict[str, str]:
        """Return what the stack's file calls its accounts, by vendor: the stand-ins are those, whoever is named."""
        config = _read(self.directory / f"Pulumi.{self.stack}.yaml").get("config")
        environment = config.get(f"{self.name}:environment") if isinstance(config, dict) else None
        if not isinstance(environment, dict):
            return {}
        keys = {"datadog": "datadog-organization", "grafana": "grafana-metrics-instance"}
        return {vendor: str(environment.get(key, "")) for vendor, key in keys.items()}

    def preload(self) -> None:
        """Import in the background what the program will import: that takes seconds, and the engine needs one."""
        if not (self.directory / "components" / "monitoring.py").is_file():
            return
        try:
            names: list[str] = importlib.import_module("components.monitoring").modules(self.stack, self.directory)
        except Exception:  # noqa: BLE001 - whatever is wrong with the project, its own program says it best, and soon
            return
        threading.Thread(target=lambda: [importlib.import_module(name) for name in names], daemon=True).start()

    @contextlib.contextmanager
    def prepared(self) -> Iterator[Settings]:
        """Bring the copies up to date; yield the configuration that is still to be set as secret, {} when it is set.

        Two runs on one stack prepare one after the other: the first makes the salt, the second must find it.
        """
        self.work.mkdir(parents=True, exist_ok=True)
        copy, stamp = self.work / f"Pulumi.{self.stack}.yaml", self.work / "made-from"
        with (self.data / f"{self.stack}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            source, secret = split_secrets(_read(self.directory / copy.name))
            wanted = self.secrets()
            if wanted:
                secret[f"{self.name}:secrets"] = json.dumps(wanted)
            # As plain ASCII: the Automation API reads it in whatever encoding the locale has.
            _write(self.work / "Pulumi.yaml", yaml.safe_dump(_read(self.directory / "Pulumi.yaml"), sort_keys=False))
            print_of = hashlib.sha256(json.dumps([source, secret], sort_keys=True, default=str).encode()).hexdigest()
            before = _read(copy) if copy.is_file() else {}
            if not (before.get("encryptionsalt") and stamp.is_file() and stamp.read_text(encoding="utf-8") == print_of):
                # The salt of the run before stays: with another one, nothing that is in the state could be decrypted.
                kept = {key: before[key] for key in ENCRYPTION if key in before}
                _write(copy, yaml.safe_dump({**kept, **source}, sort_keys=False))
                yield secret
                _write(stamp, print_of)
                return
            yield {}


def stand_in(name: str) -> str:
    """Return a value to take a secret's place; marked, so that tests can look for it where no secret may be."""
    return f"https://hooks.slack.invalid/{MARK}{name}" if "slack" in name.lower() else f"{MARK}{name}"


def split_secrets(settings: Settings) -> tuple[Settings, Settings]:
    """Take a stack file's own encryption and encrypted values out; return the rest, and stand-ins for those values."""
    config = settings.get("config") or {}
    encrypted = {key for key, value in config.items() if '"secure"' in json.dumps(value, default=str)}
    rest = {key: value for key, value in settings.items() if key not in (*ENCRYPTION, "config")}
    rest["config"] = {key: value for key, value in config.items() if key not in encrypted}
    return rest, {key: stand_in(key.rpartition(":")[2]) for key in sorted(encrypted)}


def _read(path: Path) -> Settings:
    try:
        settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise SandboxError(f"{path} can't be read: {problem.strerror}. A Pulumi project needs it.") from problem
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        raise SandboxError(f"{path} isn't YAML: {problem}") from problem
    if not isinstance(settings or {}, dict):
        raise SandboxError(f"{path} should contain keys and values, but doesn't.")
    return settings or {}


def _write(path: Path, text: str) -> None:
    content = text.encode()
    if not (path.is_file() and path.read_bytes() == content):
        replace(path, content)
