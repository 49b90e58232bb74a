import pytest

from components.vocabulary import Exclusion, LogCount, LogIndex, days, percent, times
from tests.refusals import refused

DEBUG = LogCount(status=("debug",))


@pytest.mark.parametrize(("share", "shown"), [(percent(0), "0 %"), (percent(120), "120 %")])
def test_an_exclusion_drops_some_and_at_most_all(share, shown):
    assert refused(lambda: Exclusion("debug", DEBUG, share)) == [
        f"exclusion 'debug', `share`: '{shown}' isn't a share that can be dropped. -> percent(90)"
    ]
    assert Exclusion("debug", DEBUG, percent(100)).share == percent(100)


def test_an_exclusion_without_unit_is_refused():
    assert refused(lambda: Exclusion("debug", DEBUG, 90)) == [
        "exclusion 'debug', `share`: 90 has no unit, so nobody can tell what it means. -> a share, such as percent(5)"
    ]


def test_an_index_has_a_daily_limit():
    assert refused(lambda: LogIndex("main", keep=days(30), rows="TNY-01")) == [
        (
            "log index 'main', `at_most_daily`: is missing: every log index needs it. "
            "-> at_most_daily=…, a count, such as times(20)"
        )
    ]
    assert LogIndex("main", keep=days(30), rows="TNY-01", at_most_daily=times(5)).warn_at == percent(80)
