"""What a product file has declared above its product, so that the product doesn't list it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict, TypeVar

from components.vocabulary.alerts import Alert
from components.vocabulary.dashboards import Dashboard
from components.vocabulary.logs import LogMetric
from components.vocabulary.maintenance import Maintenance
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
    log_metrics: tuple[LogMetric, ...]
    maintenance: tuple[Maintenance, ...]


def named_in(names: Mapping[str, object]) -> Gathered:
    """Everything of these kinds that has a name of its own, or stands in a tuple that has: `**named_in(globals())`.

    In the order of the file; what has two names counts once. An argument is written out instead where a product is made
    in a function, or where not everything belongs to it.
    """
    return Gathered(
        severities=_all(Severity, names),
        objectives=_all(Objective, names),
        alerts=_all(Alert, names),
        dashboards=_all(Dashboard, names),
        log_metrics=_all(LogMetric, names),
        maintenance=_all(Maintenance, names),
    )


def _all(kind: type[W], names: Mapping[str, object]) -> tuple[W, ...]:
    parts = (part for value in names.values() for part in (value if isinstance(value, tuple | list) else (value,)))
    # By identity: two that are written twice and alike are a mistake, which the product reports.
    return tuple({id(part): part for part in parts if isinstance(part, kind)}.values())
