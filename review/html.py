"""A report as a page that opens from disk: the comment's sections, and every changed dashboard before and after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import NamedTuple

from review.changes import Declared
from review.drawn.data import Data
from review.drawn.pages import page as written
from review.drawn.panels import Page, Panel, page
from review.drawn.sample import sample
from review.markdown import remarks, sections, verdict
from review.report import Report, Stack

BOARDS = "Dashboards"
Mark = tuple[str, str]  # a widget's title and kind


class Redrawn(NamedTuple):
    """A dashboard that looks different afterwards; None where there is none. `marks`: which widgets differ, and how.

    It is drawn as it is in the first of `stacks`: in the others the same differs, beside limits that only one has.
    """

    product: str
    name: str
    before: Page | None
    after: Page | None
    marks: Mapping[Mark, str]
    stacks: tuple[str, ...]

    @property
    def pairs(self) -> list[tuple[Panel | None, Panel | None]]:
        """Each panel that differs, before and after; none of a dashboard that is new or goes, where all do."""
        if not (self.before and self.after):
            return []
        old, new = self.before.panels, self.after.panels
        return [pair for mark in self.marks for pair in zip_longest(_of(old, mark), _of(new, mark))]


def _of(panels: Sequence[Panel], mark: Mark) -> list[Panel]:
    return [each for each in panels if (each.widget, each.kind) == mark]


class Shown(NamedTuple):
    """What panels show before and after, and what is said of that."""

    before: Data
    after: Data
    said: str


SAMPLES = Shown(sample, sample, "Curves and numbers are sample data.")


def html(report: Report, commit: str = "", shown: Shown = SAMPLES) -> str:
    """The page. `shown`: what the panels of changed dashboards show."""
    boards = redrawn(report)
    found = [section for section in sections(report) if section.lines or (section.title == BOARDS and boards)]
    stacks = [stack.name for stack in report.stacks]
    return written(
        "report.html",
        before=shown.before,
        after=shown.after,
        shown=shown.said,
        verdict=verdict(report),
        commit=commit,
        stacks=stacks,
        sections=[] if report.empty else found,
        remarks=[*remarks(report)],
        boards=boards,
        losses=bool(report.losses()),
    )


def redrawn(report: Report) -> list[Redrawn]:
    """Every dashboard whose panels or limits differ, once for all stacks in which the same differs."""
    found: dict[str, Redrawn] = {}
    for stack in report.stacks:
        for product, name, before, after in _pairs(stack):
            if differs := _difference(before, after):
                key = repr((product, name, differs))
                stacks = found[key].stacks if key in found else ()
                made = found.get(key) or Redrawn(product, name, before, after, _marks(before, after), ())
                found[key] = made._replace(stacks=(*stacks, stack.name))
    return list(found.values())


def _pairs(stack: Stack) -> Iterator[tuple[str, str, Page | None, Page | None]]:
    """Every dashboard there was or is; renamed ones are the same one."""
    was = {(each.kind, each.product, each.name): each.was for each in stack.changes if each.what == "renamed"}
    old, new = stack.before.products, stack.after.products
    gone = {(product, name) for product, declared in old.items() for name in declared.get("dashboard", {})}
    for product, declared in new.items():
        earlier = was.get(("product", product, product), product)
        for name in declared.get("dashboard", {}):
            before = was.get(("dashboard", product, name), name)
            gone.discard((earlier, before))
            yield product, name, _page(earlier, before, old), page(product, name, declared)
    for product, name in sorted(gone):
        yield product, name, _page(product, name, old), None


def _page(product: str, name: str, products: Mapping[str, Declared]) -> Page | None:
    declared = products.get(product, {})
    return page(product, name, declared) if name in declared.get("dashboard", {}) else None


def _difference(before: Page | None, after: Page | None) -> object:
    """What is seen to differ: that there is one now, the title, the order, the widgets; nothing where nothing does."""
    if before is None or after is None:
        return (before is None, after is None)
    marks, old, new = _marks(before, after), _widgets(before), _widgets(after)
    frames = [(board.title, board.vendor, [*widgets]) for board, widgets in ((before, old), (after, new))]
    same = frames[0] == frames[1] and not marks
    return None if same else (frames, [(key, old.get(key), new.get(key)) for key in marks])


def _seen(panel: Panel) -> dict[str, object]:
    # Which alerts could fire is said elsewhere, with every alert.
    apart = ("product", "dashboard", "lines") if panel.kind == "firing" else ("product", "dashboard")
    return {key: value for key, value in vars(panel).items() if key not in apart}


def _marks(before: Page | None, after: Page | None) -> dict[Mark, str]:
    """Widgets that are added, removed or changed; one that was only pushed elsewhere isn't."""
    old, new = (_widgets(board) for board in (before, after))
    found = {key: "removed" for key in old if key not in new} | {key: "added" for key in new if key not in old}
    return found | {key: "changed" for key in old if key in new and old[key] != new[key]}


def _widgets(board: Page | None) -> dict[Mark, list[dict[str, object]]]:
    found: dict[Mark, list[dict[str, object]]] = {}
    for panel in board.panels if board else ():
        seen = {key: value for key, value in _seen(panel).items() if key != "place"}
        found.setdefault((panel.widget, panel.kind), []).append(seen)
    return found
