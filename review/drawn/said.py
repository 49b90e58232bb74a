"""What is said of a panel in words."""

from __future__ import annotations

from review.drawn.panels import Limit
from review.drawn.sample import Drawn


def described(drawn: Drawn) -> str:
    """The panel in a sentence, for who doesn't see it."""
    panel = drawn.panel
    what = f"{panel.title}: {panel.kind} of {', '.join(panel.lines) or 'alerts'}"
    limits = "; ".join(f"alert {named(limit)}" if limit.alert else limit.said for limit in panel.limits)
    return (
        f"{'Sample data. ' if drawn.sample else ''}{what}{f', in {panel.unit}' if panel.unit else ''}. {limits}".strip()
    )


def urgency(limit: Limit) -> str:
    """The class of the style sheet: `bad` where it is urgent."""
    return "bad" if limit.urgent else "warn"


def named(limit: Limit) -> str:
    """`high-error-rate above 5 %`."""
    return f"{limit.alert} {limit.said}".strip()
