"""A vendor's own options on an alert or a widget: by the names of its SDK, but for those that the program decides."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, get_args

from components.problems import MISSING, Problem, nearest
from components.scope import Scope
from components.vendors import VENDORS, alerts_of
from components.vocabulary.alerts import Alert
from components.vocabulary.dashboards import Widget
from components.vocabulary.raw import Options, WidgetOptions

PULUMIS = frozenset({"self", "__self__", "resource_name", "opts", "args", "kwargs", "__props__"})
PLAIN = (bool, int, float, str)


@dataclass(frozen=True)
class Takes:
    """What an SDK takes under a name: values of these plain types, only some texts, or parts with names of their own.

    Neither types nor parts: a list or something that only the SDK makes, which no option can be.
    """

    types: frozenset[type] = frozenset()
    texts: tuple[str, ...] = ()
    parts: Mapping[str, Takes] = field(default_factory=dict)
    least: int | None = None

    @property
    def written(self) -> str:
        """As the message says it: `int`, `"left" or "right"`, `{"max": …, "min": …}`."""
        if self.parts:
            return f"{{{', '.join(f'{name!r}: …' for name in sorted(self.parts))}}}"
        return " or ".join(map(repr, self.texts)) or " or ".join(sorted(kind.__name__ for kind in self.types))


def options(word: Alert | Widget, vendor: str) -> Options | WidgetOptions:
    """What an alert or a widget says to a vendor in that vendor's own words; no widget is drawn at Sentry."""
    found: Options | WidgetOptions = getattr(word, vendor, {})
    return found


def arguments(made_by: Callable[..., Any]) -> Mapping[str, Takes]:
    """What the arguments of a resource take, by the signature that the SDK gives it; no number below 0."""
    parameters = inspect.signature(made_by).parameters
    return {
        name: Takes(plain(parameter.annotation), least=0)
        for name, parameter in parameters.items()
        if name not in PULUMIS
    }


def plain(annotation: Any) -> frozenset[type]:
    """The plain types among those that an SDK takes: `Union[int, Awaitable[int], …]` takes int, a float int as well."""
    kinds = {each for each in (annotation, *get_args(annotation)) if each in PLAIN}
    return frozenset(kinds | {int} if float in kinds else kinds)


def refused(
    word: Alert | Widget,
    vendor: str,
    takes: Callable[[], Mapping[str, Takes]],
    decided: Collection[str],
    harmful: Mapping[str, tuple[str, str]] = MappingProxyType({}),
) -> Iterator[Problem]:
    """A problem for each option that the SDK doesn't take under that name, or that the program decides.

    `harmful`: why an option does harm, and what to write instead.
    """
    given = options(word, vendor)
    if not given:  # as almost always: reading what an SDK takes takes longer than all else about an alert
        return
    title, known = VENDORS[vendor].title, takes()
    barred = {*decided, *harmful}
    offered = [name for name, each in known.items() if name not in barred and (each.types or each.parts)]
    what = "alert" if isinstance(word, Alert) else "widget"
    for name, value in given.items():
        if name in decided:
            why = f"is set by the program in {title}, from everything else in the {what}."
            yield Problem(vendor, f"{name}={value!r}", why, f"one of {', '.join(offered)}")
        elif name in harmful:
            yield Problem(vendor, f"{name}={value!r}", *harmful[name])
        elif name not in known:
            why = f"isn't an argument of {title}'s SDK."
            yield Problem(vendor, f"{name}={value!r}", why, nearest(name, offered))
        elif name not in offered:
            why = "would have to be a list or an object, which options can't be."
            yield Problem(vendor, f"{name}={value!r}", why, f"one of {', '.join(offered)}")
        else:
            yield from _misfits(vendor, name, value, known[name])


def _misfits(vendor: str, name: str, value: object, takes: Takes) -> Iterator[Problem]:
    """What is wrong with a value, or with the parts of one that has some."""
    said = f"{name}={value!r}"
    if isinstance(value, Mapping) and takes.parts:
        for part, inner in value.items():
            if part not in takes.parts:
                yield Problem(vendor, said, f"has no part {part!r}.", nearest(part, takes.parts))
            else:
                yield from _misfits(vendor, f"{name}.{part}", inner, takes.parts[part])
    elif type(value) not in takes.types:
        yield Problem(vendor, said, f"is {type(value).__name__}, not {takes.written}.", f"{name}: {takes.written}")
    elif takes.texts and value not in takes.texts:
        yield Problem(vendor, said, "isn't one of the SDK's values.", f"{name}: {takes.written}")
    elif takes.least is not None and isinstance(value, int | float) and value < takes.least:
        yield Problem(vendor, said, f"is less than {takes.least}.", f"{takes.least} or more")


def elsewhere(scope: Scope, used: Collection[str]) -> Iterator[Problem]:
    """A problem for each option for a vendor that doesn't evaluate the alert, or doesn't draw the widget."""
    for vendor, entry in VENDORS.items():
        here = {alert.name for alert in alerts_of(scope, vendor)} if vendor in used else set()
        for alert in scope.product.alerts:
            if options(alert, vendor) and alert.name not in here:
                why = f"would be left out: {entry.title} doesn't evaluate this alert."
                yield Problem(vendor, MISSING, why, f"no {vendor}=", item=f"alert {alert.name!r}")
        for item, widget in scope.product.widgets():
            if options(widget, vendor) and vendor != scope.product.telemetry:
                why = f"would be left out: {entry.title} doesn't draw this widget."
                yield Problem(vendor, MISSING, why, f"no {vendor}=", item=item)
