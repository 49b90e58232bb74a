"""Rules on what is drawn."""

from __future__ import annotations

from collections.abc import Iterator

from components.problems import MISSING
from components.rules.rule import Finding, of_product
from components.vocabulary.conditions import Anomaly, BudgetBurns
from components.vocabulary.dashboards import Firing, Standing
from components.vocabulary.product import Product
from components.vocabulary.thresholds import Signal, Threshold


@of_product("A widget with its signal or objective. Silence and service checks have no line: `Firing(…)` lists them.")
def drawn_nowhere(product: Product) -> Iterator[Finding]:
    """People who get an alert look at a dashboard first, and have to see there what it is about."""
    widgets = [widget for dashboard in product.dashboards for widget in dashboard.widgets]
    lines = [signal.measure() for widget in widgets for signal in widget.signals()]
    objectives = [widget.objective for widget in widgets if isinstance(widget, Standing)]
    lists = any(isinstance(widget, Firing) for widget in widgets)
    for alert in product.alerts_at("telemetry"):
        when = alert.when
        if isinstance(when, BudgetBurns):
            if when.objective not in objectives:
                why = "isn't on any dashboard, so nobody can see what is left of its budget."
                instead = f'Standing("{when.objective.summary}", …, about="…") of the objective on a dashboard'
                yield Finding(alert, "when", when.objective.name, why, instead)
        elif isinstance(when, Threshold | Anomaly):
            for signal in when.signals():
                if signal not in lines:
                    why = "isn't on any dashboard, so nobody can see what led up to it."
                    instead = f'Lines("{alert.title}", {_written(signal)}, about="…") on a dashboard'
                    yield Finding(alert, "when", signal.describe(), why, instead)
        elif not lists:
            why = "can't be drawn as a line, and no dashboard lists firing alerts."
            yield Finding(alert, "when", when.describe(), why, 'Firing("Firing now", about="…") on a dashboard')


def _written(signal: Signal) -> str:
    """The word of a signal and its groups, as a widget has to have them: `Level(…, by=("host",))`."""
    return f"{type(signal).__name__}(…{f', by={signal.by!r}' if signal.by else ''})".replace("'", '"')


@of_product("`dashboards=(Dashboard(…),)`, with at least the signals of its alerts.")
def no_dashboard(product: Product) -> Iterator[Finding]:
    """Without a dashboard, the first minutes of every incident go into building one."""
    if not product.dashboards:
        yield Finding(product, "dashboards", MISSING, "is empty: nobody would see anything.", "Dashboard(…)")
