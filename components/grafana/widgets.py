"""A widget's own options at Grafana: methods of the panel's builder in the foundation SDK that take one plain value."""

from __future__ import annotations

import enum
import inspect
from collections.abc import Callable, Mapping
from typing import Any

from components.options import Takes, plain, refused
from components.translation import require
from components.vocabulary.dashboards import Widget

# What an option can't say, as the widget says it: what is asked, of which time, in which unit, which limits hold, and
# where the panel is.
DECIDED = frozenset(
    {
        "datasource",
        "description",
        "display_name",
        "frame_index",
        "grid_pos",
        "height",
        "hidden",
        "hide_time_override",
        "id",
        "interval",
        "library_panel",
        "max_data_points",
        "max_per_row",
        "plugin_version",
        "repeat",
        "repeat_direction",
        "span",
        "targets",
        "thresholds",
        "time_compare",
        "time_from",
        "time_shift",
        "title",
        "transform",
        "type",
        "unit",
        "with_target",
    }
)


def with_options(panel: Any, widget: Widget) -> Any:
    """The panel with the widget's own options, in place of what is said otherwise.

    Raises InvalidDeclarationError for those that its builder has no method for, or that the program decides.
    """
    require(refused(widget, "grafana", lambda: methods(type(panel)), DECIDED))
    for name, value in widget.grafana.items():
        kind = _kind(getattr(panel, name))
        panel = getattr(panel, name)(kind(value) if _is_choice(kind) else value)
    return panel


def methods(builder: Any) -> Mapping[str, Takes]:
    """What each method of a builder takes."""
    named = inspect.getmembers(builder, inspect.isfunction)
    return {name: _takes(_kind(method)) for name, method in named if not name.startswith("_") and name != "build"}


def _takes(kind: Any) -> Takes:
    if _is_choice(kind):
        return Takes(frozenset({str}), tuple(str(each.value) for each in kind))
    return Takes(plain(kind))


def _is_choice(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, enum.Enum)


def _kind(method: Callable[..., Any]) -> Any:
    """What a method takes; None where that is more than one thing."""
    given = [each for each in inspect.signature(method).parameters.values() if each.name != "self"]
    return given[0].annotation if len(given) == 1 else None
