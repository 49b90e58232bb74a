"""A vendor's own options on an alert: the SDK's arguments by name, but for those that the program decides."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterator
from typing import Any, get_args

from components.problems import MISSING, Problem, nearest
from components.scope import Scope
from components.vendors import VENDORS, alerts_of
from components.vocabulary.alerts import Alert
from components.vocabulary.raw import Options

PULUMIS = frozenset({"self", "__self__", "resource_name", "opts", "args", "kwargs", "__props__"})


def options(alert: Alert, vendor: str) -> Options:
    """What the alert says to a vendor in that vendor's own words."""
    found: Options = getattr(alert, vendor)
    return found


def refused(alert: Alert, vendor: str, made_by: Callable[..., Any], decided: Collection[str]) -> Iterator[Problem]:
    """A problem for each option that the SDK has no argument for or of another type, or that the program decides."""
    given = options(alert, vendor)
    if not given:  # as almost always: reading a signature of the SDK's takes longer than all else about an alert
        return
    arguments = inspect.signature(made_by).parameters
    known = [name for name in arguments if name not in {*decided, *PULUMIS}]
    for name, value in given.items():
        if name in decided:
            why = f"is what the program itself says to {VENDORS[vendor].title}, by everything else in the alert."
            yield Problem(vendor, f"{name}={value!r}", why, f"one of {', '.join(known)}")
        elif name not in known:
            why = f"is not an argument of {VENDORS[vendor].title}'s SDK."
            yield Problem(vendor, f"{name}={value!r}", why, nearest(name, known))
        elif (kinds := _kinds(arguments[name].annotation)) and type(value) not in kinds:
            wanted = " or ".join(sorted(kind.__name__ for kind in kinds))
            yield Problem(vendor, f"{name}={value!r}", f"is {type(value).__name__}, not {wanted}.", f"{name}: {wanted}")
        elif isinstance(value, int | float) and value < 0:
            yield Problem(vendor, f"{name}={value!r}", "is negative, as no option is.", "0 or more")


def _kinds(annotation: Any) -> set[type]:
    """The plain types among those that the SDK takes: `Union[int, Awaitable[int], …]` takes int."""
    kinds = {each for each in (annotation, *get_args(annotation)) if each in (bool, int, float, str)}
    return kinds | {int} if float in kinds else kinds


def elsewhere(scope: Scope, used: Collection[str]) -> Iterator[Problem]:
    """A problem for each option for a vendor that doesn't evaluate the alert."""
    for vendor, entry in VENDORS.items():
        here = {alert.name for alert in alerts_of(scope, vendor)} if vendor in used else set()
        for alert in scope.product.alerts:
            if options(alert, vendor) and alert.name not in here:
                why = f"would be left out: {entry.title} doesn't evaluate this alert."
                yield Problem(vendor, MISSING, why, f"no {vendor}=", item=f"alert {alert.name!r}")
