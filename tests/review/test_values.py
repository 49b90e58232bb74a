"""Two versions of a resource are compared as people would: by identity, inside of JSON, without what only moved."""

import json

from review.shortening import pair
from review.values import UNKNOWN, differences


def test_rules_are_compared_by_uid_not_by_place():
    before = {"rules": [{"uid": "a", "for": "1m"}, {"uid": "b", "for": "5m"}, {"uid": "c", "for": "1m"}]}
    after = {"rules": [{"uid": "b", "for": "7m"}, {"uid": "c", "for": "1m"}]}
    assert differences(before, after) == [
        ("rules[a]", '{"for": "1m", "uid": "a"}', None),
        ("rules[b].for", "5m", "7m"),
    ]


def test_json_in_a_text_is_looked_into_and_a_panel_that_was_pushed_down_has_not_changed():
    def board(*panels):
        return {"configJson": json.dumps({"panels": list(panels)})}

    before = board({"title": "A", "gridPos": {"y": 0}}, {"title": "B", "gridPos": {"y": 4}, "unit": "s"})
    after = board(
        {"title": "A", "gridPos": {"y": 0}}, {"title": "N"}, {"title": "B", "gridPos": {"y": 8}, "unit": "ms"}
    )
    assert differences(before, after) == [
        ("configJson.panels[B].unit", "s", "ms"),
        ("configJson.panels[N]", None, '{"title": "N"}'),
    ]


def test_texts_in_a_list_are_there_or_not():
    assert differences({"tags": ["a", "b"]}, {"tags": ["b", "c"]}) == [("tags[]", "a", None), ("tags[]", None, "c")]


def test_what_is_known_after_apply_is_called_that():
    assert differences({"id": "1"}, {"id": UNKNOWN}) == [("id", "1", "known after apply")]


def test_of_long_texts_the_part_that_differs_is_shown():
    one, other = pair("a" * 200 + "5" + "b" * 200, "a" * 200 + "7" + "b" * 200, 60)
    assert one == f"…{'a' * 20}5{'b' * 20}…"
    assert other == f"…{'a' * 20}7{'b' * 20}…"
    assert pair(None, "", 60) == ("none", '""')
