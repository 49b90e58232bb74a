"""The unions that vendors match on name every kind that a product file can use."""

from typing import get_args

import pytest

from components import vocabulary
from components.vocabulary.conditions import AnyCondition
from components.vocabulary.dashboards import AnyWidget, Widget
from components.vocabulary.kinds import AnySignal
from components.vocabulary.people import AnyReceiver, Receiver
from components.vocabulary.thresholds import Condition, Signal


def concrete(base):
    """The classes below a base that a product file can build: those that aren't bases of others."""
    below = {each for child in base.__subclasses__() for each in concrete(child)}
    return below or {base}


@pytest.mark.parametrize(
    ("base", "union"),
    [(Condition, AnyCondition), (Signal, AnySignal), (Widget, AnyWidget), (Receiver, AnyReceiver)],
    ids=["conditions", "signals", "widgets", "receivers"],
)
def test_a_kind_that_is_missing_in_its_union_is_found(base, union):
    ours = {each for each in concrete(base) if each.__module__.startswith("components.")}
    assert ours == set(get_args(union))


@pytest.mark.parametrize("union", [AnyCondition, AnySignal, AnyWidget, AnyReceiver])
def test_every_kind_can_be_imported_by_a_product_file(union):
    # Threshold is what .above() and .below() make.
    names = {each.__name__ for each in get_args(union)} - {"Threshold"}
    assert names <= set(vocabulary.__all__)
