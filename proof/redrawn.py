"""Changed dashboards for the page of a review: what the queries of each side give of one made-up day.

The day is the working tree's on both sides, so that nothing but the change differs between them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from components.catalogue import scopes
from components.scope import Scope
from proof.boards import truths
from proof.datadog import panels as at_datadog
from proof.fired import Firing, fired
from proof.fitting import Rules, watching
from proof.grafana import panels as at_grafana
from proof.panels import Day, Evaluated, Panels, Wrong, day
from proof.pictures import MARK, Place, lines_of, times_of
from proof.truth import Truth
from proof.unplayable import UnplayableError, all_played
from review.drawn.data import Drawn
from review.drawn.panels import Panel
from review.handed import SHAPES
from review.html import Redrawn, Shown
from review.recorder import ROOT, Recording, record

NOT = "not evaluated"
SAID = (
    "Curves and numbers are what each side's own queries give of one made-up day: that of the working tree's product "
    "files, on which each alert has its turn. What a query asks for and they don't send has no data."
)
DASHBOARDS = (at_grafana.DASHBOARD, at_datadog.DASHBOARD)
Key = tuple[str, str]  # stack and product


@dataclass
class Side:
    """One side of the changed dashboards: called with a panel and its stack, it gives that with its data.

    `called`: what a dashboard that is drawn here is called in the working tree. `unknown`: why nothing of a product
    could be evaluated.
    """

    called: Mapping[Key, Key]
    found: dict[Place, Evaluated] = field(default_factory=dict)
    wrong: dict[Place, list[Wrong]] = field(default_factory=lambda: defaultdict(list))
    firing: dict[Key, Mapping[str, Firing]] = field(default_factory=dict)
    unknown: dict[Key, str] = field(default_factory=dict)

    def __call__(self, panel: Panel, stack: str) -> Drawn:
        """The panel with what its queries give; what couldn't be evaluated is said, and never made up."""
        if panel.kind == "firing":
            return Drawn(panel, (), NOT, missing=("Which alerts it lists isn't worked out.",))
        mine = panel.product, panel.dashboard
        product, name = self.called.get(mine, mine)
        # A dashboard that nothing says is the same one keeps its name on the side where it goes.
        places = [Place.drawn(panel, stack)._replace(product=product, dashboard=each) for each in (name, mine[1])]
        place = next((each for each in places if each in self.found), None)
        if place is None:
            why = self.unknown.get((stack, product), "the vendor has no panel of this title at this place")
            return Drawn(panel, (), NOT, missing=(f"Not evaluated: {why}.",))
        known = self.firing.get((stack, product), {})
        limits = dict.fromkeys(limit.alert for limit in panel.limits if limit.alert and panel.kind == "lines")
        times = {alert: times_of(known[alert]) for alert in limits if alert in known}
        lines = list(lines_of(panel, self.found[place]))
        missing = [*self._wrong(panel, place)] or ([] if lines else ["No data on this day."])
        missing += [
            f"{alert} isn't played: the working tree doesn't declare it." for alert in limits if alert not in times
        ]
        return Drawn(panel, lines, MARK, times, missing)

    def _wrong(self, panel: Panel, place: Place) -> Iterator[str]:
        """What can't be believed of its lines."""
        queries = [query.text for query in self.found[place].panel.queries]
        names = dict(zip(queries, panel.lines, strict=False)) if len(queries) == len(panel.lines) > 1 else {}
        for each in self.wrong.get(place, ()):
            name = names.get(each.query, "")
            why = "no data on this day" if each.why.startswith("stays empty") else each.why
            yield f"{name}: {why}." if name else f"{why[0].upper()}{why[1:]}."


def redraw(boards: Sequence[Redrawn], bases: Mapping[str, Recording], command: Path, root: Path = ROOT) -> Shown:
    """Evaluate both sides of changed dashboards; `bases`: what the base declares in each stack that it has.

    `command` evaluates PromQL and LogQL. Raises what `review.recorder.record` raises, and SandboxError.
    """
    names = {(board.before.product, board.before.name): (board.product, board.name) for board in boards if board.before}
    before, after = Side(names), Side({})
    groups: dict[Key, list[Redrawn]] = defaultdict(list)
    for board in boards:  # drawn as in the first of its stacks
        groups[board.stacks[0], board.product].append(board)
    heads = {stack: record(stack, root, named=True) for stack in dict.fromkeys(stack for stack, _ in groups)}
    here = {(stack, scope.product.name): scope for stack in heads for scope in scopes(stack, root)}
    for key, mine in groups.items():
        if key in here:
            product = _Product.of(key, mine, here[key], command)
            product.evaluate(after, heads[key[0]])
            product.evaluate(before, bases.get(key[0], Recording()))
        else:
            before.unknown[key] = "the working tree declares no such product, so it has no made-up day"
    return Shown(before, after, SAID)


@dataclass
class _Product:
    """A product with changed dashboards in one stack; what is alike on both sides is evaluated once.

    `dashboards`: their logical names, of both sides; `watched`: the alerts whose limits lie across curves.
    """

    key: Key
    day: Day
    dashboards: frozenset[str]
    watched: Sequence[Truth]
    command: Path
    drawn: at_datadog.Known = field(default_factory=dict)
    played: list[tuple[Rules, Mapping[str, Firing]]] = field(default_factory=list)

    @classmethod
    def of(cls, key: Key, boards: Sequence[Redrawn], scope: Scope, command: Path) -> _Product:
        """With its day."""
        pages = [page for board in boards for page in (board.before, board.after) if page]
        names = {*(board.name for board in boards), *(page.name for page in pages)}
        panels = (panel for page in pages for panel in page.panels if panel.kind == "lines")
        alerts = {limit.alert for panel in panels for limit in panel.limits}
        made = day(key[0], scope, truths(scope))
        watched = [each for each in made.days.usual.truths if alerts & set(_names(each))]
        return cls(key, made, frozenset(scope.logical(f"dashboard-{name}") for name in names), watched, command)

    def evaluate(self, side: Side, recording: Recording) -> None:
        """Have one side know what its panels show, or why it can't."""
        try:
            rules = Rules.of(recording)
            for truth in self.day.days.usual.truths:
                _all_played(truth, rules)
            self._draw(side, recording, rules)
            firing = self._firing(rules)
        except (UnplayableError, *SHAPES) as problem:
            side.unknown[self.key] = f"what is declared there isn't read by this version ({problem})"
            return
        self.played.append((rules, firing))
        both = ((name, each.alert.name) for each in self.watched for name in _names(each))
        side.firing[self.key] = {name: firing[alert] for name, alert in both if alert in firing}

    def _draw(self, side: Side, recording: Recording, rules: Rules) -> None:
        kept = [each for each in recording.resources if each.type not in DASHBOARDS or each.name in self.dashboards]
        panels = Panels()
        at_datadog.draw(panels, self.day, Recording(kept), rules.datadog, self.drawn)
        at_grafana.draw(panels, [(self.day, Recording(kept))], self.command)
        side.found |= {Place.evaluated(each.panel): each for each in panels.drawn}
        for wrong in (*panels.wrong, *panels.uncounted):
            side.wrong[Place.evaluated(wrong.panel)].append(wrong)

    def _firing(self, rules: Rules) -> Mapping[str, Firing]:
        found: dict[str, Firing] = {}
        for known, firing in self.played:
            same = (each.alert.name for each in self.watched if _decides(each, rules) == _decides(each, known))
            found |= {name: firing[name] for name in same if name in firing}
        left = {each.alert.name for each in self.watched} - set(found)
        return found | dict(fired(self.day, rules, self.command, left) if left else {})


def _names(truth: Truth) -> tuple[str, ...]:
    """What the working tree calls an alert, and what a base may."""
    return (truth.alert.name, truth.alert.was) if truth.alert.was else (truth.alert.name,)


def _all_played(truth: Truth, rules: Rules) -> None:
    """Raise UnplayableError for a setting that the proof doesn't play, but for options of the alert's own."""
    mine, alert = watching(truth, rules), truth.alert
    for rule in (mine.rule, mine.late):
        if rule:
            all_played(rule.uid, rule.unplayed, alert.grafana)
    for monitor in (mine.monitor, *rules.datadog.parts(mine.monitor)) if mine.monitor else ():
        all_played(monitor.name, monitor.unplayed, alert.datadog)


def _decides(truth: Truth, rules: Rules) -> object:
    """All that decides when an alert fires."""
    mine = watching(truth, rules)
    parts = rules.datadog.parts(mine.monitor) if mine.monitor else ()
    return mine.rule, mine.late, mine.monitor, parts, rules.datadog.objectives, rules.datadog.indexes
