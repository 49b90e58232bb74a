"""FairTradeWorker brings homeowners and contractors together: jobs, bids, contracts, payments held until work is done.

Users' money is held in deposits, so payments page, as do logins, notifications and the database. Jobs, bids and revenue
are drawn and never alerted on. `rows` names the lines of the monitoring document that something answers
(docs/requirements/fair-trade-worker.md); where it differs from the document, that page says why.
"""

from components.vocabulary import *

# ── Who is notified ──────────────────────────────────────────────────────────────────────────────────────────────────

ON_CALL = PagerDuty("fairtradeworker")
BACKUP = PagerDuty("fairtradeworker-backup")  # the engineer who is paged when the first one can't end it in time
ALERTS = Slack("#alerts")
MONITORING = Slack("#monitoring")
TEAM = Email("team@fairtradeworker.com")
PAYMENTS_TEAM = Email("payments@fairtradeworker.com", team="fairtradeworker-payments")
SECURITY_TEAM = Email("security@fairtradeworker.com", team="fairtradeworker-security")
OPS_TEAM = Email("ops@fairtradeworker.com")

P1 = Severity(
    "P1",
    "Critical",
    urgency=1,
    answer_within=minutes(15),
    remind_every=minutes(15),
    escalate_after=minutes(15),
    escalate_to=BACKUP,
    tell=(ON_CALL, ALERTS),
    rows="FTW-24 FTW-25 FTW-26 FTW-29",
    excused=(Excuse("receiver-unreachable", "PagerDuty's own policy pages the backup: FTW-25", until="2027-11-30"),),
)
P2 = Severity(
    "P2",
    "High",
    urgency=2,
    answer_within=hours(1),
    remind_every=hours(1),
    tell=(ALERTS, TEAM),
    rows="FTW-24 FTW-26 FTW-29",
)
P3 = Severity(
    "P3", "Medium", urgency=3, answer_within=days(1), remind_every=days(1), tell=MONITORING, rows="FTW-24 FTW-26 FTW-29"
)
P4 = Severity("P4", "Low", urgency=4, answer_within=days(7), tell=(), rows="FTW-24")  # is seen on dashboards only

# ── What is measured ─────────────────────────────────────────────────────────────────────────────────────────────────

API = Service("fairtradeworker-backend", "express.request", about="Requests to the API, as Express serves them")
DATABASE = Service("fairtradeworker-prisma", "prisma.client", about="Queries that the API makes through Prisma")
VENDORS = Service(
    "external APIs",
    "http.request",
    about="Calls to Stripe (payments), Twilio (SMS) and SendGrid (e-mail), one service per domain",
    services=("api.stripe.com", "api.twilio.com", "api.sendgrid.com"),
)

JOBS = counter("jobs.created", "A homeowner published a job", "category")
JOBS_COMPLETED = counter("jobs.completed", "A job was completed", "category")
JOB_BUDGET = distribution(
    "jobs.budget", Unit.MONEY, "The budget of each job when it is created, in US dollars", "category"
)
BIDS = counter("bids.submitted", "A contractor submitted a bid")
BIDS_ACCEPTED = counter("bids.accepted", "A homeowner accepted a bid")
BID_AMOUNT = distribution("bids.amount", Unit.MONEY, "The amount of each bid, in US dollars")
BID_RESPONSE = distribution("bids.response_time", Unit.SECONDS, "From a bid to its acceptance or rejection")
CONTRACTS = gauge("active.contracts", Unit.COUNT, "Contracts that are running")
CONTRACTS_COMPLETED = counter("contracts.completed", "A contract was completed")

PAYMENT_ATTEMPTS = counter("payment.attempted", "Money was about to be held or released", "operation")
PAYMENT_SUCCESSES = counter("payment.succeeded", "It was held or released", "operation")
PAYMENT_FAILURES = counter("payment.failed", "It was not, and the payer's bank is not the reason", "operation")
PAYMENTS_HELD = counter("payment.held", "A deposit was taken and is held")
PAYMENTS_RELEASED = counter("payment.released", "A contractor was paid")
RELEASED_AMOUNT = distribution(
    "payment.released.amount", Unit.MONEY, "The contract's amount of each release, in US dollars"
)
RELEASED_FEE = distribution("payment.released.fee", Unit.MONEY, "The platform's fee of each release, in US dollars")
DEPOSITS = gauge("payment.deposits_held", Unit.MONEY, "Money that is held for running contracts, in US dollars")
# What the agent makes of timing('payment.processing', …); there is no metric of that name itself.
PAYMENT_TIME = gauge(
    "payment.processing.avg", Unit.MILLISECONDS, "Made by the agent of timings: the mean of ten seconds", "host"
)
PAYMENT_TIME_MOST = gauge(
    "payment.processing.max", Unit.MILLISECONDS, "Made by the agent of timings: the longest of ten seconds", "host"
)

LOGINS = counter("auth.login.attempted", "Somebody tried to log in")
LOGIN_FAILURES = counter(
    "auth.login.failed", "A login failed: `credentials` are the user's mistakes, `system` is ours", "reason"
)
NOTIFICATIONS = counter("notification.attempted", "A message was handed to its channel, sms or email", "channel")
NOTIFICATION_FAILURES = counter("notification.failed", "The channel did not take it", "channel")

# Sent by the application, but found by the agent's product tag, as everything about a host is.
DB_OPEN = infrastructure(
    "db.connections.open", Unit.COUNT, "Open connections of the pools on a host; sent by the application", "host"
)
DB_MAX = infrastructure(
    "db.connections.max", Unit.COUNT, "Connections that those pools may open; sent by the application", "host"
)

SYSTEM_LOGIN_FAILURES = LOGIN_FAILURES.where(reason="system")
ALL_LOGS = LogCount(status="*")
SLOW_QUERY = LogCount(status="warn", message="Slow query", fields={"duration": ">1000"})  # logged in milliseconds

# What alerts and dashboards both look at.
FAILING = Ratio(API.errors, of=API.requests)
MEAN_LATENCY = Mean(API.latency)
PAYMENTS_SUCCEED = Ratio(PAYMENT_SUCCESSES, of=PAYMENT_ATTEMPTS)
PAYMENTS_FAIL = Ratio(PAYMENT_FAILURES, of=PAYMENT_ATTEMPTS)
DB_CONNECTIONS = Ratio(DB_OPEN, of=DB_MAX, by=("host",))
VENDORS_FAIL = Ratio(VENDORS.errors, of=VENDORS.requests, by=("service",))
LOGINS_FAIL = Ratio(SYSTEM_LOGIN_FAILURES, of=LOGINS)
NOTIFICATIONS_FAIL = Ratio(NOTIFICATION_FAILURES, of=NOTIFICATIONS, by=("channel",))

# ── Checks from outside, and objectives ──────────────────────────────────────────────────────────────────────────────

HEALTH = Check(
    "api-health",
    "api",
    "/health",
    every=minutes(2),
    if_silent=Silence(P3, after=hours(2)),
    if_certificate_ends=Expiry(P3, alert="tls-expires"),
    rows="FTW-17 FTW-28",
)

AVAILABILITY = Objective(
    "availability",
    percent(99.97),
    good=HEALTH,
    summary="The API's health endpoint answers from everywhere",
    rows="FTW-28",
)
UPTIME = Objective(
    "uptime",
    percent(99.97),
    good=FAILING.over(minutes(1)).below(percent(5)),
    summary="Minutes in which the API serves: fewer than 5 in 100 requests fail",
    rows="FTW-17 FTW-28",
)
FEW_ERRORS = Objective("few-errors", percent(99.5), bad=FAILING, summary="API requests don't fail", rows="FTW-20")
FAST = Objective(
    "fast",
    percent(99),
    good=Percentile(95, API.latency).over(minutes(5)).below(milliseconds(200)),
    summary="95 of 100 API requests take less than 200 ms",
    rows="FTW-20",
)

# ── Alerts ───────────────────────────────────────────────────────────────────────────────────────────────────────────

CRITICAL_SYSTEMS = (
    Alert(
        "payments-failing",
        P1,
        when=PAYMENTS_FAIL.over(hours(1), at_least=times(5)).above(percent(5)),
        summary="More than {threshold} of payments fail: users can't complete jobs",
        runbook="Split the failures by operation and open Stripe's status page. If it is not Stripe, roll back the "
        "last deploy; then check the API key and the webhooks.",
        rows="FTW-09",
        excused=(Excuse("page-for-one-event", "four payments an hour never pass a gate of 20", until="2027-11-30"),),
    ),
    Alert(
        "payment-error",
        P1,
        when=Issues(where=Tagged("payment.failed", "is set")),
        tell=PAYMENTS_TEAM,
        summary="An error tagged payment.failed: somebody's money was not held or not released",
        runbook="Open the issue and look the payment up in Stripe: contact a user who was charged, else retry.",
        rows="FTW-04",
    ),
    Alert(
        "database-unavailable",
        P1,
        when=ServiceCheck("postgres.can_connect", failures=3, successes=2, by=("host", "port")),
        summary="The database at {host} port {port} accepts no connections: a complete outage",
        runbook="Check that the database runs and has free connections and disk; fail over if it does not come back.",
        rows="FTW-10",
    ),
    Alert(
        "logins-failing",
        P1,
        when=LOGINS_FAIL.over(minutes(30), at_least=times(100)).above(percent(1)),
        summary="More than {threshold} of logins fail for a reason on our side: users can't get in",
        runbook="Log in yourself. Check the database, the signing key and its expiry; roll back the last deploy.",
        rows="FTW-11",
    ),
    Alert(
        "notifications-failing",
        P1,
        when=NOTIFICATIONS_FAIL.over(minutes(10), at_least=times(10)).above(percent(10)),
        summary="More than {threshold} of the notifications by {channel} fail: users miss updates",
        runbook="SMS is Twilio, e-mail is SendGrid: open the status page, then check credentials, balance and limits.",
        rows="FTW-12 FTW-33",
    ),
)

API_ALERTS = (
    Alert(
        "api-down",
        P1,
        when=CheckFails(HEALTH, rounds=2),
        summary="The API does not answer from outside: nobody can use FairTradeWorker",
        runbook="Roll back the last deploy if it is recent; then look at the load balancer and at the hosts.",
        rows="FTW-17 FTW-28",
    ),
    Alert(
        "critical-error-rate",
        P1,
        when=FailedTransactions().over(minutes(5)).above(percent(5)),
        summary="More than {threshold} of the traced API requests fail",
        runbook="Sort Sentry's transactions by failure rate: one route is a bug (roll back), all are a dependency. "
        "Compare with Datadog, which counts every request: Sentry samples one in ten.",
        rows="FTW-03",
        excused=(Excuse("page-without-gate", "Sentry's monitors have no gate: FTW-03", until="2027-11-30"),),
    ),
    Alert(
        "high-latency",
        P1,
        when=MEAN_LATENCY.over(minutes(5), at_least=times(100)).above(milliseconds(500)),
        summary="API requests take longer than {threshold} on average",
        runbook="Compare database and vendor timings on the performance dashboard: the one that rose is the cause.",
        rows="FTW-06",
    ),
    Alert(
        "error-rate",
        P2,
        when=FAILING.over(minutes(2), at_least=times(100)).above(percent(1)),
        summary="More than {threshold} of API requests fail",
        runbook="Find the failing route in the trace list and its issue in Sentry; roll back if a deploy caused it.",
        rows="FTW-03 FTW-07",
    ),
    Alert(
        "errors-burn-fast",
        P1,
        when=BudgetBurns(FEW_ERRORS, spending=percent(2), within=hours(1), at_least=times(1000)),
        summary="API requests fail so often that {threshold} of the month's error budget is spent within {window}",
        runbook="Find the routes that fail in the trace list; roll back if they changed with the last deploy.",
        rows="FTW-20",
    ),
    Alert(
        "errors-burn-slowly",
        P2,
        when=BudgetBurns(FEW_ERRORS, spending=percent(5), within=hours(6), at_least=times(5000)),
        summary="API requests fail so often that {threshold} of the month's error budget is spent within {window}",
        runbook="Find what fails a little all the time: fix the most frequent issue in Sentry first.",
        rows="FTW-20",
    ),
    Alert(
        "latency-burns-slowly",
        P3,
        when=BudgetBurns(FAST, spending=percent(5), within=hours(6)),
        summary="The API is slow so often that {threshold} of the month's slow minutes are used up within {window}",
        runbook="Find the slowest routes in the trace list; look for queries that no longer use an index.",
        rows="FTW-20",
    ),
    Alert(
        "uptime-burns",
        P3,
        when=BudgetBurns(AVAILABILITY, spending=percent(10), within=hours(6), at_least=times(6)),
        summary="Probes fail so often that {threshold} of the month's allowed downtime is used up within {window}",
        runbook="See from which locations they fail: one is its network, all are ours. Look for deploys then.",
        rows="FTW-28",
    ),
)

DEPENDENCIES = (
    Alert(
        "invalid-tokens",
        P2,
        when=ErrorCount("message:*AUTH_INVALID_TOKEN*").over(minutes(1)).above(times(10)),
        tell=SECURITY_TEAM,
        summary="AUTH_INVALID_TOKEN was reported more than {threshold} times within {window}",
        runbook="From few addresses it is an attack: block them. From everywhere it is ours: check the signing key "
        "and the clocks of the hosts.",
        rows="FTW-05",
    ),
    Alert(
        "database-connections-exhausted",
        P2,
        when=DB_CONNECTIONS.over(minutes(5)).above(percent(90)),
        tell=OPS_TEAM,
        summary="More than {threshold} of the database connections of {host} are in use",
        runbook="Find idle transactions and end them; look for a deploy that creates a Prisma client per request.",
        rows="FTW-08",
    ),
    Alert(
        "slow-queries",
        P3,
        when=LogCount(status=SLOW_QUERY.status, message=SLOW_QUERY.message, fields=SLOW_QUERY.fields)
        .over(minutes(15))
        .above(times(20)),
        summary="More than {threshold} database queries took over a second within {window}",
        runbook="Group the log events by query; run the most frequent one through EXPLAIN and add its index.",
        rows="FTW-32",
    ),
    Alert(
        "vendor-failing",
        P2,
        when=VENDORS_FAIL.over(minutes(10), at_least=times(5)).above(percent(5)),
        summary="More than {threshold} of the calls to {service} fail",
        runbook="Open the vendor's status page; tell support what users will notice while it lasts.",
        rows="FTW-30",
    ),
)

SILENCE = (
    Alert(
        "traces-silent",
        P2,
        when=Absence(API.requests, over=hours(1)),
        summary="No request of the API was traced for {window}: alerts on errors and latency are blind",
        runbook="If the API serves, restart the Datadog agent; check DD_ENV, DD_SERVICE and port 8126.",
        rows="FTW-06 FTW-07",
    ),
    Alert(
        "database-traces-silent",
        P3,
        when=Absence(DATABASE.requests, over=hours(6)),
        summary="No database query was traced for {window}: the panel of query times is blind",
        runbook="Check that the tracer's prisma plugin is on and uses the service name of the application contract.",
        rows="FTW-16",
    ),
    Alert(
        "vendor-traces-silent",
        P3,
        when=Absence(VENDORS.requests, over=hours(12)),
        summary="No call to Stripe, Twilio or SendGrid was traced for {window}: vendor-failing is blind",
        runbook="If messages go out, compare the services in the trace explorer with the application contract.",
        rows="FTW-30",
    ),
    Alert(
        "payments-silent",
        P2,
        when=Absence(PAYMENT_ATTEMPTS, over=hours(23)),
        summary="No payment was attempted for {window}, or none was counted: payments-failing is blind",
        runbook="Make a test payment. If Stripe shows it, the metric is lost: check DogStatsD on the hosts.",
        rows="FTW-09",
    ),
    Alert(
        "logins-silent",
        P3,
        when=Absence(LOGINS, over=hours(12)),
        summary="Nobody tried to log in for {window}, or no attempt was counted: logins-failing is blind",
        runbook="Log in yourself. If that works, the metric is lost: look at DogStatsD on the hosts.",
        rows="FTW-11",
    ),
    Alert(
        "notifications-silent",
        P3,
        when=Absence(NOTIFICATIONS, over=hours(12)),
        summary="Nothing was sent by SMS or e-mail for {window}, or nothing was counted",
        runbook="Look at the queue of notifications and at its worker; then at DogStatsD on the hosts.",
        rows="FTW-12",
    ),
    Alert(
        "marketplace-silent",
        P3,
        when=Absence(BIDS, over=hours(23)),
        summary="No bid was counted for {window}: the business dashboards are blind",
        runbook="If bids are in the database, the metric is lost: look at DogStatsD on the hosts.",
        rows="FTW-14",
    ),
)

# ── Dashboards ───────────────────────────────────────────────────────────────────────────────────────────────────────

NOW, TODAY = hours(1), days(1)

HEALTH_NOW = Dashboard(
    "health",
    "Real-time health",
    about="Is FairTradeWorker up, and does money flow?",
    rows="FTW-17 FTW-18 FTW-19 FTW-34",
    widgets=(
        Firing("Status", about="Datadog's firing alerts; Grafana has those of checks, Sentry those of errors"),
        Standing("Uptime", UPTIME, about="Minutes of 30 days in which the API served"),
        Number("Requests per second", Rate(API.requests), last=NOW, about="How much the API is used"),
        Number("Error rate", FAILING, last=NOW, about="Share of API requests that failed"),
        Number("p95 latency", Percentile(95, API.latency), last=NOW, about="95 of 100 requests take less"),
        Number("Average response time", MEAN_LATENCY, last=NOW, about="Of all API requests"),
        Number("Jobs created", Count(JOBS), last=TODAY, about="Jobs that homeowners published"),
        Number("Bids submitted", Count(BIDS), last=TODAY, about="Bids by contractors"),
        Number("Contracts completed", Count(CONTRACTS_COMPLETED), last=TODAY, about="Contracts that ended well"),
        Number("Total revenue", Total(RELEASED_AMOUNT), last=TODAY, about="Amounts of the contracts paid out"),
        Number("Platform fee", Total(RELEASED_FEE), last=TODAY, about="What the platform kept of them"),
        Number("Active contracts", Level(CONTRACTS), last=NOW, about="Contracts that are running"),
        Number("Deposits held", Level(DEPOSITS), last=NOW, about="Money held for running contracts"),
        Number("Payments released", Count(PAYMENTS_RELEASED), last=TODAY, about="Contractors who were paid"),
        Number("Payment success rate", PAYMENTS_SUCCEED, last=TODAY, about="Share of attempts held or released"),
        Number("Average processing time", Level(PAYMENT_TIME), last=TODAY, about="Of one payment, in milliseconds"),
    ),
)

PERFORMANCE = Dashboard(
    "performance",
    "Performance",
    about="Is the API fast and right, and if not, which dependency is the cause?",
    rows="FTW-16 FTW-20 FTW-30 FTW-32 FTW-33",
    widgets=(
        Lines("API response times", percentiles(API.latency), about="What half, 95 and 99 of 100 requests stay below"),
        Lines("Average response time", MEAN_LATENCY, about="Pages when it stays above the line"),
        Lines("Error rate", FAILING, about="Share of API requests that failed"),
        Lines("Throughput", Rate(API.requests), about="Requests per second"),
        Lines(
            "Database query times",
            percentiles(DATABASE.latency),
            about="What half, 95 and 99 of 100 queries stay below",
        ),
        Lines("Log events", ALL_LOGS, bars=True, about="What the index keeps; none means that logs are lost"),
        Lines("Slow queries", SLOW_QUERY, bars=True, about="Queries that took longer than a second, as logged"),
        Lines("Database connections in use", DB_CONNECTIONS, about="Open connections as part of what the pools allow"),
        Lines("Calls to vendors that fail", VENDORS_FAIL, about="Stripe, Twilio and SendGrid"),
        Lines("Vendor time", Percentile(95, VENDORS.latency, by=("service",)), about="95 of 100 calls take less"),
        Lines("Logins that fail for reasons of ours", LOGINS_FAIL, about="Wrong passwords don't count here"),
        Lines(
            "Failed logins by reason",
            Count(LOGIN_FAILURES, by=("reason",)),
            bars=True,
            stacked=True,
            about="Many wrong passwords at once mean that somebody is guessing them",
        ),
        Lines(
            "Notifications that fail",
            NOTIFICATIONS_FAIL,
            about="Share of SMS and of e-mails that failed; look here after a deploy",
        ),
        Lines(
            "Notifications delivered",
            Difference(Count(NOTIFICATIONS, by=("channel",)), Count(NOTIFICATION_FAILURES, by=("channel",))),
            bars=True,
            stacked=True,
            about="What SMS and e-mail took; look here after a deploy",
        ),
        Lines("Log events stored", LogsStored(), bars=True, about="The index takes 5,000,000 a day"),
        Standing("Few errors", FEW_ERRORS, about="What is left of the month's error budget"),
        Standing("Fast", FAST, about="Slices of five minutes that were fast enough"),
    ),
)

JOB_METRICS = Dashboard(
    "jobs",
    "Job metrics",
    about="What homeowners ask for, and how much of it gets done",
    rows="FTW-13 FTW-22",
    widgets=(
        Lines("Jobs created per hour", Count(JOBS).over(hours(1)), bars=True, about="Jobs that homeowners published"),
        Lines("Average job budget", Mean(JOB_BUDGET), about="Of the jobs created"),
        Lines("Jobs by category", Count(JOBS, by=("category",)), bars=True, stacked=True, about="Jobs created"),
        Lines("Jobs completion rate", Ratio(JOBS_COMPLETED, of=JOBS), about="Share of created jobs completed"),
    ),
)

BID_METRICS = Dashboard(
    "bids",
    "Bid metrics",
    about="Do contractors bid, and do homeowners answer?",
    rows="FTW-14 FTW-22",
    widgets=(
        Lines("Bids submitted per hour", Count(BIDS).over(hours(1)), bars=True, about="Bids by contractors"),
        Lines("Average bid amount", Mean(BID_AMOUNT), about="Of the bids submitted"),
        Lines("Bid acceptance rate", Ratio(BIDS_ACCEPTED, of=BIDS), about="Share of submitted bids that were accepted"),
        Lines("Response time to bids", Mean(BID_RESPONSE), about="From a bid to its answer, on average"),
    ),
)

PAYMENT_METRICS = Dashboard(
    "payments",
    "Payment metrics",
    about="Is money held and released, how fast, and what does the platform earn?",
    rows="FTW-15 FTW-22 FTW-33 FTW-34",
    widgets=(
        Lines("Payments held", Count(PAYMENTS_HELD), bars=True, about="Deposits that were taken"),
        Lines("Payments released", Count(PAYMENTS_RELEASED), bars=True, about="Contractors who were paid"),
        Lines(
            "Total platform revenue",
            (Total(RELEASED_AMOUNT), Total(RELEASED_FEE)),
            bars=True,
            about="Amounts paid out, and the platform's fee in them",
        ),
        Lines(
            "Payment processing time",
            (Level(PAYMENT_TIME), Level(PAYMENT_TIME_MOST, taking="maximum")),
            about="Of one payment in milliseconds, on average and at most",
        ),
        Lines(
            "Failed payments",
            Count(PAYMENT_FAILURES, by=("operation",)),
            bars=True,
            stacked=True,
            about="Declined cards don't count here",
        ),
        Lines("Payments that fail", PAYMENTS_FAIL, about="Share of attempts that failed; look here after a deploy"),
        Lines(
            "Payments that succeed",
            PAYMENTS_SUCCEED,
            about="Share of attempts that were held or released; a declined card is neither this nor failed",
        ),
    ),
)

# ── The product ──────────────────────────────────────────────────────────────────────────────────────────────────────

PRODUCT = Product(
    "fair-trade-worker",
    "FairTradeWorker",
    "fairtradeworker-backend",
    service="fairtradeworker-backend",
    telemetry="datadog",
    workspace="fairtradeworker",
    # Held or released, by Twilio or SendGrid; the rest is estimated, until Datadog's Metrics Summary says how many.
    tag_values={"operation": 2, "channel": 2, "category": 20, "reason": 3, "host": 2, "status": 5},
    urls={
        "production": {"api": "https://api.fairtradeworker.com"},
        "staging": {"api": "https://api.staging.fairtradeworker.com"},
    },
    errors=ErrorTracking(
        "node-express",
        ignore=("*Not Found*",),
        highlight=("operation", "payment.failed", "release"),
        rows="FTW-01 FTW-02 FTW-27",
    ),
    log_index=LogIndex(
        "fair-trade-worker",
        keep=days(30),
        at_most_daily=times(5_000_000),
        if_silent=P3,
        if_nearly_full=P3,
        exclude=(Exclusion("debug-and-trace", LogCount(status="debug"), percent(100)),),
        rows="FTW-21 FTW-27",
    ),
    log_metrics=(
        LogMetric(
            "log_events",
            ALL_LOGS,
            by=("status",),
            about="Log events by level, kept longer than the logs themselves",
            rows="FTW-21",
        ),
        LogMetric(
            "slow_queries",
            SLOW_QUERY,
            value="duration",
            about="How long the queries took that needed more than a second, in milliseconds",
            rows="FTW-21 FTW-32",
        ),
    ),
    post_mortem=PostMortem("Incident", "docs/post-mortem-fair-trade-worker.md", rows="FTW-31"),
    procedure=(
        "Look at the dashboards Real-time health and Performance in Datadog: what else changed at that moment?",
        "Look at the latest deploys and merged changes.",
        "Look at status.stripe.com (payments), status.twilio.com (SMS) and status.sendgrid.com (e-mail).",
        "Look at the errors in Sentry, project fair-trade-worker.",
        "Do what the alert's section below says.",
        (
            "If it is critical, page the backup engineer (fairtradeworker-backup); after 15 minutes the alert does. "
            "Not so payment-error and critical-error-rate, which are Sentry's: for these page the backup yourself."
        ),
        "Declare an incident of the type `[production] FairTradeWorker: Incident` in Datadog; write down what you do.",
        "Hold the post-mortem within 24 hours, from that type's template.",
    ),
    **named_in(globals()),
)
