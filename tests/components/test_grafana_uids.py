"""Uids at Grafana: as they are written while they fit into 40 characters, told apart where they don't."""

from components.grafana.uids import LONGEST, uid
from tests.tiny import STAGING, scope


def test_a_name_that_fits_is_the_uid():
    longest = "x" * (LONGEST - len("tiny-"))
    assert uid(scope(), longest) == f"tiny-{longest}"


def test_a_longer_one_is_cut_and_stays_unique_and_the_same():
    long, other = "x" * (LONGEST - len("tiny-") + 1), "x" * (LONGEST - len("tiny-") + 2)
    made = {uid(scope(), long), uid(scope(), other), uid(scope(environment=STAGING), long)}
    assert len(made) == 3
    assert all(len(each) == LONGEST and each.startswith("tiny-xxx") for each in made)
    assert uid(scope(), long) == "tiny-xxxxxxxxxxxxxxxxxxxxxxxxxx-19306868"
