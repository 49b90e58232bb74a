"""Shop: say in two lines what it is for, and what about it has to wake somebody.

`make new` has written this file. It holds to every rule as it stands; each comment below says what to change.
docs/vocabulary.md has the words, stacks/ four times as much of everything.
"""

from components.vocabulary import *

# ── Who is notified ──────────────────────────────────────────────────────────────────────────────────────────────────

# Nobody is woken yet: that takes a PagerDuty("shop") beside the channel, in tell= of HIGH.
CHANNEL = Slack("#shop-alerts")

HIGH = Severity("High", "High", urgency=2, answer_within=hours(1), tell=CHANNEL)
LOW = Severity("Low", "Low", urgency=4, answer_within=days(1), tell=CHANNEL)

# ── What is measured ─────────────────────────────────────────────────────────────────────────────────────────────────

# The service as its tracer names it, and the operation of the spans that are requests.
API = Service("shop-backend", "express.request", about="Requests to the API")
# Whether it answers from outside. The interval is how late an outage is noticed: the shortest that the stack files have
# a budget for (uptime-executions-per-month).
# Told as well: that it no longer runs, which would look healthy for ever, and that its certificate ends.
HEALTH = Check(
    "api-health",
    "api",
    "/health",
    every=minutes(5),
    if_silent=Silence(LOW, after=hours(3)),
    if_certificate_ends=LOW,
)
FAILING = Ratio(API.errors, of=API.requests)

# ── What is promised and drawn ───────────────────────────────────────────────────────────────────────────────────────

OVERVIEW = Dashboard(
    "main",
    "Main",
    (
        Firing("Firing now", about="Alerts that have fired and aren't over"),
        Lines("Error rate", FAILING, about="Requests that fail, of all requests"),
        Lines("Requests", Rate(API.requests), about="How busy it is; a sudden 0 is an outage"),
        Lines("Response time", Percentile(95, API.latency), about="95th percentile of response times"),
    ),
    about="Is it up, and is it well?",
)

# ── What is alerted on ───────────────────────────────────────────────────────────────────────────────────────────────

ALERTS = (
    Alert(
        "high-error-rate",
        HIGH,
        # Without at_least=, one failed request of three at night would be 33 %.
        when=FAILING.over(minutes(5), at_least=times(50)).above(percent(5)),
        summary="More than {threshold} of requests fail",
        runbook="Roll back the last deploy if it is recent; else find the failing route in the trace list.",
    ),
    Alert(
        "api-down",
        HIGH,
        when=CheckFails(HEALTH, rounds=2),
        summary="The API does not answer from outside",
        runbook="Open the address; look at the host and at the last deploy.",
    ),
    # Without traces, high-error-rate is blind. As long as the quietest hour of a night is.
    Alert(
        "traces-silent",
        LOW,
        when=Absence(API.requests, over=hours(3)),
        summary="No request was traced for {window}: the error rate is not measured",
        runbook="Does the site work? Then restart the Datadog Agent, and check DD_ENV and DD_SERVICE.",
    ),
)

# ── The product ──────────────────────────────────────────────────────────────────────────────────────────────────────

PRODUCT = Product(
    "shop",
    "Shop",
    "shop",  # the team that owns it, as Datadog and Sentry know it
    service="shop-backend",
    telemetry="datadog",  # where its metrics and logs are kept; "grafana" is the other place
    workspace="shop",  # its Slack workspace, as the vendors' integrations are called
    urls={
        "production": {"api": "https://api.shop.example"},
        "staging": {"api": "https://api.staging.shop.example"},
    },
    # Everything above that has a name: severities, alerts, dashboards.
    **named_in(globals()),
)
