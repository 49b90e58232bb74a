"""A stack's file, for tools that run where no engine is there to read it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from components.problems import MISSING, InvalidDeclarationError, Problem, nearest


class StackFile:
    """The configuration in `Pulumi.<stack>.yaml`."""

    def __init__(self, name: str, config: Mapping[str, Any]) -> None:
        self.name = name
        self._config = config

    def get(self, key: str) -> Any:
        """A value as it was written, or None."""
        return self._config.get(key)

    def flat(self) -> dict[str, str]:
        """As Pulumi hands it to a program: every value a text, structured ones as JSON."""
        return {key: value if isinstance(value, str) else json.dumps(value) for key, value in self._config.items()}


def stack_names(project: Path) -> list[str]:
    """The stacks that have a file."""
    return sorted(path.name.removeprefix("Pulumi.").removesuffix(".yaml") for path in project.glob("Pulumi.*.yaml"))


def stack_file(project: Path, stack: str) -> StackFile:
    """Read it. Raises InvalidDeclarationError when the stack has no file, or one that is no YAML."""
    path = project / f"Pulumi.{stack}.yaml"
    if not path.is_file():
        why = "is no stack: it has no file, so nothing says which environment it is."
        raise InvalidDeclarationError([Problem("STACK", stack, why, nearest(stack, stack_names(project)))])
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        config = content.get("config") or {}
    except (yaml.YAMLError, AttributeError) as error:
        why = f"can't be read: {' '.join(str(error).split())}"
        raise InvalidDeclarationError([Problem("", MISSING, why, "keys below `config:`", path.name)]) from None
    return StackFile(path.name, config)
