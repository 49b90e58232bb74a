"""What a product file has declared above its product, so that the product doesn't list it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict, TypeVar

from components.vocabulary.alerts import Alert
from components.vocabulary.dashboards import Dashboard
from components.vocabulary.objectives import Objective
from components.vocabulary.people import Severity
from components.vocabulary.words import Word

W = TypeVar("W", bound=Word)


class Gathered(TypedDict):
    """The arguments of a product that it would otherwise list."""

    severities: tuple[Severity, ...]
    objectives: tuple[Objective, ...]
    alerts: tuple[Alert, ...]
    dashboards: tuple[Dashboard, ...]


def named_in(names: Mapping[str, object]) -> Gathered:
    """Severities, objectives, alerts and dashboards that have a name, or stand in a tuple that has one.

    A product file ends `**named_in(globals())`. They keep the order of the file, and what has two names counts once.
    Where a product is made in a function, or where not everything belongs to it, it lists what does.
    """
    return Gathered(
        severities=_all(Severity, names),
        objectives=_all(Objective, names),
        alerts=_all(Alert, names),
        dashboards=_all(Dashboard, names),
    )


def _all(kind: type[W], names: Mapping[str, object]) -> tuple[W, ...]:
    parts = (part for value in names.values() for part in (value if isinstance(value, tuple | list) else (value,)))
    # By identity: two that are written twice and alike are a mistake, which the product reports.
    return tuple({id(part): part for part in parts if isinstance(part, kind)}.values())
