"""What is said of a panel in words."""

from __future__ import annotations

from review.drawn.data import Drawn, Times
from review.drawn.panels import Limit


def described(drawn: Drawn) -> str:
    """The panel in a sentence, for who doesn't see it."""
    panel = drawn.panel
    what = f"{panel.title}: {panel.kind} of {', '.join(panel.lines) or 'alerts'}"
    limits = "; ".join(f"alert {named(limit)}" if limit.alert else limit.said for limit in panel.limits)
    mark = f"{drawn.mark.capitalize()} data. " if drawn.mark else ""
    fires = "; ".join(f"{name} {fired(times)}" for name, times in (drawn.firing or {}).items())
    said = f"{mark}{what}{f', in {panel.unit}' if panel.unit else ''}. {limits}".strip()
    return f"{said}. {fires}" if fires else said


def fired(times: Times) -> str:
    """How often and how long an alert fires."""
    if not times:
        return "stays silent"
    lasted = sum(until - begin for begin, until in times)
    return f"fires {'once' if len(times) == 1 else f'{len(times)} times'}, {lasted:.0f} min"


def urgency(limit: Limit) -> str:
    """The class of the style sheet: `bad` where it is urgent."""
    return "bad" if limit.urgent else "warn"


def named(limit: Limit) -> str:
    """`high-error-rate above 5 %`."""
    return f"{limit.alert} {limit.said}".strip()
