"""Writes docs/rules.md: each rule, why it is one, what to do, and what is excused from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from components.judging import Excused, excuses
from components.rules import RULES
from components.rules.rule import Rule
from components.vocabulary.product import Product

HEAD = """# Rules

<!-- Written by `make docs` from components/rules/; changes made here are lost. -->

What a vendor refuses can't be declared at all. These rules are about what can be declared and would be poor monitoring:
an alert that can't fire, one that wakes people for nothing, silence that looks like health. `make plan`, `make preview`
and `make up` refuse what breaks one, as does `make check`; each looks at every environment, whichever is asked for.
What makes no sense at all, such as a share above 100 %, a recovery on the wrong side of its limit or a handle in text,
is refused where it is written, without a rule.

A rule is a function in [components/rules/](../components/rules). Its cases are in
[tests/rules/cases.py](../tests/rules/cases.py): one that breaks it, and one that just doesn't.

## Exceptions

An exception is written on the alert, check, objective, dashboard, severity or product it is for, with a
reason and the last day on which it holds:

```python
Alert(
    "vendor-slow",
    P2,
    ...
    excused=(Excuse("share-without-gate", "each call is worth 1000 euros", until="2027-06-30"),),
)
```

It is an error after that day, once nothing breaks the rule, and if there is no such rule.
"""


def rules_page(products: Sequence[Product]) -> str:
    """The whole page."""
    given: dict[str, list[Excused]] = defaultdict(list)
    for product in products:
        for each in excuses(product):
            given[each.excuse.rule].append(each)
    return "\n".join([HEAD, *(line for rule in RULES for line in _section(rule, given[rule.id]))])


def _section(rule: Rule, given: Sequence[Excused]) -> Iterator[str]:
    yield from (f"## {rule.id}", "", rule.why, "", f"**What to do:** {rule.instead}", "")
    excuse = f'`excused=(Excuse("{rule.id}", "why", until="2027-06-30"),)`' if rule.excusable else "not possible."
    yield from (f"**Exception:** {excuse}", "")
    for each in given:
        item = f", {each.item}" if each.item else ""
        yield f"- Excused until {each.excuse.until}: {each.product.name}{item} ({each.excuse.reason})"
    if given:
        yield ""
