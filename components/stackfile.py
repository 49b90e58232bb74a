"""Stack files, for what no engine does: read them without one, and compare them with each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from components.problems import MISSING, InvalidDeclarationError, Problem, nearest

ENVIRONMENT, SECRETS = "monitoring:environment", "monitoring:secrets"


class StackFile:
    """The configuration in `Pulumi.<stack>.yaml`."""

    def __init__(self, name: str, config: Mapping[str, Any]) -> None:
        self.name = name
        self.config = config

    def get(self, key: str) -> Any:
        """A value as it was written, or None."""
        return self.config.get(key)


class _Once(yaml.SafeLoader):
    """Takes a key once: YAML would keep the last of two without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Build a map. Raises ConstructorError for a key that stands there twice."""
        keys: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in keys:
                problem = f"the key {key.value!r} is there twice"
                raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
            keys |= {key.value} if isinstance(key, yaml.ScalarNode) else set()
        return super().construct_mapping(node, deep)


def stack_file(project: Path, stack: str) -> StackFile:
    """Read it. Raises InvalidDeclarationError when the stack has no file, or one that can't be read as such."""
    known = stacks(project)
    if stack not in known:
        why = "isn't a stack: it has no file that says which environment it is."
        raise InvalidDeclarationError([Problem("STACK", stack, why, nearest(stack, known))])
    path = project / f"Pulumi.{stack}.yaml"
    try:
        content = _parsed(path.read_text(encoding="utf-8")) or {}
    except OSError as error:
        raise _unreadable(path, str(error.strerror)) from None
    except (yaml.YAMLError, ValueError) as error:
        raise _unreadable(path, " ".join(str(error).split())) from None
    config = (content.get("config") or {}) if isinstance(content, dict) else content
    if not isinstance(config, dict) or not all(isinstance(key, str) for key in config):
        raise _unreadable(path, "`config` has no keys and values.")
    return StackFile(path.name, config)


@cache
def _parsed(text: str) -> Any:
    """By its text, as one run asks for the same files several times, and parsing is what takes long."""
    return yaml.load(text, Loader=_Once)  # noqa: S506  # a SafeLoader


def stacks(project: Path) -> list[str]:
    """The stacks that have a file."""
    return sorted(path.name[len("Pulumi.") : -len(".yaml")] for path in project.glob("Pulumi.?*.yaml"))


def _unreadable(path: Path, why: str) -> InvalidDeclarationError:
    why = f"can't be read: {why}"
    return InvalidDeclarationError([Problem("", MISSING, why, "keys in `config:`, each once, in UTF-8", path.name)])


def others(project: Path, stack: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The environments that the files of other stacks declare, as they are written."""
    for name in stacks(project):
        if name != stack:
            written = stack_file(project, name).get(ENVIRONMENT)
            if isinstance(written, Mapping):
                yield f"Pulumi.{name}.yaml", written


def readable_secrets(project: Path, stack: str) -> Iterator[Problem]:
    """A problem for each secret that stands in the stack's file in plain text, without repeating it."""
    if stack not in stacks(project):  # configuration may be kept elsewhere: --config-file, Pulumi Cloud
        return
    file = stack_file(project, stack)
    written = file.get(SECRETS)
    if written is None or _encrypted(written):
        return
    each = written.items() if isinstance(written, Mapping) else [("", written)]
    for name, value in each:
        if not _encrypted(value):
            key = f"{SECRETS}.{name}" if name else SECRETS
            why = "is in plain text, for everyone who can read the repository."
            how = f"a new secret, as this one is exposed: `pulumi config set -s {stack} --secret --path '{key}'`"
            yield Problem(key, MISSING, why, how, file.name)


def _encrypted(value: object) -> bool:
    return isinstance(value, Mapping) and list(value) == ["secure"] and isinstance(value["secure"], str)
