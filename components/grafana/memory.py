"""How long Grafana's rules remember; apart from the queries, so that who only asks needs no SDK."""

from __future__ import annotations

from components.vocabulary.quantities import hours

# How long the last verdict holds where only some groups are missing; longer than any product waits for its alert on
# silence. Where all data is missing, a rule keeps its state for as long as that lasts.
MEMORY = hours(6)
