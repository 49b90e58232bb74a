"""What costs more than before, said beside a budget that is exceeded: not the dearest check, but the one that grew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from review.cost import BUDGETS, costs
from review.steps import PRODUCT, name_of


def grown(resources: Iterable[Mapping[str, Any]], stack: str, project: Path, refusal: str) -> Iterator[str]:
    """A line for each budget that the refusal names: what costs more than in the state, with both numbers.

    Nothing where none does: then the budget itself was lowered. `resources`: those of the state.
    """
    from components.catalogue import scopes  # noqa: PLC0415  # of the project that has just been run
    from components.declared import declared  # noqa: PLC0415

    before = {
        name_of(one["urn"]): one.get("inputs", {}).get("declares", {}) for one in resources if one["type"] == PRODUCT
    }
    after = {scope.product.name: declared(scope) for scope in scopes(stack, project)}
    found = [cost for cost in costs(stack, before, after, {}) if f"`{BUDGETS.get(cost.what)}`" in refusal]
    for cost in found if before else ():
        if cost.grew:
            each = ", ".join(f"{name} {was:,} -> {now:,}" for name, was, now in cost.grew)
            yield f"What grew since the last `up`: {each} {cost.name} a month."
