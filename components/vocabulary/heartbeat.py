"""A sign of life of the monitoring itself: an alert that always fires, to somebody outside who notices its absence."""

from __future__ import annotations

from dataclasses import KW_ONLY

from components.vocabulary.metrics import Measured
from components.vocabulary.people import Webhook
from components.vocabulary.words import Word, word


@word
class Heartbeat(Word):
    """Tells a dead man's switch outside, in every environment, that alerts are evaluated and delivered.

    Each vendor that can calls an address of its own, and the switch behind it alarms when the calls stop
    (docs/delivery.md). `of` is a metric that never stops while the environment lives, for a vendor that evaluates
    nothing without one. `Heartbeat(Webhook("deadman"), of=SLOTS)`
    """

    tell: Webhook
    _: KW_ONLY
    of: Measured | None = None
    rows: str = ""
