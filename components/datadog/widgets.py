"""A widget's own options at Datadog: keys of its definition in the API, as Datadog's own client knows them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any

from components.options import Takes, plain, refused
from components.translation import require
from components.vocabulary.dashboards import Widget

# What an option can't say, as the widget says it: what is asked, of which time, in which unit, and which limits hold.
DECIDED = frozenset(
    {
        "additional_query_filters",
        "count",
        "custom_unit",
        "description",
        "events",
        "global_time_target",
        "markers",
        "query",
        "requests",
        "slo_id",
        "start",
        "time",
        "time_windows",
        "title",
        "type",
    }
)


def with_options(definition: dict[str, Any], widget: Widget) -> dict[str, Any]:
    """The definition with the widget's own options, in place of what is said otherwise.

    Raises InvalidDeclarationError for those that such a widget has no key for, or that the program decides.
    """
    require(refused(widget, "datadog", lambda: keys(definition["type"]), DECIDED))
    return definition | dict(widget.datadog)


@cache
def keys(kind: str) -> Mapping[str, Takes]:
    """What a widget of that type takes."""
    # By name, as few products have options, and the client takes a while to import.
    client: Any = import_module("datadog_api_client.v1.model.widget_definition").WidgetDefinition
    known = {
        value: model
        for model in client._composed_schemas["oneOf"]  # noqa: SLF001  # where the client says which there are
        for (named, *_) in [model.openapi_types.get("type", [None])]
        for value in getattr(named, "allowed_values", ())
    }
    return _parts(known[kind])


def _parts(model: Any) -> Mapping[str, Takes]:
    return {name: _takes(kinds) for name, kinds in model.openapi_types.items()}


def _takes(kinds: tuple[Any, ...]) -> Takes:
    """The client says a list as `[X]`, one of some texts as a class with `allowed_values`, parts as one with types."""
    (kind, *_) = kinds
    if hasattr(kind, "allowed_values"):
        return Takes(frozenset({str}), tuple(sorted(kind.allowed_values)))
    if hasattr(kind, "openapi_types"):
        return Takes(parts={name: each for name, each in _parts(kind).items() if each.types or each.parts})
    return Takes(plain(kind))
