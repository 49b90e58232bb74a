import pytest

from components.vocabulary import Check, minutes, seconds
from tests.refusals import refused


def test_a_path_is_appended_to_an_address_so_it_starts_with_a_slash():
    assert refused(lambda: Check("health", "api", "health", every=minutes(5), rows="TNY-01")) == [
        "check 'health', `path`: 'health' isn't a path; it is appended to the site's address. -> /health"
    ]


@pytest.mark.parametrize(("every", "shown"), [(seconds(10), "10 seconds"), (seconds(5), "5 seconds")])
def test_a_probe_ends_before_the_next_one_starts(every, shown):
    assert refused(lambda: Check("health", "api", "/", every=every, rows="TNY-01")) == [
        f"check 'health', `timeout`: '10 seconds' is not shorter than the interval of {shown}. -> a shorter timeout"
    ]


def test_an_interval_has_a_unit():
    assert refused(lambda: Check("health", "api", "/", every=5, rows="TNY-01")) == [
        (
            "check 'health', `every`: 5 has no unit, so nobody can tell what it means. "
            "-> a duration, such as seconds(3), minutes(10) or hours(1)"
        )
    ]


def test_a_check_waits_ten_seconds_for_a_200_unless_it_says_otherwise():
    check = Check("health", "api", "/health", every=minutes(5), rows="TNY-01")
    assert (check.timeout, check.status, check.body) == (seconds(10), 200, "")
