"""What a person writes into a query or a document means there what it says, or is refused before."""

import json

import pytest

from components.datadog.queries import log_search
from components.grafana.promql import log_query, selector
from components.scope import Scope
from components.vocabulary import LogCount, Unit, infrastructure
from review.docs import code, shown
from tests.refusals import refused
from tests.tiny import PRODUCTION, TINY

DISK = infrastructure("disk", Unit.RATIO, "x", ("host", "mount.point"))
START = "service:tiny-api env:production "
TINY_SCOPE = Scope(TINY, PRODUCTION)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("loss", "@event:loss"),
        ("/health", "@event:/health"),
        ("a-b_c.d", "@event:a-b_c.d"),
        ("two words", '@event:"two words"'),
        ("a:b", '@event:"a:b"'),
        ("-1", '@event:"-1"'),
        ("(a)", '@event:"(a)"'),
        ("a OR b", '@event:"a OR b"'),
        ("OR", '@event:"OR"'),
        ("[1 TO 5]", '@event:"[1 TO 5]"'),
        ("what?", '@event:"what?"'),
        ("/api/*", "@event:/api/*"),
        ("*", "@event:*"),
        (">1000", "@event:>1000"),
        (">= 0.5", "@event:>=0.5"),
        ("<-3", "@event:<-3"),
    ],
)
def test_a_value_in_a_search_of_datadog(value, written):
    assert log_search(TINY_SCOPE, LogCount(fields={"event": value})) == START + written
    if value[0] not in "<>":
        assert log_search(TINY_SCOPE, LogCount(message="x", without={"event": value})) == f'{START}"x" -{written}'


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("loss", 'event="loss"'),
        ('say "no"', r'event="say \"no\""'),
        ("C:\\x", r'event="C:\\x"'),
        ("a|b", 'event="a|b"'),
        ("€", 'event="€"'),
        ("/api/*", 'event=~"/api/.*"'),
        ("a.b(*", r'event=~"a\\.b\\(.*"'),
        ("*", 'event=~".+"'),
        (">1000", 'event > 1000 | __error__=""'),
        ("<= 0.5", 'event <= 0.5 | __error__=""'),
    ],
)
def test_a_value_in_a_query_of_loki(value, written):
    assert f"| {written} [5m]" in log_query(TINY_SCOPE, LogCount(fields={"event": value}), "5m")


def test_a_message_in_a_query_of_loki():
    text = log_query(TINY_SCOPE, LogCount(message='a "b" \\ c'), "5m")
    assert r'|= "a \"b\" \\ c" [5m]' in text


@pytest.mark.parametrize("value", ['a"b', "a\\b", 'a",b="c', "a}b", "é €", "a b"])
def test_a_value_of_a_label_of_prometheus(value):
    text = selector(TINY_SCOPE, DISK.where(host=value))
    assert text == f'{{product="tiny",env="production",host={json.dumps(value, ensure_ascii=False)}}}'


def test_where_keeps_what_it_was_narrowed_to_before():
    both = DISK.where(host="a").where(**{"mount.point": "b"})
    assert both == DISK.where(host="a", **{"mount.point": "b"})
    assert both.where(host="a") == both
    assert selector(TINY_SCOPE, both) == '{product="tiny",env="production",host="a",mount_point="b"}'
    (text,) = refused(lambda: both.where(host="c"))
    assert "`where`: \"host='c'\" contradicts host='a'" in text


def test_the_line_of_a_part_is_that_of_the_product_file():
    with pytest.raises(ValueError, match=r"\(test_escapes\.py:\d+\)"):
        DISK.where(host="")
    with pytest.raises(ValueError, match=r"\(test_escapes\.py:\d+\)"):
        DISK.where(hots="a")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Less than 10 % of <instance> is idle", r"Less than 10 % of \<instance> is idle"),
        ("*all* of __it__ and ~~that~~", r"\*all\* of \_\_it\_\_ and \~\~that\~\~"),
        ("snake_case stays", "snake_case stays"),
        ("see [this](https://x.example)", r"see \[this](https://x.example)"),
        ("a | b", r"a \| b"),
        ("# no headline", r"\# no headline"),
        ("- no list", r"\- no list"),
        ("1. no number", r"1\. no number"),
        ("5 % is no number", "5 % is no number"),
        ("`code <b> *x* | y` and `half", "`code <b> *x* | y` and \\`half"),
        ("&lt; and AT&T", r"\&lt; and AT&T"),
        ("$a$", r"\$a\$"),
        ("back\\slash", r"back\\slash"),
    ],
)
def test_a_text_in_markdown_shows_what_was_written(text, written):
    assert shown(text) == written


def test_a_bar_in_a_cell_is_escaped_in_code_too():
    assert shown("`a|b` | c", cell=True) == r"`a\|b` \| c"
    assert code("(a|b)") == r"`(a\|b)`"
    assert code("a`b") == "``a`b``"
    assert code("`a") == "`` `a ``"
