"""A Lo Cubano Boulder Fest sells tickets for a festival. A payment that fails or a site that is down wakes somebody.

`rows` names the lines of the festival's monitoring document that something answers (docs/requirements/a-lo-cubano.md).
Where it differs from the document, that page says why. The application counts for itself and exposes its
numbers at one endpoint, from which Grafana Cloud fetches them.
"""

from components.vocabulary import *

# ── Who is notified ──────────────────────────────────────────────────────────────────────────────────────────────────

ON_CALL = PagerDuty("a-lo-cubano")
ALERTS = Slack("#alerts")  # an incoming webhook: its channel is fixed where it is created
TEAM = Email("alocubanoboulderfest@gmail.com")

CRITICAL = Severity(
    "Critical",
    "Critical",
    urgency=1,
    answer_within=minutes(5),
    remind_every=minutes(5),
    tell=(ON_CALL, ALERTS),  # PagerDuty at once: there is nothing left to escalate to
    rows="ALC-16 ALC-17 ALC-18 ALC-20 ALC-28",
)
HIGH = Severity(
    "High",
    "High",
    urgency=2,
    answer_within=minutes(15),
    remind_every=minutes(15),
    tell=(ALERTS, TEAM),
    escalate_after=minutes(30),
    escalate_to=ON_CALL,
    rows="ALC-16 ALC-17 ALC-18 ALC-20 ALC-27 ALC-28",
    excused=(Excuse("receiver-unreachable", "Sentry tells at once or not at all: ALC-18", until="2027-11-30"),),
)
MEDIUM = Severity(
    "Medium",
    "Medium",
    urgency=3,
    answer_within=hours(1),
    remind_every=hours(1),
    tell=(ALERTS, TEAM),
    escalate_after=hours(2),
    escalate_to=ON_CALL,
    rows="ALC-16 ALC-17 ALC-18 ALC-20 ALC-27 ALC-28",
    excused=(Excuse("receiver-unreachable", "Sentry tells at once or not at all: ALC-18", until="2027-11-30"),),
)
LOW = Severity(
    "Low",
    "Low",
    urgency=4,
    answer_within=hours(4),
    remind_every=hours(4),
    tell=(ALERTS, TEAM),
    escalate_after=days(1),
    escalate_to=ON_CALL,
    rows="ALC-16 ALC-17 ALC-18 ALC-20 ALC-27 ALC-28",
)
# Nobody is told, so no alert has it: "best effort" is the weekly review of what the dashboards show.
INFO = Severity("Info", "Info", urgency=5, answer_within=days(7), tell=(), rows="ALC-18")

# ── What is measured ─────────────────────────────────────────────────────────────────────────────────────────────────

REQUESTS = exposed("http_requests_total", Kind.COUNTER, Unit.COUNT, "Requests the application answered")
FAILED_REQUESTS = exposed("http_errors_total", Kind.COUNTER, Unit.COUNT, "Requests answered with a 5xx status")
ERRORS = exposed("errors_rate", Kind.GAUGE, Unit.COUNT, "Errors in the last minute (errors.rate)")
P50 = exposed("api_response_time_p50", Kind.GAUGE, Unit.MILLISECONDS, "Half of the requests took less")
P95 = exposed("api_response_time_p95", Kind.GAUGE, Unit.MILLISECONDS, "95 of 100 requests took less")
P99 = exposed("api_response_time_p99", Kind.GAUGE, Unit.MILLISECONDS, "99 of 100 requests took less")

PAYMENTS = exposed("payments_attempted_total", Kind.COUNTER, Unit.COUNT, "A buyer confirmed a payment")
FAILED_PAYMENTS = exposed(
    "payments_failed_total", Kind.COUNTER, Unit.COUNT, "It could not be processed; a declined card is none of these"
)
PAYMENT_SUCCESSES = exposed("payments_succeeded_total", Kind.COUNTER, Unit.COUNT, "The payment was captured")
REVENUE = exposed("payment_amount", Kind.DISTRIBUTION, Unit.MONEY, "The amount of each captured payment, in dollars")
TICKETS = exposed(
    "ticket_operations_total", Kind.COUNTER, Unit.COUNT, "One was sold, transferred, scanned, refunded", "operation"
)
USERS = exposed("users_active", Kind.GAUGE, Unit.COUNT, "Users with a request in the last five minutes")

DATABASE_TIME = exposed(
    "database_response_time", Kind.GAUGE, Unit.MILLISECONDS, "How long the health check's database query took"
)
VENDOR_TIME = exposed(
    "vendor_response_time", Kind.GAUGE, Unit.MILLISECONDS, "Health check's call to Stripe and Brevo", "service"
)
CIRCUIT = exposed(
    "circuit_breaker_open",
    Kind.GAUGE,
    Unit.COUNT,
    "1 while calls to a dependency are held back, else 0",
    "service",
    most=times(1),
)
DATABASE_CIRCUIT = CIRCUIT.where(service="database")
STRIPE_CIRCUIT = CIRCUIT.where(service="stripe")
BREVO_CIRCUIT = CIRCUIT.where(service="brevo")
MEMORY = exposed("system_memory_usage", Kind.GAUGE, Unit.PERCENT, "Used part of the memory (system.memory.usage)")
CPU = exposed("system_cpu_usage", Kind.GAUGE, Unit.PERCENT, "Busy share of the CPU time")
UPTIME = exposed(
    "uptime_percentage", Kind.GAUGE, Unit.PERCENT, "Availability as the application itself sees it (uptime.percentage)"
)
MONITORING_CPU = exposed("monitoring_cpu_usage", Kind.GAUGE, Unit.PERCENT, "CPU time that monitoring itself takes")
MONITORING_MEMORY = exposed("monitoring_memory_bytes", Kind.GAUGE, Unit.BYTES, "Memory that monitoring itself takes")
MONITORING_TIME = exposed(
    "monitoring_latency", Kind.GAUGE, Unit.MILLISECONDS, "What monitoring adds to a request on average"
)

FAILED_SHARE = Ratio(FAILED_REQUESTS, of=REQUESTS)
FAILED_PAYMENT_SHARE = Ratio(FAILED_PAYMENTS, of=PAYMENTS)

METRICS = Scrape("metrics", "web", "/api/monitoring/metrics?format=prometheus", every=minutes(1), rows="ALC-02 ALC-29")

# What alerts and dashboards both look at.
SLOWEST = Level(P95, taking="maximum")
MEMORY_USED = Level(MEMORY, taking="maximum")
ERRORS_A_MINUTE = Level(ERRORS)

# ── Checks from outside, and objectives ──────────────────────────────────────────────────────────────────────────────

# The first "status" is the whole application's; further down each dependency has one of its own.
HEALTH = Check(
    "health",
    "web",
    "/api/health/check",
    every=minutes(3),
    body=r'^\s*\{\s*"status"\s*:\s*"healthy"',
    if_silent=MEDIUM,
    if_certificate_ends=Expiry(LOW, alert="old-certificate"),
    rows="ALC-10",
)
DATABASE = Check(
    "database",
    "web",
    "/api/health/check",
    every=minutes(5),
    body=r'"database"\s*:\s*\{\s*"status"\s*:\s*"healthy"',
    if_silent=MEDIUM,
    rows="ALC-07 ALC-10",
)

AVAILABILITY = Objective(
    "availability",
    percent(99.9),
    good=HEALTH,
    summary="Seen from outside, the application reports that it is healthy",
    rows="ALC-11 ALC-30",
)
FEW_ERRORS = Objective("few-errors", percent(99.9), bad=FAILED_SHARE, summary="Requests don't fail", rows="ALC-30")
PAYMENTS_WORK = Objective(
    "payments-work", percent(99), bad=FAILED_PAYMENT_SHARE, summary="Payments are processed", rows="ALC-14"
)
FAST = Objective(
    "fast",
    percent(99),
    good=SLOWEST.over(minutes(2)).below(milliseconds(2000)),
    summary="Nearly always, 95 of 100 requests take less than two seconds",
    rows="ALC-12",
)

# ── Alerts ───────────────────────────────────────────────────────────────────────────────────────────────────────────

# Each metric that an alert looks at; the circuit breakers one by one, as a lost one hides behind the others.
WATCHED = (
    REQUESTS,
    FAILED_REQUESTS,
    ERRORS,
    P95,
    PAYMENTS,
    FAILED_PAYMENTS,
    TICKETS,
    DATABASE_TIME,
    DATABASE_CIRCUIT,
    STRIPE_CIRCUIT,
    BREVO_CIRCUIT,
    MEMORY,
)

OUTAGES = (
    Alert(
        "site-unhealthy",
        CRITICAL,
        when=CheckFails(HEALTH, rounds=1),
        summary="The festival's site does not answer from outside, or says it is not healthy: visitors can't buy",
        runbook="Open /api/health/check: it names the dependency that is not healthy, the database or Stripe. No "
        "answer at all: look at the host and roll back the last deploy.",
        rows="ALC-10",
    ),
    Alert(
        "database-unavailable",
        CRITICAL,
        when=CheckFails(DATABASE, rounds=1),
        depends_on="site-unhealthy",
        summary="The application can't reach its database, or doesn't answer: nobody can buy or use a ticket",
        runbook="If site-unhealthy fires too, read the body of /api/health/check first: without an answer it is the "
        "host. Else look at the database provider's status, the connection limit, and whether credentials changed.",
        rows="ALC-07",
    ),
    Alert(
        "database-circuit",
        CRITICAL,
        when=Level(DATABASE_CIRCUIT, taking="maximum").over(minutes(2)).above(times(0), lasting=minutes(2)),
        depends_on="site-unhealthy",
        summary="The application has given up calling its database: nobody can buy or use a ticket",
        runbook="Look at the database provider's status and at the connection limit; the breaker closes by itself.",
        rows="ALC-07",
    ),
    Alert(
        "stripe-circuit",
        CRITICAL,
        when=Level(STRIPE_CIRCUIT, taking="maximum").over(minutes(2)).above(times(0), lasting=minutes(2)),
        depends_on="site-unhealthy",
        summary="The application has given up calling Stripe: nobody can pay",
        runbook="Look at Stripe's status page. If Stripe is up, see in Sentry why the calls failed.",
        rows="ALC-24",
    ),
    Alert(
        "brevo-circuit",
        MEDIUM,
        when=Level(BREVO_CIRCUIT, taking="maximum").over(minutes(2)).above(times(0), lasting=minutes(5)),
        summary="The application has given up calling Brevo: buyers get no mail with their tickets",
        runbook="Look at Brevo's status page and quota. Afterwards, resend what was not sent.",
        rows="ALC-24",
    ),
    Alert(
        "metrics-silent",
        HIGH,
        when=Absence(WATCHED, over=minutes(10)),
        summary="Some of the festival's metrics have not been received for {window}: alerts on them are blind",
        runbook="Open /api/health/check. If it answers, fetch /api/monitoring/metrics?format=prometheus with the "
        "token: is it 200, with every metric of the contract? Then look at the scrape job in Grafana Cloud.",
        rows="ALC-29 ALC-31",
    ),
)

PAYING = (
    Alert(
        "payment-failures",
        CRITICAL,
        when=FAILED_PAYMENT_SHARE.over(minutes(15), at_least=times(10)).above(percent(1)),
        summary="More than {threshold} of payments fail: buyers are turned away",
        runbook="Look at Stripe's status and its webhook deliveries; then roll back a recent deploy of the checkout.",
        rows="ALC-04 ALC-14",
        excused=(Excuse("page-for-one-event", "a small festival can't spare a buyer: ALC-04", until="2027-11-30"),),
    ),
    Alert(
        "payments-down",
        CRITICAL,
        when=FAILED_PAYMENT_SHARE.over(hours(2), at_least=times(4)).above(percent(50)),
        summary="More than half of the payments of {window} failed: hardly anybody can buy a ticket",
        runbook="Look at Stripe's status and whether its API key is still valid; roll back the last deploy.",
        rows="ALC-04",
        excused=(Excuse("same-alert-twice", "sees what the gate of payment-failures leaves out", until="2027-11-30"),),
    ),
    Alert(
        "payments-burning",
        CRITICAL,
        when=BudgetBurns(PAYMENTS_WORK, spending=percent(2), within=hours(1), at_least=times(10)),
        summary="So many payments fail that {threshold} of the month's tolerance is used up within {window}",
        runbook="See in Sentry which payment error repeats; compare with Stripe's log of the same minutes.",
        rows="ALC-04 ALC-14",
    ),
    Alert(
        "payment-erosion",
        HIGH,
        when=BudgetBurns(PAYMENTS_WORK, spending=percent(5), within=hours(6), at_least=times(20)),
        summary="Payments have been failing for hours: {threshold} of the month's tolerance is used up within {window}",
        runbook="Look for what the failed payments share: browser, amount, kind of ticket.",
        rows="ALC-14",
    ),
    Alert(
        "lost-payments",
        MEDIUM,
        when=FAILED_PAYMENT_SHARE.over(days(1), at_least=times(100)).above(percent(1)),
        summary="More than {threshold} of the payments of {window} failed: some buyers are turned away",
        runbook="See in Sentry which payment error repeats, and look for what the failed payments share.",
        rows="ALC-04",
    ),
)

ERRORS_AND_SPEED = (
    Alert(
        "high-error-rate",
        HIGH,
        when=FAILED_SHARE.over(minutes(5), at_least=times(20)).above(percent(5)),
        summary="More than {threshold} of requests fail: visitors see error pages",
        runbook="See in Sentry which error is new; roll back the last deploy if that caused it.",
        rows="ALC-05",
    ),
    Alert(
        "many-errors",
        MEDIUM,
        when=ERRORS_A_MINUTE.over(minutes(5)).above(times(3)),
        summary="More than {threshold} errors a minute over {window}: part of the application is broken for some users",
        runbook="Open the issues in Sentry sorted by events: the first one is most of them.",
        rows="ALC-13",
    ),
    Alert(
        "slow-responses",
        MEDIUM,
        when=SLOWEST.over(minutes(2)).above(milliseconds(2000), lasting=minutes(3)),
        summary="One request in twenty takes longer than {threshold}: visitors wait",
        runbook="Compare with the database's and vendors' times on the main dashboard: what rose with it is the cause.",
        rows="ALC-06 ALC-12",
    ),
    Alert(
        "slow-database",
        MEDIUM,
        when=Level(DATABASE_TIME).over(minutes(5)).above(milliseconds(1000)),
        summary="The database takes longer than {threshold} to answer: every page is slow",
        runbook="Look for long queries and locks, then at the load of the database's plan.",
        rows="ALC-08",
    ),
    Alert(
        "high-memory",
        MEDIUM,
        when=MEMORY_USED.over(minutes(2)).above(percent(80), lasting=minutes(10)),
        summary="More than {threshold} of the application's memory is in use: it will soon be killed or swap",
        runbook="Look for leaks, unclosed connections and large jobs since the last deploy; restart if it still grows.",
        rows="ALC-09 ALC-31",
    ),
    Alert(
        "uptime-burning",
        HIGH,
        when=BudgetBurns(AVAILABILITY, spending=percent(2), within=hours(1), at_least=times(6)),
        summary="Probes fail so often that {threshold} of the month's allowed downtime is used up within {window}",
        runbook="See from which locations the probes fail: one is its network, all are ours.",
        rows="ALC-11 ALC-30",
    ),
    Alert(
        "uptime-eroding",
        MEDIUM,
        when=BudgetBurns(AVAILABILITY, spending=percent(5), within=hours(6), at_least=times(9)),
        summary="Probes fail so often that {threshold} of the month's allowed downtime is used up within {window}",
        runbook="Look for a pattern in the failures (deploys, scheduled jobs, one location) and fix that.",
        rows="ALC-11 ALC-30",
    ),
    Alert(
        "errors-burning",
        HIGH,
        when=BudgetBurns(FEW_ERRORS, spending=percent(2), within=hours(1), at_least=times(200)),
        summary="Requests fail so often that {threshold} of the month's error budget is spent within {window}",
        runbook="See in Sentry which route fails; roll back the deploy that caused it.",
        rows="ALC-30",
    ),
    Alert(
        "errors-eroding",
        MEDIUM,
        when=BudgetBurns(FEW_ERRORS, spending=percent(5), within=hours(6), at_least=times(1000)),
        summary="A few requests have been failing for hours: {threshold} of the error budget is spent within {window}",
        runbook="Sort Sentry's issues by events of the last day and fix the first.",
        rows="ALC-30",
    ),
    Alert(
        "speed-eroding",
        MEDIUM,
        when=BudgetBurns(FAST, spending=percent(5), within=hours(6)),
        summary="The site has been slow so often that {threshold} of the month's slow time is used up within {window}",
        runbook="Find the hours on the main dashboard and what ran then: a sale, an import, a report.",
        rows="ALC-12",
    ),
)

TRACKED_ERRORS = (
    Alert(
        "new-error",
        MEDIUM,
        when=Issues(on=("new", "regressed"), where=Tagged("service", "is not", "database"), at_most_every=hours(1)),
        summary="The application fails in a new way, or again in one that was fixed",
        runbook="Open the issue: its first event names the release and the route. Assign it, or resolve it if known.",
        rows="ALC-23",
    ),
    Alert(
        "frequent-error",
        HIGH,
        when=Issues(more_than=times(50), within="1h", at_most_every=hours(1)),
        summary="The same error has happened more than {threshold} times within {window}",
        runbook="Open the issue and see how many users it affects; roll back the release that caused it.",
        rows="ALC-23",
    ),
    Alert(
        "database-error",
        HIGH,
        when=Issues(on=("new", "regressed", "reappeared"), where=Tagged("service", "is", "database")),
        summary="The application has a database error that is new or has come back",
        runbook="Does the health endpoint report the database as healthy? If not, follow database-unavailable.",
        rows="ALC-07 ALC-23",
    ),
)

# ── Dashboards ───────────────────────────────────────────────────────────────────────────────────────────────────────

MAIN = Dashboard(
    "main",
    "Main",
    about="Is the festival's site up, fast and selling?",
    rows="ALC-11 ALC-12 ALC-13 ALC-14 ALC-15 ALC-24 ALC-32",
    widgets=(
        Firing("Firing now", about="The daily review starts here: alerts firing in this environment"),
        Standing("Availability", AVAILABILITY, about="Share of probes in 30 days that succeeded"),
        Standing("Requests that work", FEW_ERRORS, about="Requests in 30 days that did not fail"),
        Standing("Payments that work", PAYMENTS_WORK, about="Payments in 30 days that did not fail"),
        Standing("Fast enough", FAST, about="Share of 30 days in which 95 of 100 requests took under two seconds"),
        Dial(
            "Uptime as the application sees it",
            Level(UPTIME),
            last=hours(1),
            target=percent(99.9),
            about="Of one process since its start; the availability from outside is what counts",
        ),
        Dial("Memory", MEMORY_USED, about="Used part; below 80 % is the target"),
        Dial(
            "95 of 100 requests within",
            SLOWEST,
            about="The slowest 5 of 100 take longer; the target is under two seconds",
        ),
        Dial("Errors per minute", ERRORS_A_MINUTE, about="Fewer than three a minute is the target"),
        Lines("Requests per second", Rate(REQUESTS), about="How much the site is used"),
        Lines("Requests", Count(REQUESTS), bars=True, about="Requests answered; 0 may also be missing data"),
        Lines("Requests that fail", FAILED_SHARE, about="Share of requests that failed"),
        Lines("Errors in a minute", ERRORS_A_MINUTE, about="All errors, also those no request waited for"),
        Lines(
            "Response time",
            (Level(P50, taking="maximum"), SLOWEST, Level(P99, taking="maximum")),
            about="What half, 95 and 99 of 100 requests stay below; the worst instance where there are several",
        ),
        Lines("Database time", Level(DATABASE_TIME), about="The health check's query"),
        Lines("Vendor time", Level(VENDOR_TIME, by=("service",)), about="Health check's calls to Stripe and Brevo"),
        Lines(
            "Open circuit breakers",
            (
                Level(DATABASE_CIRCUIT, taking="maximum"),
                Level(STRIPE_CIRCUIT, taking="maximum"),
                Level(BREVO_CIRCUIT, taking="maximum"),
            ),
            about="1 while the application holds back its calls to that dependency",
        ),
        Lines("Memory in use", MEMORY_USED, about="Used part of the application's memory"),
        Lines("CPU", Level(CPU), about="Busy share of the CPU time"),
    ),
)

BUSINESS = Dashboard(
    "business",
    "Business",
    about="What is sold, and does paying work?",
    rows="ALC-14 ALC-15",
    widgets=(
        Number("Revenue", Total(REVENUE), about="Captured payments, in dollars"),
        Number("Payments", Count(PAYMENTS), about="Payments that buyers confirmed"),
        Number(
            "Active users at a time",
            Level(USERS),
            last=hours(1),
            about="Users with a request within five minutes, on average over the hour; not all users of the hour",
        ),
        Dial(
            "Payments that succeed",
            Ratio(PAYMENT_SUCCESSES, of=PAYMENTS),
            last=days(1),
            target=percent(99),
            about="Share of confirmed payments captured, declined cards counting against it; the target is over 99 %",
        ),
        Lines(
            "Payments that fail",
            FAILED_PAYMENT_SHARE,
            about="Share of confirmed payments that weren't processed; declined is fine",
        ),
        Lines("Payments over time", Count(PAYMENTS), bars=True, about="Payments that buyers confirmed"),
        Lines("Revenue over time", Total(REVENUE), bars=True, about="Captured payments, in dollars"),
        Lines("Users", Level(USERS), about="Users with a request in five minutes"),
        Lines(
            "Ticket operations",
            Count(TICKETS, by=("operation",)),
            bars=True,
            stacked=True,
            about="Tickets that were sold, transferred, scanned or refunded",
        ),
        Listing(
            "Ticket operations of the week",
            Count(TICKETS, by=("operation",)),
            last=days(7),
            about="How often each was done",
        ),
    ),
)

MONITORING = Dashboard(
    "monitoring",
    "Monitoring itself",
    about="What monitoring costs the application; the monthly review looks at it",
    rows="ALC-26 ALC-32",
    widgets=(
        Dial(
            "CPU time of monitoring",
            Level(MONITORING_CPU),
            last=days(1),
            at_most=percent(2),
            about="Less than 2 % is fine",
        ),
        Dial(
            "Delay by monitoring",
            Level(MONITORING_TIME),
            last=days(1),
            at_most=milliseconds(5),
            about="Less than 5 ms per request is fine",
        ),
        Dial(
            "Memory of monitoring",
            Level(MONITORING_MEMORY),
            last=days(1),
            at_most=mebibytes(50),
            about="Less than 50 MB is fine",
        ),
        Lines("CPU time of monitoring over time", Level(MONITORING_CPU), about="Less than 2 % is fine"),
        Lines("Delay by monitoring over time", Level(MONITORING_TIME), about="Less than 5 ms per request is fine"),
        Lines("Memory of monitoring over time", Level(MONITORING_MEMORY), about="Less than 50 MB is fine"),
    ),
)

# ── The product ──────────────────────────────────────────────────────────────────────────────────────────────────────

PRODUCT = Product(
    "a-lo-cubano",
    "A Lo Cubano Boulder Fest",
    "a-lo-cubano",
    service="a-lo-cubano",
    telemetry="grafana",
    workspace="a-lo-cubano",
    urls={
        "production": {"web": "https://www.alocubanoboulderfest.org"},
        "staging": {"web": "https://staging.alocubanoboulderfest.org"},
    },
    scrape=METRICS,
    errors=ErrorTracking("node", highlight=("service", "release"), rows="ALC-01 ALC-16 ALC-23"),
    procedure=(
        "Acknowledge it in PagerDuty. If it isn't there, say in #alerts that you are looking at it.",
        "Keep the time to answer: Critical 5 minutes, High 15 minutes, Medium 1 hour, Low 4 hours.",
        "Look at the dashboard Main: what else changed at that moment? Was there a deploy?",
        "Open /api/health/check, and look at the errors in Sentry, project a-lo-cubano.",
        "Do what the alert's section below says.",
        "Escalate what you can't end: Critical at once, High after 30 minutes, Medium after 2 hours, Low the next day.",
        "To escalate, page the next person in PagerDuty, service a-lo-cubano.",
        "If an alert should have come and did not, see in Grafana what its rule computes, and test its contact point.",
        "After an outage write a post-mortem from docs/post-mortem-a-lo-cubano.md.",
    ),
    **named_in(globals()),
)
