"""`was=` names what a part was called; what it can't have been called is refused."""

import dataclasses

import pytest

from components.problems import InvalidDeclarationError
from components.vocabulary.renames import strange
from tests.tiny import TINY


def refused(name, was):
    alerts = tuple(dataclasses.replace(each, was=was) if each.name == name else each for each in TINY.alerts)
    with pytest.raises(InvalidDeclarationError) as caught:
        dataclasses.replace(TINY, alerts=alerts)
    return str(caught.value)


def test_a_part_was_not_called_what_it_is_called():
    assert "alert 'slow', `was`" in refused("slow", "slow")


def test_a_name_that_is_in_use_has_its_own_history():
    assert "'disk' is still declared: its history can't continue under two names." in refused("slow", "disk")


def test_two_parts_were_not_one():
    alerts = tuple(
        dataclasses.replace(each, was="once") if each.name in ("slow", "disk") else each for each in TINY.alerts
    )
    with pytest.raises(InvalidDeclarationError, match="is claimed by 2 of them"):
        dataclasses.replace(TINY, alerts=alerts)


def test_a_product_was_not_called_what_it_or_another_one_is_called():
    other = dataclasses.replace(TINY, name="other", was="tiny")
    assert str(next(strange([dataclasses.replace(TINY, was="tiny")]))).startswith(
        "product 'tiny', `was`: 'tiny' is its current name."
    )
    assert "'tiny' is still declared" in str(next(strange([TINY, other])))
    assert list(strange([dataclasses.replace(TINY, name="small", was="tiny")])) == []
