"""TicketCap (kartis.info) registers people for events with few places and takes their payment through YaadPay.

A payment that fails, a place sold twice and data shown to the wrong school are critical; a sold-out event is good news.
`rows` names the lines of TicketCap's monitoring document that something answers (docs/requirements/ticketcap.md). Where
it differs from the document, that page says why.
"""

from components.vocabulary import *

# ── Who is notified ──────────────────────────────────────────────────────────────────────────────────────────────────

# The document says "Slack/Email" and names neither channel nor address nor a pager: nobody is woken.
ALERTS = Slack("#ticketcap-alerts")
TEAM = Email("alerts@kartis.info")

CRITICAL = Severity(
    "Critical",
    "Critical",
    urgency=1,
    answer_within=hours(1),
    remind_every=hours(1),
    tell=(ALERTS, TEAM),
    rows="KAR-26 KAR-32",
)
WARNING = Severity(
    "Warning",
    "Warning",
    urgency=3,
    answer_within=hours(8),
    remind_every=hours(8),
    tell=(ALERTS, TEAM),
    rows="KAR-26 KAR-32",
)
INFO = Severity("Info", "Info", urgency=5, answer_within=days(1), tell=ALERTS, rows="KAR-26 KAR-32")

# ── What is measured ─────────────────────────────────────────────────────────────────────────────────────────────────

REGISTRATIONS = counter("registration.created", "Somebody asked for places at an event")
CONFIRMED = counter("registration.confirmed", "A registration got its places")
WAITLISTED = counter("registration.waitlisted", "A registration went to the waiting list")
REGISTRATION_TIME = distribution(
    "registration.duration", Unit.MILLISECONDS, "How long the server takes to complete a registration"
)
CAPACITY_USED = gauge(
    "registration.capacity_utilization",
    Unit.RATIO,
    "Reserved part of an event's places, 0 to 1; only of events that are open for registration",
    "event_id",
)

PAYMENTS = counter("payment.created", "A payment was attempted")
PAYMENTS_COMPLETED = counter("payment.completed", "A payment succeeded")
PAYMENTS_FAILED = counter("payment.failed", "A payment failed")
PAYMENT_TIME = distribution("payment.processing_time", Unit.MILLISECONDS, "How long YaadPay and we take for a payment")
PAYMENT_AMOUNT = distribution("payment.amount", Unit.MONEY, "The amount of each completed payment, in ILS")

API_TIME = distribution(
    "api.request.duration", Unit.MILLISECONDS, "How long a request to the API takes, /api/health left out", "endpoint"
)
API_REQUESTS = counter("api.request.count", "A request to the API, /api/health left out", "endpoint")
API_ERRORS = counter("api.error.count", "Such a request that was answered with a 5xx or not at all", "endpoint")

QUERY_TIME = distribution(
    "db.query.duration", Unit.MILLISECONDS, "How long a database query takes, that of /api/health included"
)
DB_CONNECTIONS = gauge("db.connection.count", Unit.COUNT, "Active database connections of a process")
TRANSACTION_TIME = distribution(
    "db.transaction.duration", Unit.MILLISECONDS, "How long a transaction takes, such as the one that reserves places"
)

SOLD_OUT = counter("event.capacity_reached", "An event sold its last place")
PROMOTIONS = counter("waitlist.promotion", "Somebody moved up from the waiting list")
PROMOTION_TIME = distribution(
    "waitlist.promotion.duration", Unit.MILLISECONDS, "From a place becoming free to its offer to the waiting list"
)
ACTIVE_EVENTS = gauge("school.active_events", Unit.COUNT, "Events of a school that are open", "school_id")

# What alerts and dashboards both look at.
PAYMENTS_GO_THROUGH = Ratio(PAYMENTS_COMPLETED, of=PAYMENTS)
FAILING = Ratio(API_ERRORS, of=API_REQUESTS)
FULLEST = Level(CAPACITY_USED, taking="maximum", by=("event_id",))
SLOW_PAYMENT = Percentile(95, PAYMENT_TIME)
SLOW_REGISTRATION = Percentile(95, REGISTRATION_TIME)
SLOW_TRANSACTION = Percentile(95, TRANSACTION_TIME)
SLOW_PROMOTION = Percentile(95, PROMOTION_TIME)

# ── Checks from outside, and objectives ──────────────────────────────────────────────────────────────────────────────

HEALTH = Check(
    "api-health",
    "web",
    "/api/health",
    every=seconds(30),
    timeout=seconds(10),
    body=r'^\s*\{\s*"status"\s*:\s*"healthy"',
    if_silent=WARNING,
    if_certificate_ends=Expiry(
        WARNING, runbook="Open the domain's settings on Railway: it renews by itself unless the DNS record has changed."
    ),
    rows="KAR-25",
)

PAYMENTS_SUCCEED = Objective(
    "payments-succeed",
    percent(95),
    good=PAYMENTS_GO_THROUGH,
    summary="Payments that are attempted are completed",
    rows="KAR-07",
)
FAST_REGISTRATIONS = Objective(
    "fast-registrations",
    percent(95),
    good=Within(REGISTRATION_TIME, seconds(1)),
    summary="95 of 100 registrations are completed within a second",
    rows="KAR-30",
)
FAST_PROMOTIONS = Objective(
    "fast-promotions",
    percent(95),
    good=Within(PROMOTION_TIME, seconds(1)),
    summary="95 of 100 places that become free are offered to the waiting list within a second",
    rows="KAR-30",
)

# ── Alerts ───────────────────────────────────────────────────────────────────────────────────────────────────────────

OUTAGES = (
    Alert(
        "site-down",
        CRITICAL,
        when=CheckFails(HEALTH, rounds=6),
        summary="The site or its database does not answer from outside: nobody can register or pay",
        runbook="Open /api/health: `unhealthy` names the database's error; look at PostgreSQL on Railway. No answer at "
        "all: look at Railway's deploy log and roll back the last release.",
        rows="KAR-25",
    ),
    Alert(
        "telemetry-silent",
        WARNING,
        # Counters are reported with 0, and every health probe makes a query: these are never legitimately silent.
        when=Absence((API_REQUESTS, QUERY_TIME), over=hours(1)),
        summary="No metric of the API or of its database arrived for {window}: alerts on these are blind",
        runbook="If the site works, check OTEL_EXPORTER_OTLP_ENDPOINT and its token on Railway, then the names of the "
        "metrics in Explore against the Prometheus names in the application contract.",
        rows="KAR-04 KAR-33",
    ),
    Alert(
        "sales-unmeasured",
        WARNING,
        # Counters are reported from the start with 0, so that a quiet night is not silence.
        when=Absence((REGISTRATIONS, PAYMENTS, PROMOTIONS), over=hours(6)),
        summary="Registrations, payments or the waiting list have not been measured for {window}: alerts are blind",
        runbook="Compare the last release's metrics with the application contract: a renamed counter, or one that is "
        "not reported until its first event, looks like this.",
        rows="KAR-04 KAR-33",
    ),
)

API_ALERTS = (
    Alert(
        "high-error-rate",
        WARNING,
        when=FAILING.over(minutes(5), at_least=times(20)).above(percent(1), lasting=minutes(5)),
        depends_on="site-down",
        summary="More than {threshold} of API requests fail",
        runbook="Find the endpoint in the dashboard's table of endpoints, then its errors in Sentry; roll back if a "
        "release caused it.",
        rows="KAR-09 KAR-12",
    ),
    Alert(
        "slow-api",
        WARNING,
        when=Percentile(99, API_TIME).over(minutes(5)).above(milliseconds(2000), lasting=minutes(5)),
        summary="One API request in a hundred takes longer than {threshold}",
        runbook="Compare with database and payment times on the dashboard: the one that rose with it is the cause; "
        "else open the slowest traces in Tempo.",
        rows="KAR-08",
    ),
    Alert(
        "slow-database",
        WARNING,
        when=Percentile(95, QUERY_TIME).over(minutes(5)).above(milliseconds(500), lasting=minutes(5)),
        summary="One database query in twenty takes longer than {threshold}",
        runbook="Look for a query without an index in the traces, then for locks and for connections near the limit.",
        rows="KAR-11",
    ),
    Alert(
        "error-repeats",
        WARNING,
        when=Issues(more_than=times(10), within="1h", at_most_every=hours(1)),
        summary="One kind of error was reported more than {threshold} times within {window}",
        runbook="Open the issue: its tags name operation and endpoint, its release when it started. Assign it.",
        rows="KAR-20",
    ),
)

PAYMENT_ALERTS = (
    Alert(
        "payments-failing",
        CRITICAL,
        when=PAYMENTS_GO_THROUGH.over(minutes(30), at_least=times(10)).below(percent(90), lasting=minutes(10)),
        summary="Fewer than {threshold} of the payments of the last {window} were completed",
        runbook="Try a payment. Failures are counted: look for the error in Sentry and at YaadPay's status. None are "
        "counted: YaadPay's callback does not reach us.",
        rows="KAR-07",
    ),
    Alert(
        "payment-errors",
        CRITICAL,
        when=ErrorCount("transaction:*/api/payment/*").over(minutes(10)).above(times(5)),
        summary="More than {threshold} errors in processing payments within {window}",
        runbook="Open the newest of them. If people are charged without a registration, stop sales and refund.",
        rows="KAR-21",
    ),
    Alert(
        "slow-payments",
        WARNING,
        when=SLOW_PAYMENT.over(minutes(10)).above(milliseconds(5000), lasting=minutes(10)),
        summary="One payment in twenty takes longer than {threshold}",
        runbook="Split a trace of a payment into our part and YaadPay's; if it is theirs, report it to them.",
        rows="KAR-13",
    ),
    Alert(
        "payments-budget",
        WARNING,
        when=BudgetBurns(PAYMENTS_SUCCEED, spending=percent(5), within=hours(6), at_least=times(20)),
        summary="So few payments are completed that {threshold} of the month's allowance is used up within {window}",
        runbook="Compare attempted, failed and completed payments on the dashboard: people give up before they pay, "
        "or payments fail.",
        rows="KAR-07",
    ),
)

INTEGRITY = (
    Alert(
        "database-unreachable",
        CRITICAL,
        when=Issues(where=Attribute("exception.type", "contains", "PrismaClientInitializationError")),
        summary="The application can't connect to its database",
        runbook="Look at PostgreSQL on Railway: is it running, with connections and disk left? Check DATABASE_URL.",
        rows="KAR-22",
    ),
    Alert(
        "database-connection",
        CRITICAL,
        when=Issues(where=Tagged("error_type", "is", "database_connection")),
        summary="A database connection was lost, or none was free",
        runbook="Read Prisma's code in the issue. P2024: the pool is exhausted, look for long transactions. P1001, "
        "P1002, P1017: look at PostgreSQL on Railway.",
        rows="KAR-22",
    ),
    Alert(
        "tenant-isolation",
        CRITICAL,
        when=Issues(where=Tagged("error_type", "is", "tenant_isolation")),
        summary="A request reached another school's data: customer data may have been shown to the wrong people",
        runbook="Take the endpoint in the issue offline before anything else. Then find in the logs what was shown, to "
        "whom, and tell the schools concerned.",
        rows="KAR-23",
    ),
    Alert(
        "capacity-race",
        CRITICAL,
        when=Issues(where=Tagged("error_type", "is", "capacity_race")),
        summary="Two registrations took the same place: an event may be oversold",
        runbook="Compare the event's reserved places (tag event_id) with its capacity; close its registration while "
        "they differ, and move the last ones to the waiting list.",
        rows="KAR-24",
    ),
)

SALES = (
    Alert(
        "event-near-capacity",
        INFO,
        when=FULLEST.over(minutes(5)).above(percent(95), lasting=minutes(1)),
        summary="Event {event_id} has more than {threshold} of its places reserved",
        runbook="Nothing is broken. Tell the school: it may add places or a second date.",
        rows="KAR-10 KAR-14",
    ),
    Alert(
        "slow-registrations",
        WARNING,
        when=SLOW_REGISTRATION.over(minutes(10)).above(seconds(1), lasting=minutes(10)),
        summary="One registration in twenty takes longer than {threshold}",
        runbook="Open a slow trace: `registration.capacityCheck` or `registration.transaction` waits for the other "
        "registrations of a popular event.",
        rows="KAR-30",
    ),
    Alert(
        "slow-transactions",
        WARNING,
        when=SLOW_TRANSACTION.over(minutes(10)).above(seconds(1), lasting=minutes(10)),
        summary="One transaction in twenty takes longer than {threshold}: places are updated late",
        runbook="Look for transactions that wait for a lock on one event, or call other services inside.",
        rows="KAR-30",
    ),
    Alert(
        "slow-promotions",
        WARNING,
        when=SLOW_PROMOTION.over(minutes(10)).above(seconds(1), lasting=minutes(10)),
        summary="One place in twenty that became free took longer than {threshold} to be offered to the waiting list",
        runbook="Look at the traces of promotions: a long waiting list read as a whole, or mail sent within the "
        "transaction.",
        rows="KAR-30",
    ),
    Alert(
        "registrations-budget",
        WARNING,
        when=BudgetBurns(FAST_REGISTRATIONS, spending=percent(5), within=hours(6), at_least=times(20)),
        summary="So many registrations take over a second that {threshold} of the month's allowance is used up within "
        "{window}",
        runbook="Look for what changed: a release, a popular event, the size of a table.",
        rows="KAR-30",
    ),
    Alert(
        "promotions-budget",
        WARNING,
        when=BudgetBurns(FAST_PROMOTIONS, spending=percent(5), within=hours(6), at_least=times(20)),
        summary="So many places are offered to the waiting list late that {threshold} of the month's allowance is used "
        "up within {window}",
        runbook="Look for what changed: a release, a popular event, the length of waiting lists.",
        rows="KAR-30",
    ),
)

# ── Dashboards ───────────────────────────────────────────────────────────────────────────────────────────────────────

MONITORING = Dashboard(
    "monitoring",
    "Monitoring",
    about="Is TicketCap up, fast and selling? The first seven panels are the six of TicketCap's monitoring document",
    rows="KAR-05 KAR-06 KAR-07 KAR-08 KAR-09 KAR-10 KAR-11",
    widgets=(
        Lines(
            "Registration overview",
            (Count(REGISTRATIONS), Count(CONFIRMED), Count(WAITLISTED)),
            names=("Created", "Confirmed", "Waitlisted"),
            stacked=True,
            about="Read each band by itself: confirmed and waitlisted ones are part of those created",
        ),
        Dial(
            "Payment success rate",
            PAYMENTS_GO_THROUGH,
            last=minutes(30),
            target=percent(95),
            about="Share of attempted payments that were completed; an alert fires below 90 %, the target is 95 %",
        ),
        Lines("API latency", percentiles(API_TIME), about="What half, 95 and 99 of 100 requests stay below"),
        Lines("Error rate", FAILING, about="Share of API requests that failed"),
        Top(
            "Capacity utilization",
            FULLEST,
            last=minutes(5),
            count=20,
            about="Reserved part of each open event's places",
        ),
        Buckets("Database queries", QUERY_TIME, about="How long queries take: the darker, the more of them"),
        Lines("Database latency", percentiles(QUERY_TIME), about="What half, 95 and 99 of 100 queries stay below"),
        Lines("Payment time", SLOW_PAYMENT, about="95 of 100 payments stay below"),
        Lines("Registration time", SLOW_REGISTRATION, about="95 of 100 registrations stay below"),
        Lines("Transaction time", SLOW_TRANSACTION, about="95 of 100 transactions stay below"),
        Lines("Promotion time", SLOW_PROMOTION, about="95 of 100 promotions stay below"),
        Lines(
            "Database connections",
            Level(DB_CONNECTIONS, taking="maximum"),
            about="Of the process with the most; a pool that is always full is too small",
        ),
        Lines(
            "Traffic",
            (Count(API_REQUESTS), Count(QUERY_TIME)),
            about="Requests and queries; no query at all, not even the health probe's, means that telemetry is lost",
        ),
        Listing(
            "Endpoints",
            (
                Count(API_REQUESTS, by=("endpoint",)),
                Count(API_ERRORS, by=("endpoint",)),
                Percentile(99, API_TIME, by=("endpoint",)),
            ),
            last=hours(1),
            about="Requests, errors and latency of each endpoint in the last hour: where an alert comes from",
        ),
        Standing("Payments succeed", PAYMENTS_SUCCEED, about="Of the last 30 days"),
        Standing("Fast registrations", FAST_REGISTRATIONS, about="Of the last 30 days"),
        Standing("Fast promotions", FAST_PROMOTIONS, about="Of the last 30 days"),
        Firing("Firing now", about="Alerts of TicketCap that are firing in this environment"),
    ),
)

BUSINESS = Dashboard(
    "business",
    "Business",
    about="What is booked and paid",
    rows="KAR-04",
    widgets=(
        Number("Registrations", Count(REGISTRATIONS), last=(days(1), days(7)), about="Created"),
        Number("Revenue in ILS", Total(PAYMENT_AMOUNT), last=(days(1), days(7)), about="Sum of completed payments"),
        Number("Events sold out", Count(SOLD_OUT), last=days(7), about="Events that reached their capacity"),
        Number("Promotions", Count(PROMOTIONS), last=days(7), about="People who moved up from a waiting list"),
        Lines(
            "Registrations",
            (Count(REGISTRATIONS), Count(CONFIRMED), Count(WAITLISTED)),
            names=("Created", "Confirmed", "Waitlisted"),
            about="Created, and what became of them",
        ),
        Lines(
            "Payments",
            (Count(PAYMENTS), Count(PAYMENTS_COMPLETED), Count(PAYMENTS_FAILED)),
            about="Attempted, and what became of them",
        ),
        Lines("Revenue", Total(PAYMENT_AMOUNT), bars=True, about="Completed payments, in ILS"),
        Lines("Waiting list", (Count(PROMOTIONS), Count(SOLD_OUT)), bars=True, about="Promotions and sold-out events"),
        Top(
            "Active events by school",
            Level(ACTIVE_EVENTS, taking="maximum", by=("school_id",)),
            last=minutes(5),
            about="Open events of each school",
        ),
    ),
)

ERRORS = ErrorDashboard(
    "errors",
    "Errors",
    views=(
        ErrorView("Error frequency", "number", ("count",)),
        ErrorView("Error rate by endpoint", "table", ("count", "per minute"), by="transaction", sort="count"),
        ErrorView("Slowest transactions", "table", ("p50", "p95", "p99"), by="transaction", of="requests", sort="p95"),
        ErrorView("Payment errors", "lines", ("count",), search="transaction:*/api/payment/*"),
        ErrorView("User impact", "number", ("users",)),
    ),
    rows="KAR-15 KAR-16 KAR-17 KAR-18 KAR-19",
)

# ── The product ──────────────────────────────────────────────────────────────────────────────────────────────────────

PRODUCT = Product(
    "ticketcap",
    "TicketCap",
    "ticketcap",
    service="ticketcap",
    telemetry="grafana",
    workspace="kartis",
    urls={
        "production": {"web": "https://kartis.info"},
        "staging": {"web": "https://staging.kartis.info"},
    },
    errors=ErrorTracking(
        "javascript-nextjs",
        ignore=("ResizeObserver loop limit exceeded", "Non-Error promise rejection captured"),
        drop=("local", "extensions", "crawlers"),
        highlight=("operation", "endpoint", "error_type", "event_id"),
        never=Attribute("http.url", "contains", "/api/test-error"),
        dashboard=ERRORS,
        rows="KAR-01 KAR-03 KAR-27 KAR-31 KAR-34",
    ),
    **named_in(globals()),
)
