"""How the vendors' APIs are opened: by the variables that the providers read, and with nothing of them in an error."""

import pytest

from apis.access import ACCESS, cursor, opened
from apis.web import WebError
from components.vendors import VENDORS
from tests.pipelines.standin import StandIn

VARIABLES = {
    "DD_API_KEY": "key-of-datadog",
    "DD_APP_KEY": "application-key",
    "GRAFANA_URL": "https://acme.grafana.net/",
    "GRAFANA_AUTH": "glsa_token",
    "GRAFANA_SM_URL": "https://synthetic-monitoring-api.grafana.net",
    "GRAFANA_SM_ACCESS_TOKEN": "token-of-checks",
    "SENTRY_AUTH_TOKEN": "sntryu_token",
}


def test_only_variables_that_the_providers_read_open_an_api():
    read = {name for vendor in VENDORS.values() for name in vendor.variables}
    assert {name for each in ACCESS.values() for name in (*each.needed, each.address)} <= read


@pytest.mark.parametrize(
    ("api", "address", "headers"),
    [
        (
            "datadog",
            "https://api.datadoghq.com",
            {"DD-API-KEY": "key-of-datadog", "DD-APPLICATION-KEY": "application-key"},
        ),
        ("grafana", "https://acme.grafana.net", {"Authorization": "Bearer glsa_token"}),
        ("synthetics", VARIABLES["GRAFANA_SM_URL"], {"Authorization": "Bearer token-of-checks"}),
        ("sentry", "https://sentry.io/api", {"Authorization": "Bearer sntryu_token"}),
    ],
)
def test_each_api_has_its_own_address_and_headers(api, address, headers):
    web = opened(api, VARIABLES)
    assert (web.address, web.headers) == (address, headers)
    assert opened(api, VARIABLES, "/0/more").address == f"{address}/0/more"


def test_another_region_or_installation_is_where_its_variable_says():
    elsewhere = {**VARIABLES, "DD_HOST": "https://api.datadoghq.eu", "SENTRY_BASE_URL": "https://de.sentry.io/api/"}
    assert [opened(api, elsewhere).address for api in ("datadog", "sentry")] == [
        "https://api.datadoghq.eu",
        "https://de.sentry.io/api",
    ]


@pytest.mark.parametrize("api", ACCESS)
def test_what_is_missing_is_named(api):
    for name in ACCESS[api].needed:
        for value in ({}, {name: ""}):
            with pytest.raises(WebError, match=f"^{name} must be set$"):
                opened(api, {**{key: one for key, one in VARIABLES.items() if key != name}, **value})


@pytest.mark.parametrize("value", ["key\n", " key", "key\r\n"])
def test_a_credential_that_was_pasted_with_a_line_break_is_named_and_not_shown(value):
    with pytest.raises(WebError) as told:
        opened("datadog", {**VARIABLES, "DD_APP_KEY": value})
    assert str(told.value) == "DD_APP_KEY begins or ends with a space or a line break"


@pytest.mark.parametrize(
    "value", ["http://acme.grafana.net", "acme.grafana.net", "https://user:hidden@acme.grafana.net"]
)
def test_an_address_that_credentials_must_not_be_sent_to_is_named_by_its_variable(value):
    with pytest.raises(WebError, match=r"^GRAFANA_URL isn't ") as told:
        opened("grafana", {**VARIABLES, "GRAFANA_URL": value})
    assert "hidden" not in str(told.value)


def test_a_password_is_sent_as_one_and_is_not_shown_in_any_form():
    said = {
        ("GET", "/x"): lambda asked: (400, {}, [asked.headers["Authorization"], "admin:long-password long-password"])
    }
    with StandIn(said).running() as address, pytest.raises(WebError) as told:
        opened("grafana", {"GRAFANA_URL": address, "GRAFANA_AUTH": "admin:long-password"}).get("/x")
    assert str(told.value).endswith('["Basic [secret]", "[secret] [secret]"]')


def test_the_next_page_of_a_list_at_sentry_is_known_only_where_it_has_something():
    link = '<x>; rel="previous"; results="true"; cursor="0:0:1", <x>; rel="next"; results="{}"; cursor="0:100:0"'
    assert (cursor(link.format("true")), cursor(link.format("false")), cursor("")) == ("0:100:0", "", "")
