"""Collects what a product file declares above its product, so that it isn't listed twice."""

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
    """Severities, objectives, alerts and dashboards assigned to a name, directly or in a tuple.

    A product file ends with `**named_in(globals())`. The file's order is kept; what has two names counts once. A
    product made in a function, or one that doesn't own everything in its file, has to list what belongs to it.
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
