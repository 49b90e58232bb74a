"""Widgets as Grafana panels, by the typed builders of Grafana's foundation SDK."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from grafana_foundation_sdk.builders import (
    bargauge,
    common,
    gauge,
    heatmap,
    loki,
    prometheus,
    stat,
    table,
    timeseries,
)
from grafana_foundation_sdk.builders import (
    dashboard as build,
)
from grafana_foundation_sdk.models import common as common_models
from grafana_foundation_sdk.models import dashboard as models
from grafana_foundation_sdk.models import prometheus as prometheus_models

from components.grafana.promql import buckets, expression, window
from components.grafana.queries import bad_share
from components.scope import Scope
from components.vocabulary.dashboards import Buckets, Dial, Firing, Lines, Listing, Number, Standing, Top, Widget
from components.vocabulary.quantities import Unit
from components.vocabulary.signals import LogCount
from components.vocabulary.thresholds import Signal, Threshold

SIZES = {Number: (4, 4), Dial: (6, 7), Lines: (12, 8), Top: (12, 8), Listing: (12, 8), Buckets: (12, 8)}
SIZES |= {Standing: (6, 4), Firing: (24, 6)}
UNITS = {
    Unit.SECONDS: "s",
    Unit.MILLISECONDS: "ms",
    Unit.RATIO: "percentunit",
    Unit.PERCENT: "percent",
    Unit.COUNT: "short",
    Unit.PER_SECOND: "cps",
    Unit.BYTES: "bytes",
    Unit.MONEY: "none",
}
GREEN, YELLOW, RED = "green", "yellow", "red"


def panels(scope: Scope, widget: Widget) -> Iterator[tuple[Any, tuple[int, int]]]:
    """Each panel of a widget (one per period for numbers), with its width and height."""
    size = SIZES[type(widget)]
    match widget:
        case Lines():
            yield _lines(scope, widget), size
        case Number():
            for period in widget.last:
                panel = _described(stat.Panel(), scope, widget, f"{widget.title}, last {window(period)}")
                target = _target(scope, widget.signal, window(period), instant=True)
                yield panel.unit(UNITS[widget.signal.unit]).with_target(target).thresholds(_limits(scope, widget)), size
        case Dial():
            panel = _described(gauge.Panel(), scope, widget)
            target = _target(scope, widget.signal, window(widget.last), instant=True)
            panel = panel.unit(UNITS[widget.signal.unit]).with_target(target).thresholds(_limits(scope, widget))
            yield (panel.min(0).max(1) if widget.signal.unit is Unit.RATIO else panel.min(0)), size
        case Top():
            panel = _described(bargauge.Panel(), scope, widget)
            target = _target(scope, widget.signal, window(widget.last), instant=True)
            yield panel.unit(UNITS[widget.signal.unit]).with_target(target).thresholds(_limits(scope, widget)), size
        case Listing():
            listing = _described(table.Panel(), scope, widget).unit(UNITS[widget.columns[0].unit])
            for number, column in enumerate(widget.columns):
                target = _target(scope, column, window(widget.last), ref=chr(ord("A") + number), instant=True)
                listing = listing.with_target(target.format(prometheus_models.PromQueryFormat.TABLE))
            yield listing, size
        case Buckets():
            target = prometheus.Dataquery().expr(buckets(scope, widget.metric)).ref_id("A").legend_format("{{le}}")
            target = target.format(prometheus_models.PromQueryFormat.HEATMAP).datasource(_metrics(scope))
            unit = UNITS[widget.metric.unit]
            yield _described(heatmap.Panel(), scope, widget).unit(unit).with_target(target), size
        case Standing():
            share = bad_share(scope, widget.objective, window(widget.objective.period))
            target = prometheus.Dataquery().expr(f"1 - {share}").instant().ref_id("A").datasource(_metrics(scope))
            steps = _steps([(None, RED), (float(widget.objective.target.to("ratio")), GREEN)])
            panel = _described(stat.Panel(), scope, widget).unit("percentunit").decimals(3)
            yield panel.with_target(target).thresholds(steps), size
        case Firing():
            yield _described(build.Panel(), scope, widget).type("alertlist").options(_firing(scope)).unit("none"), size
        case _:
            raise TypeError(f"Grafana dashboards have no {type(widget).__name__}")


def _described(panel: Any, scope: Scope, widget: Widget, title: str = "") -> Any:
    return panel.title(title or widget.title).description(widget.about).datasource(_metrics(scope))


def _lines(scope: Scope, widget: Lines) -> Any:
    panel = _described(timeseries.Panel(), scope, widget).unit(UNITS[widget.lines[0].unit])
    for number, line in enumerate(widget.lines):
        panel = panel.with_target(_target(scope, line, "$__rate_interval", ref=chr(ord("A") + number)))
    if widget.stacked:
        mode = common.StackingConfig().mode(common_models.StackingMode.NORMAL)
        panel = panel.stacking(mode).fill_opacity(30)
    if widget.bars:
        panel = panel.draw_style(common_models.GraphDrawStyle.BARS).fill_opacity(60)
    drawn = common.GraphThresholdsStyleConfig().mode(common_models.GraphThresholdsStyleMode.DASHED)
    return panel.thresholds(_limits(scope, widget)).thresholds_style(drawn)


def _target(scope: Scope, signal: Signal, over: str, ref: str = "A", *, instant: bool = False) -> Any:
    legend = " ".join([signal.describe(), *(f"{{{{{tag.replace('.', '_')}}}}}" for tag in signal.by)])
    if isinstance(signal, LogCount):
        over = "$__auto" if over == "$__rate_interval" else over
        query: Any = loki.Dataquery().expr(expression(scope, signal, over)).datasource(_logs(scope))
    else:
        query = prometheus.Dataquery().expr(expression(scope, signal, over)).datasource(_metrics(scope))
        query = query.instant() if instant else query.range()
    return query.ref_id(ref).legend_format(legend)


def _limits(scope: Scope, widget: Widget) -> build.ThresholdsConfig:
    """The limits of every alert on what is drawn, from the same numbers; red lies on the side that alerts."""
    low: list[tuple[float, str]] = []
    high: list[tuple[float, str]] = []
    for alert in scope.product.alerts:
        when = alert.when
        if isinstance(when, Threshold) and any(line.measure() in when.signals() for line in widget.signals()):
            colour = RED if alert.severity.urgency <= URGENT else YELLOW
            (high if when.sense == "above" else low).append((float(when.critical.to(when.signal.unit)), colour))
    low.sort(key=lambda mark: mark[0])
    # A step's colour holds from its value upwards: what lies below a limit has the colour of the step before.
    colours = [*(colour for _, colour in low), GREEN]
    marks = list(zip([None, *(limit for limit, _ in low)], colours, strict=True))
    if isinstance(widget, Dial) and widget.target is not None:
        target = float(widget.target.to(widget.signal.unit))
        if high:
            high.append((target, YELLOW))
        else:
            # Between the alert and the target nobody is told, and yet it isn't as it should be.
            marks = [(limit, YELLOW if colour == GREEN else colour) for limit, colour in marks if limit != target]
            marks.append((target, GREEN))
    return _steps([*marks, *sorted(high, key=lambda mark: mark[0])])


URGENT = 2


def _steps(marks: Sequence[tuple[float | None, str]]) -> build.ThresholdsConfig:
    steps = [models.Threshold(value=value, color=colour) for value, colour in marks]
    return build.ThresholdsConfig().mode(models.ThresholdsMode.ABSOLUTE).steps(steps)


def _firing(scope: Scope) -> dict[str, Any]:
    labels = f'{{product="{scope.product.name}", env="{scope.environment.name}"}}'
    return {
        "alertInstanceLabelFilter": labels,
        "maxItems": 50,
        "sortOrder": 3,
        "stateFilter": {"firing": True, "pending": True, "error": True, "noData": False, "normal": False},
        "viewMode": "list",
    }


def _metrics(scope: Scope) -> models.DataSourceRef:
    return models.DataSourceRef(type_val="prometheus", uid=scope.environment.grafana_metrics_datasource)


def _logs(scope: Scope) -> models.DataSourceRef:
    return models.DataSourceRef(type_val="loki", uid=scope.environment.grafana_logs_datasource)
