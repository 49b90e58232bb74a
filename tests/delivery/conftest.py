"""What both stacks declare, read once."""

import pytest

from components.catalogue import scopes
from delivery.ends import read
from tests.conftest import ROOT, STACKS


@pytest.fixture(scope="session")
def declared():
    return {name: read(name, ROOT) for name in STACKS}


@pytest.fixture(scope="session")
def everything():
    return {name: scopes(name, ROOT) for name in STACKS}
