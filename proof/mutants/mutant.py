"""A mutant: an alert as it would be with one of its settings changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from proof.datadog import judge as datadog
from proof.grafana.play import Watched as GrafanaWatched
from proof.mutants.change import Change
from proof.sentry import judge as sentry
from proof.told import everybody

AnyWatched: TypeAlias = GrafanaWatched | datadog.Watched | sentry.Watched


@dataclass(frozen=True)
class Mutant:
    """`spoilt` is the alert with the change; None where it can't be read any more, which `refused` says."""

    watched: AnyWatched
    resource: str
    change: Change
    spoilt: AnyWatched | None
    refused: str = ""

    @property
    def wakes(self) -> bool:
        """Whether it is of an alert that can wake somebody, at once or when it lasts."""
        return any(each.wakes for each in everybody(self.watched.truth.scope, self.watched.truth.alert))

    @property
    def vendor(self) -> str:
        """Who evaluates it."""
        return {GrafanaWatched: "grafana", datadog.Watched: "datadog"}.get(type(self.watched), "sentry")

    def __str__(self) -> str:
        change, watched = self.change, self.watched
        what = f"{change.setting}: {change.before} -> {change.after}"
        return f"{watched.name} ({watched.stack}), {self.resource}: {what}"
