"""What keeps environments apart: a copied stack file must not replace what belongs to another one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from components.environment import Environment
from components.problems import InvalidDeclarationError, Problem
from components.stackfile import others


def apart(environment: Environment, stack: str, project: Path) -> Iterator[Problem]:
    """A problem for each thing that the stack shares with another one."""
    file, name = f"Pulumi.{stack}.yaml", environment.name
    called = stack.partition("-")[0]  # prod-tikit is the stack of one product in production
    if not (name.startswith(called) or called.startswith(name)):
        why = f"isn't the environment that the stack {stack} is named after: a copied file would act on the wrong one."
        yield Problem("name", name, why, f"{called}, or a name that begins with it", file)
    try:
        for other, written in others(project, stack):
            if _share_nothing(environment.products, written.get("products")):
                continue
            for key in ("name", "suffix"):
                value = getattr(environment, key)
                if written.get(key) == value:
                    why = f"is also {other}'s: each would replace what the other declares."
                    yield Problem(key, value, why, f"a {key} of its own", file)
    except InvalidDeclarationError as error:
        yield from error.problems


def _share_nothing(ours: tuple[str, ...] | None, theirs: object) -> bool:
    """Whether each stack names its products and none is in both: one stack per product shares name and suffix."""
    if ours is None or not (theirs == "none" or isinstance(theirs, list)):
        return False
    return theirs == "none" or not set(ours) & {str(each) for each in theirs}
