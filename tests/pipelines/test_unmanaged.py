"""What exists in the project's name but isn't in code, of what the vendors' list APIs say."""

import contextlib
from dataclasses import replace

import pytest

from components.scope import Scope
from pipelines.listing import KINDS, apis
from pipelines.unmanaged import Whose, lines, unmanaged
from tests.pipelines import vendors
from tests.pipelines.standin import StandIn
from tests.tiny import PRODUCTION, STAGING, TINY

WHOSE = Whose.of([Scope(TINY, PRODUCTION)], [STAGING.suffix])


@contextlib.contextmanager
def at_vendors(monkeypatch, **changed):
    """The credentials lead to stand-ins; `changed`: answers of one of them instead."""
    parts = {
        "datadog": vendors.datadog(),
        "grafana": vendors.grafana(),
        "synthetics": vendors.synthetics(),
        "sentry": vendors.sentry("acme"),
    }
    stand_ins = {name: StandIn({**answers, **changed.get(name, {})}) for name, answers in parts.items()}
    with contextlib.ExitStack() as held:
        at = {name: held.enter_context(one.running()) for name, one in stand_ins.items()}
        values = {
            "DD_HOST": at["datadog"],
            "DD_API_KEY": "k",
            "DD_APP_KEY": "a",
            "GRAFANA_URL": at["grafana"],
            "GRAFANA_AUTH": "g",
            "GRAFANA_SM_URL": at["synthetics"],
            "GRAFANA_SM_ACCESS_TOKEN": "s",
            "SENTRY_AUTH_TOKEN": "t",
            "SENTRY_BASE_URL": f"{at['sentry']}/api/",
        }
        for name, value in values.items():
            monkeypatch.setenv(name, value)
        yield stand_ins


def found(monkeypatch, timeout=5.0, **changed):
    with at_vendors(monkeypatch, **changed) as stand_ins:
        impatient = {name: replace(each, timeout=timeout) for name, each in apis("acme").items()}
        things, failed = unmanaged(impatient, vendors.STATE, WHOSE)
    return set(lines(things)), failed, stand_ins


def test_every_page_of_every_vendor_is_read_and_what_is_not_in_the_state_listed(monkeypatch):
    listed, failed, stand_ins = found(monkeypatch)
    assert failed == []
    assert listed == vendors.EXPECTED
    assert len(stand_ins["datadog"].of("GET", "/api/v1/monitor")) == 2
    assert len(stand_ins["sentry"].of("GET", "/api/0/organizations/acme/workflows/")) == 2


def test_it_only_reads(monkeypatch):
    _, _, stand_ins = found(monkeypatch)
    asked = [each for one in stand_ins.values() for each in one.asked]
    assert {each.method for each in asked} == {"GET"}
    assert len(asked) >= len(KINDS)


def test_each_vendor_is_given_its_own_credentials_and_no_others(monkeypatch):
    _, _, stand_ins = found(monkeypatch)
    sent = {name: {**one.asked[0].headers} for name, one in stand_ins.items()}
    datadog = {key.lower(): value for key, value in sent["datadog"].items()}
    assert (datadog["dd-api-key"], datadog["dd-application-key"]) == ("k", "a")
    assert "authorization" not in datadog
    assert [sent[name]["Authorization"] for name in ("grafana", "synthetics", "sentry")] == [
        "Bearer g",
        "Bearer s",
        "Bearer t",
    ]


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (401, "401, the credentials are refused"),
        (403, "403, the credentials don't allow it"),
        (429, "429, the rate limit is used up"),
    ],
)
def test_a_list_that_is_refused_is_one_line_and_the_others_are_read(monkeypatch, status, said):
    monkeypatch.setattr("apis.web.LONGEST_WAIT", 0.0)
    listed, failed, _ = found(
        monkeypatch, datadog={("GET", "/api/v1/monitor"): lambda _: (status, {}, {"errors": ["no"]})}
    )
    (line,) = failed
    assert line.startswith("Datadog: the monitors could not be listed: GET http://")
    assert said in line
    assert "\n" not in line
    assert listed == {each for each in vendors.EXPECTED if each[0] != "Datadog monitor"}


def test_a_vendor_that_does_not_answer_is_one_line_for_each_list(monkeypatch):
    def silent(_):
        import time

        time.sleep(0.5)
        return 200, {}, []

    _, failed, _ = found(monkeypatch, 0.2, synthetics={("GET", "/api/v1/check/list"): silent})
    (line,) = failed
    assert "Grafana: the checks could not be listed" in line
    assert "no answer" in line


def test_an_answer_of_another_form_is_one_line(monkeypatch):
    _, failed, _ = found(
        monkeypatch,
        grafana={
            ("GET", "/api/v1/provisioning/alert-rules"): [{"title": "x"}],
            ("GET", "/api/folders"): {"message": "?"},
        },
    )
    assert len(failed) == 2
    assert any("alert rules" in line and "unknown shape" in line for line in failed)
    assert any("folders" in line and "isn't a list" in line for line in failed)


def test_missing_credentials_are_said_once_for_each_api(monkeypatch):
    for name in ("DD_API_KEY", "DD_APP_KEY", "GRAFANA_URL", "GRAFANA_AUTH", "GRAFANA_SM_URL", "SENTRY_AUTH_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GRAFANA_SM_ACCESS_TOKEN", "s")
    _, failed = unmanaged(apis("acme"), vendors.STATE, WHOSE)
    assert failed == [
        "Datadog: DD_API_KEY and DD_APP_KEY must be set",
        "Grafana: GRAFANA_URL and GRAFANA_AUTH must be set",
        "Grafana: GRAFANA_SM_URL must be set",
        "Sentry: SENTRY_AUTH_TOKEN must be set",
    ]


@pytest.mark.parametrize(
    ("name", "production", "staging"),
    [
        ("tiny-p0", True, False),
        ("tiny-p0-staging", False, True),
        ("tiny_x.staging.errors", False, True),
        ("tinyhouse-p0", False, False),
        ("[staging] Tiny: Slow", False, True),
        ("Tiny", True, False),
    ],
)
def test_names_say_whose_it_is(name, production, staging):
    from pipelines.listing import Thing

    assert WHOSE.owns(Thing("1", name)) is production
    assert Whose.of([Scope(TINY, STAGING)], [""]).owns(Thing("1", name)) is staging


def test_every_type_that_is_compared_is_one_that_the_program_declares():
    """A type that is renamed would make everything look unmanaged."""
    from tests.conftest import ROOT

    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "sandbox" / "vendors").glob("*.py"))
    assert [kind.type for kind in KINDS if kind.type not in source] == []
