"""All alerts of both environments with their cases, gathered once."""

import pytest

from proof import everything
from proof.grafana.engine import find_query_engine
from review.recorder import record
from tests.conftest import ROOT, STACKS


@pytest.fixture(scope="session")
def recorded():
    """What stands in for `record`: the real program is run once for each stack, named."""
    known = {stack: record(stack, named=True) for stack in STACKS}

    def recorded(stack, root=ROOT, *, named):
        assert (root, named) == (ROOT, True)
        return known[stack]

    return recorded


@pytest.fixture(scope="session")
def proof(recorded):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(everything, "record", recorded)
        return everything.gather(STACKS)


@pytest.fixture(scope="session")
def program():
    return find_query_engine()
