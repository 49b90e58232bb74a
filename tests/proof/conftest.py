"""All alerts of both environments with their cases, gathered once."""

import pytest

from proof.everything import gather
from proof.grafana.engine import find_query_engine
from tests.conftest import STACKS


@pytest.fixture(scope="session")
def proof():
    return gather(STACKS)


@pytest.fixture(scope="session")
def program():
    return find_query_engine()
