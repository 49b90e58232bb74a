"""Every unit has an entry in the one table, and quantities that can be compared with it."""

import pytest

from components import vocabulary
from components.units import UNITS
from components.vocabulary.quantities import EXAMPLES, Quantity, Unit


@pytest.mark.parametrize("unit", Unit)
def test_a_unit_is_called_something_at_every_vendor(unit):
    assert unit in UNITS, "an entry in components/units.py"


@pytest.mark.parametrize("unit", Unit)
def test_a_unit_has_an_example_that_can_be_compared_with_it(unit):
    assert unit in EXAMPLES, "an entry in EXAMPLES of components/vocabulary/quantities.py"
    quantity = eval(unit.example, vars(vocabulary).copy())  # what a message tells people to write
    assert isinstance(quantity, Quantity)
    assert quantity.measures(unit)
