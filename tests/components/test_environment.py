import pytest

from components.environment import Environment
from components.problems import InvalidDeclarationError
from components.vocabulary import Email, PagerDuty, Slack, days, hours, minutes, seconds
from tests.refusals import refused
from tests.tiny import KEYS, PRODUCTION, environment

FILE = "Pulumi.test.yaml"
SUFFIXES = (
    '"", or what ends the names of what exists once per environment, such as -staging; '
    "not late, monitor, traffic, burn, ratio, used, mean, percentile"
)


def parse(**other):
    return lambda: environment(**other)


def test_keys_are_written_with_hyphens_and_durations_with_a_letter():
    assert PRODUCTION.probe_at_most_every == seconds(30)
    assert PRODUCTION.keep_logs_at_most == days(30)
    assert PRODUCTION.probe_from == ("Frankfurt", "Ohio")
    assert environment(probe_at_most_every="5m").probe_at_most_every == minutes(5)
    assert environment(probe_at_most_every="2h").probe_at_most_every == hours(2)


@pytest.mark.parametrize("key", KEYS)
def test_a_missing_key_is_refused_as_none_has_a_default(key):
    given = {name: value for name, value in KEYS.items() if name != key}
    assert refused(lambda: Environment.parse(given, FILE)) == [
        f"{FILE}, `{key}`: is missing, and has no default. -> {key}: … (docs/environments.md)"
    ]


def test_a_misspelt_key_is_refused_with_the_nearest_one():
    assert refused(lambda: Environment.parse(KEYS | {"keep-log-at-most": "30d"}, FILE)) == [
        f"{FILE}, `keep-log-at-most`: '30d' isn't a key of an environment. -> keep-logs-at-most"
    ]


def test_a_key_with_underscores_is_none():
    assert refused(lambda: Environment.parse(KEYS | {"probe_from": ["Ohio"]}, FILE)) == [
        f"{FILE}, `probe_from`: ['Ohio'] isn't a key of an environment. -> probe-from"
    ]


@pytest.mark.parametrize("value", ["30", "30 m", "1w", "half an hour", 30, None, ["30m"]])
def test_a_duration_is_a_number_and_a_letter(value):
    assert refused(parse(probe_at_most_every=value)) == [
        (f"{FILE}, `probe-at-most-every`: {value!r} isn't valid here. -> a number with s, m, h or d, such as 30m")
    ]


def test_a_duration_of_nothing_is_refused():
    assert refused(parse(probe_at_most_every="0m")) == [
        f"{FILE}, `probe-at-most-every`: '0m' isn't valid here. -> a number with s, m, h or d, such as 30m"
    ]


@pytest.mark.parametrize(
    ("key", "value", "instead"),
    [
        ("name", "Prod Uction", "the value of the applications' `env` tag: lower case, hyphens"),
        ("name", "", "the value of the applications' `env` tag: lower case, hyphens"),
        ("suffix", "staging", SUFFIXES),
        ("suffix", "- x", SUFFIXES),
        ("sentry_organization", "My Org", "the slug in Sentry's address"),
        ("datadog_organization", " ", "the organisation's name in Datadog's settings"),
        ("grafana_metrics_instance", 1, "the number of its hosted Prometheus, in quotes"),
        ("grafana_metrics_datasource", "", "the data source's uid, such as grafanacloud-prom"),
        ("probe_from", [], "at least one name, without duplicates"),
        ("probe_from", ["Ohio", "Ohio"], "at least one name, without duplicates"),
        ("grafana_stack", "abc", "the stack's number, in quotes"),
        ("suffix", None, SUFFIXES),
        ("suffix", "-late", SUFFIXES),
        ("suffix", "-eu-traffic", SUFFIXES),
    ],
)
def test_what_becomes_part_of_names_at_the_vendors_has_their_form(key, value, instead):
    assert refused(parse(**{key: value})) == [
        f"{FILE}, `{key.replace('_', '-')}`: {value!r} isn't valid here. -> {instead}"
    ]


@pytest.mark.parametrize(
    "value",
    [{"pagerduty": "tiny"}, {"slack": "#a", "email": "a@b.example"}, "everybody", {}, None, ["#alerts"]],
)
def test_a_receiver_that_wakes_can_not_be_written(value):
    assert refused(parse(notify=value)) == [
        (f'{FILE}, `notify`: {value!r} isn\'t valid here. -> as-declared, or slack: "#…", or email: …')
    ]


def test_a_receiver_that_is_none_is_refused_with_what_to_write():
    assert refused(parse(notify={"slack": "alerts"})) == [
        f"{FILE}, `notify`: {{'slack': 'alerts'}} isn't valid here. -> #alerts"
    ]
    assert refused(parse(notify={"slack": 5}))[0].endswith("-> a text in quotes")


def test_everything_that_is_wrong_is_said_at_once():
    given = {name: value for name, value in KEYS.items() if name != "name"} | {"protect": "maybe", "colour": "red"}
    assert [text.split(":")[0] for text in refused(lambda: Environment.parse(given, FILE))] == [
        f"{FILE}, `name`",
        f"{FILE}, `protect`",
        f"{FILE}, `colour`",
    ]


@pytest.mark.parametrize("value", [None, "staging", ["staging"]])
def test_a_stack_without_an_environment_is_refused(value):
    assert refused(lambda: Environment.parse(value, FILE)) == [
        (
            f"{FILE}, `monitoring:environment`: is missing: the program can't tell which environment this stack is. "
            "-> monitoring:environment: {name: staging, …}"
        )
    ]


def test_an_address_of_runbooks_is_an_address():
    (text,) = refused(parse(runbooks="docs/runbooks"))
    assert text.startswith(f"{FILE}, `runbooks`: 'docs/runbooks' isn't valid here.")


def test_everybody_is_told_as_declared_or_one_receiver_instead_of_all():
    receivers = (PagerDuty("tiny"), Email("team@tiny.example"))
    assert PRODUCTION.told(receivers, "tiny") == receivers
    staging = environment(notify={"slack": "#{product}-staging"})
    assert staging.told(receivers, "tiny") == (Slack("#tiny-staging"),)
    assert environment(notify={"email": "qa@tiny.example"}).told(receivers, "tiny") == (Email("qa@tiny.example"),)


def test_an_environment_is_frozen():
    with pytest.raises(ValueError, match="frozen"):
        PRODUCTION.name = "staging"
    with pytest.raises(InvalidDeclarationError):
        environment(other=1)


def test_addresses_of_pages_are_those_of_the_vendors_unless_the_stack_file_says_otherwise():
    assert environment().at_datadog("/dashboard/a") == "https://app.datadoghq.com/dashboard/a"
    assert environment(sentry_organization="us").at_sentry("/dashboard/1/") == "https://us.sentry.io/dashboard/1/"
    elsewhere = environment(
        datadog_address="https://app.datadoghq.eu/", sentry_address="https://s.example/organizations/us/"
    )
    assert elsewhere.at_datadog("/dashboard/a") == "https://app.datadoghq.eu/dashboard/a"
    assert elsewhere.at_sentry("/dashboard/1/") == "https://s.example/organizations/us/dashboard/1/"


@pytest.mark.parametrize(
    ("key", "value", "instead"),
    [
        ("probe_from", "Frankfurt", "a list, such as [Frankfurt]"),
        ("owns", "receivers", "a list, such as [Frankfurt]"),
        ("protect", "no", "true or false"),
        ("uptime_executions_per_month", "50000", "a whole number, without quotes"),
    ],
)
def test_a_value_of_another_kind_is_refused_in_the_words_of_yaml(key, value, instead):
    (text,) = refused(parse(**{key: value}))
    assert text.endswith(f"-> {instead}")
