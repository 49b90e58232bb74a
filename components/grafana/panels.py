"""Widgets as Grafana panels, by the typed builders of Grafana's foundation SDK."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, assert_never

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

from components.grafana.budgets import bad_share
from components.grafana.promql import buckets, expression, label, window
from components.grafana.widgets import with_options
from components.scope import Scope
from components.translation import every
from components.units import UNITS
from components.vocabulary.dashboards import (
    Buckets,
    Dial,
    Firing,
    Lines,
    Listing,
    Number,
    Standing,
    Top,
    Widget,
    known_widget,
)
from components.vocabulary.kinds import Logged
from components.vocabulary.quantities import Duration, Quantity, Unit, plain
from components.vocabulary.thresholds import Signal

SIZES = {Number: (4, 4), Dial: (6, 7), Lines: (12, 8), Top: (12, 8), Listing: (12, 8), Buckets: (12, 8)}
SIZES |= {Standing: (4, 4), Firing: (24, 6)}
BETWEEN_POINTS, LEAST_BETWEEN = "$__interval", "5m"  # a shorter one may hold no two values of a counter
BEYOND = 0.001  # Grafana colours from a limit on, alerts fire beyond it: 7 of 10 is fine where 8 is not, 0 is none
GREEN, YELLOW, RED = "green", "yellow", "red"
URGENT = 2  # from this urgency on an alert is red
MIXED = models.DataSourceRef(type_val="datasource", uid="-- Mixed --")


def panels(scope: Scope, widget: Widget) -> list[tuple[Any, tuple[int, int]]]:
    """Each panel of a widget (one per period for numbers), with its width and height.

    Raises InvalidDeclarationError for what Grafana doesn't draw.
    """
    every(lambda signal: expression(scope, signal, BETWEEN_POINTS), widget.signals())
    return [(with_options(panel, widget), size) for panel, size in _panels(scope, widget)]


def _panels(scope: Scope, widget: Widget) -> Iterator[tuple[Any, tuple[int, int]]]:
    known = known_widget(widget)
    size = SIZES[type(widget)]
    match known:
        case Lines():
            yield _lines(scope, known), size
        case Number():
            for period in known.periods:
                panel = _described(stat.Panel(), scope, known, f"{known.title}, last {window(period)}")
                yield _single(panel, scope, known, period), size
        case Dial():
            panel = _single(_described(gauge.Panel(), scope, known), scope, known, known.last).min(0)
            most = _most(scope, known)
            yield (panel.max(most) if most else panel), size
        case Top():
            panel = _described(bargauge.Panel(), scope, known)
            yield _single(panel, scope, known, known.last, known.count), size
        case Listing():
            yield _listing(scope, known), size
        case Buckets():
            target = prometheus.Dataquery().expr(buckets(scope, known.metric)).ref_id("A").legend_format("{{le}}")
            target = target.format(prometheus_models.PromQueryFormat.HEATMAP).datasource(_metrics(scope))
            unit = UNITS[known.metric.unit].grafana
            axis = heatmap.YAxisConfig().unit(unit)
            yield _described(heatmap.Panel(), scope, known).unit(unit).y_axis(axis).with_target(target), size
        case Standing():
            yield from ((panel, size) for panel in _standing(scope, known))
        case Firing():
            yield _described(build.Panel(), scope, known).type("alertlist").options(_firing(scope)).unit("none"), size
        case _:
            assert_never(known)


def _described(panel: Any, scope: Scope, widget: Widget, title: str = "") -> Any:
    """With the one source of everything it draws: a panel sends all its queries there, whatever they say themselves."""
    logs = {isinstance(signal, Logged) for signal in widget.signals()}
    source = MIXED if len(logs) > 1 else _logs(scope) if logs == {True} else _metrics(scope)
    return panel.title(title or widget.title).description(widget.about).datasource(source)


def _single(panel: Any, scope: Scope, widget: Number | Dial | Top, last: Duration, count: int = 0) -> Any:
    """One number (of each group) over a period; with `count`, of the highest groups only."""
    target = _target(scope, widget.signal, window(last), instant=True)
    if count:
        target = target.expr(f"topk({count}, {expression(scope, widget.signal, window(last))})")
    return panel.unit(UNITS[widget.signal.unit].grafana).with_target(target).thresholds(_limits(scope, widget, last))


def _standing(scope: Scope, widget: Standing) -> Iterator[Any]:
    """What the objective reached, and how much of what it allows to fail is left; less than nothing when missed."""
    period, reached = window(widget.objective.period), widget.objective.target.to("ratio")
    share = bad_share(scope, widget.objective, period)
    for title, query, decimals, start in (
        (widget.title, f"1 - {share}", 3, float(reached)),
        (f"{widget.title}: budget left", f"1 - {share} / {plain(1 - reached)}", 0, 0.0),
    ):
        target = prometheus.Dataquery().expr(query).instant().ref_id("A").datasource(_metrics(scope))
        panel = _described(stat.Panel(), scope, widget, title).unit("percentunit").decimals(decimals)
        yield panel.with_target(target).thresholds(_steps([(None, RED), (start, GREEN)]))


def _listing(scope: Scope, widget: Listing) -> Any:
    """One row per group: the answers to the queries are tables of their own until they are merged."""
    panel = _described(table.Panel(), scope, widget).unit(UNITS[widget.signals()[0].unit].grafana)
    names = {}
    for number, column in enumerate(widget.signals()):
        ref = chr(ord("A") + number)
        target = _target(scope, column, window(widget.last), ref, instant=True)
        if not isinstance(column, Logged):
            target = target.format(prometheus_models.PromQueryFormat.TABLE)
        unit = models.DynamicConfigValue(id_val="unit", value=UNITS[column.unit].grafana)
        names["Value" if len(widget.signals()) == 1 else f"Value #{ref}"] = column.describe()
        # By the new name: what is merged no longer knows which query it came from.
        panel = panel.with_target(target).override_by_name(column.describe(), [unit])
    merged = models.DataTransformerConfig(id_val="merge", options={})
    shown = {"excludeByName": {"Time": True}, "renameByName": names}
    return panel.with_transformation(merged).with_transformation(
        models.DataTransformerConfig(id_val="organize", options=shown)
    )


def _lines(scope: Scope, widget: Lines) -> Any:
    panel = _described(timeseries.Panel(), scope, widget).unit(UNITS[widget.signals()[0].unit].grafana)
    panel = panel.legend(common.VizLegendOptions().show_legend(True)).tooltip(
        common.VizTooltipOptions().mode(common_models.TooltipDisplayMode.MULTI)
    )
    drawn = [(line, over) for line in widget.signals() for over in _ranges(scope, line)]
    for number, (line, over) in enumerate(drawn):
        name = widget.names[widget.signals().index(line)] if widget.names else ""
        panel = panel.with_target(_target(scope, line, over, ref=chr(ord("A") + number), name=name))
    if any(over == BETWEEN_POINTS for _, over in drawn):
        panel = panel.interval(LEAST_BETWEEN)
    if widget.stacked:
        mode = common.StackingConfig().mode(common_models.StackingMode.NORMAL)
        panel = panel.stacking(mode).fill_opacity(30)
    if widget.bars:
        panel = panel.draw_style(common_models.GraphDrawStyle.BARS).fill_opacity(60)
    style = common.GraphThresholdsStyleConfig().mode(common_models.GraphThresholdsStyleMode.DASHED)
    return panel.thresholds(_limits(scope, widget)).thresholds_style(style)


def _ranges(scope: Scope, line: Signal) -> list[str]:
    """Over what a line is computed: as the page's period asks, or for amounts as their alerts do.

    Twenty in an hour can't be compared with what came in a minute. Other amounts are those since the point before:
    over anything longer, an event would stand in several bars.
    """
    asked = BETWEEN_POINTS if line.ACCUMULATES else "$__rate_interval"
    return [window(over) for over in scope.product.windows_of(line)] or [asked]


def _target(scope: Scope, signal: Signal, over: str, ref: str = "A", *, instant: bool = False, name: str = "") -> Any:
    span = f"in {over}" if signal.ACCUMULATES and not over.startswith("$") else ""
    groups = [f"{{{{{label(tag)}}}}}" for tag in signal.by]
    legend = " ".join(part for part in (name or signal.describe(), *groups, span) if part)
    if isinstance(signal, Logged):
        over = "$__auto" if over.startswith("$") else over
        query: Any = loki.Dataquery().expr(expression(scope, signal, over)).datasource(_logs(scope))
        query = query.query_type("instant" if instant else "range")
    else:
        query = prometheus.Dataquery().expr(expression(scope, signal, over)).datasource(_metrics(scope))
        query = query.instant() if instant else query.range()
    return query.ref_id(ref).legend_format(legend)


def _limits(scope: Scope, widget: Widget, last: Duration | None = None) -> build.ThresholdsConfig:
    """The limits of every alert on what is drawn, from the same numbers; red lies on the side that alerts.

    An amount over a period (`last`) isn't coloured by the limit of an amount over another one.
    """
    marks = [
        (
            when.sense,
            _start(when.sense, when.critical, when.signal.unit),
            RED if alert.severity.urgency <= URGENT else YELLOW,
        )
        for line in widget.signals()
        for alert, when in scope.limits_on(line)
        if last is None or not line.ACCUMULATES or when.signal.window == last
    ]
    for dial in _dials(scope, widget):
        # Between the alert and the target nobody is told, and yet it isn't as it should be.
        unit = dial.signal.unit
        if dial.target is not None:
            marks.append((marks[0][0] if marks else "below", float(dial.target.to(unit)), YELLOW))
        if dial.at_most is not None:
            marks.append(("above", float(dial.at_most.to(unit)), YELLOW))

    def colour(start: float | None) -> str:
        """The worst of what has been crossed from there up to the next limit."""
        crossed = [
            colour
            for sense, limit, colour in marks
            if (start is not None and limit <= start if sense == "above" else start is None or start < limit)
        ]
        return RED if RED in crossed else YELLOW if crossed else GREEN

    starts = [None, *sorted({limit for _, limit, _ in marks})]
    return _steps([(start, colour(start)) for start in starts])


def _start(sense: str, limit: Quantity, unit: Unit) -> float:
    """Where the colour of a limit begins: of whole things that may be too many, with the first one too many."""
    number = float(limit.to(unit))
    return number + BEYOND if sense == "above" and (unit is Unit.COUNT or not number) else number


def _dials(scope: Scope, widget: Widget) -> list[Dial]:
    """Whose targets a widget shows: its own, and over time those of the dials that show the same."""
    if isinstance(widget, Dial):
        return [widget]
    if not isinstance(widget, Lines):
        return []
    drawn = [line.measure() for line in widget.signals() if not line.ACCUMULATES]
    everything = [each for page in scope.product.dashboards for each in page.widgets]
    return [each for each in everything if isinstance(each, Dial) and each.signal.measure() in drawn]


def _most(scope: Scope, dial: Dial) -> float | None:
    """Where a dial ends: a whole, or twice the highest limit; without one Grafana would end it at what it shows."""
    unit = dial.signal.unit
    limits = [when.critical for _, when in scope.product.limits_on(dial.signal)] + [dial.target, dial.at_most]
    highest = max((float(limit.to(unit)) for limit in limits if limit is not None), default=None)
    return UNITS[unit].whole or (highest and 2 * highest)


def _steps(marks: Sequence[tuple[float | None, str]]) -> build.ThresholdsConfig:
    steps = [models.Threshold(value=value, color=colour) for value, colour in marks]
    return build.ThresholdsConfig().mode(models.ThresholdsMode.ABSOLUTE).steps(steps)


def _firing(scope: Scope) -> dict[str, Any]:
    labels = f'{{product="{scope.product.name}", env="{scope.environment.name}", escalated!="true"}}'
    return {
        "alertInstanceLabelFilter": labels,
        "maxItems": 50,
        "sortOrder": 3,
        "stateFilter": {"firing": True, "pending": False, "error": True, "noData": False, "normal": False},
        "viewMode": "list",
    }


def _metrics(scope: Scope) -> models.DataSourceRef:
    return models.DataSourceRef(type_val="prometheus", uid=scope.environment.grafana_metrics_datasource)


def _logs(scope: Scope) -> models.DataSourceRef:
    return models.DataSourceRef(type_val="loki", uid=scope.environment.grafana_logs_datasource)
