"""The grid that all dashboards are laid out on."""

from components.placement import placed


def test_parts_stand_left_to_right_and_begin_a_row_below_the_tallest_where_they_do_not_fit():
    parts = [("a", (4, 2)), ("b", (6, 3)), ("c", (2, 1)), ("d", (6, 3)), ("e", (12, 4))]
    assert {part: tuple(place) for part, place in placed(parts, 12)} == {
        "a": (0, 0, 4, 2),
        "b": (4, 0, 6, 3),
        "c": (10, 0, 2, 1),
        "d": (0, 3, 6, 3),
        "e": (0, 6, 12, 4),
    }
