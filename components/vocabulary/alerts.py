"""Alerts: what notifies somebody."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from dataclasses import KW_ONLY, field

from components.problems import MISSING, Problem
from components.vocabulary.excuses import Excuse
from components.vocabulary.people import Receiver, Severity
from components.vocabulary.raw import Options
from components.vocabulary.thresholds import Condition
from components.vocabulary.words import Slug, Word, several, title, word

# A summary is one line of a notification; a runbook's first step is a paragraph in it.
LONGEST = {"summary": 300, "runbook": 2000}


@word
class Alert(Word):
    """A condition, how bad it is, and what the person notified should know and do first.

    `summary` may name the numbers of the condition in braces ({threshold}, {window}) and the tags it is grouped by
    ({host}). `runbook` is what to do first; it becomes a section of the product's runbook, which the alert links to.
    `tell` are receivers in addition to the severity's, `excused` the rules of docs/rules.md that it may break, and why.
    `depends_on` names the alerts that make this one fire too: while one of those fires, this one isn't sent. `datadog`,
    `grafana` and `sentry` are vendor options, by the names of the SDK's arguments (raw.py). `was` is its former name,
    so that it keeps its history.
    """

    name: Slug
    severity: Severity
    _: KW_ONLY
    when: Condition
    summary: str
    runbook: str
    rows: str = ""
    tell: Receiver | tuple[Receiver, ...] = ()
    depends_on: Slug | tuple[Slug, ...] = ()
    excused: tuple[Excuse, ...] = ()
    datadog: Options = field(default_factory=dict)
    grafana: Options = field(default_factory=dict)
    sentry: Options = field(default_factory=dict)
    was: Slug | None = None

    @property
    def title(self) -> str:
        """`High error rate`."""
        return title(self.name)

    @property
    def receivers(self) -> tuple[Receiver, ...]:
        """Everybody who is told, each once."""
        return tuple(dict.fromkeys((*self.severity.receivers, *several(self.tell))))

    @property
    def causes(self) -> tuple[str, ...]:
        """The names of the alerts that this one isn't told beside, each once."""
        return tuple(dict.fromkeys((self.depends_on,) if isinstance(self.depends_on, str) else self.depends_on))

    def said(self, words: Mapping[str, str]) -> str:
        """The summary with these in place of what it names in braces."""
        # Not str.format, which takes the point in {http.route} for an attribute.
        parts = string.Formatter().parse(self.summary)
        return "".join(text + (words[name] if name is not None else "") for text, name, _, _ in parts)

    def problems(self) -> Iterator[Problem]:
        """Texts that are empty or name what isn't there."""
        wanted = {"summary": "what is wrong, and for whom", "runbook": "what to do first"}
        for name, text in (("summary", self.summary), ("runbook", self.runbook)):
            if not text.strip():
                why = "is empty: the people notified wouldn't know what to do."
                yield Problem(name, MISSING, why, f'{name}="{wanted[name]}"')
        for name, text in (("summary", self.summary), ("runbook", self.runbook)):
            if len(text) > LONGEST[name]:
                why = f"has {len(text)} characters: notifications would truncate it, and nobody reads that at night."
                instead = f"at most {LONGEST[name]} characters; the rest belongs on a page that the text links to"
                yield Problem(name, f"{text[:40]}…", why, instead)
        if not self.receivers:
            why = f"notifies nobody, so the alert would fire unseen: {self.severity} is for dashboards only."
            yield Problem("severity", self.severity.name, why, "a severity that notifies somebody, or tell=(…)")
        known = {*self.when.words(), *self.when.groups()}
        try:
            parts = [part for part in string.Formatter().parse(self.summary) if part[1] is not None]
        except ValueError:
            yield Problem("summary", self.summary, "has an unmatched brace.", "braces around a name only")
            return
        instead = f"one of {', '.join(f'{{{name}}}' for name in sorted(known))}" if known else "no variable"
        for _, variable, form, conversion in parts:
            if form or conversion:
                why = f"formats {{{variable}}}, which already includes its unit."
                yield Problem("summary", self.summary, why, f"{{{variable}}}")
            if variable not in known:
                why = f"names {{{variable}}}, which is neither a group of the query nor one of its numbers."
                yield Problem("summary", self.summary, why, instead)
