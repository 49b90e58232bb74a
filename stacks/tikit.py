"""Tikit sells event tickets. A failed checkout is money lost, so payments page; growth numbers never do.

`rows` names the lines of Tikit's monitoring document that something answers (docs/requirements/tikit.md). Where it
differs from the document, that page says why.
"""

from components.vocabulary import *

# ── Who is notified ──────────────────────────────────────────────────────────────────────────────────────────────────

ON_CALL = PagerDuty("tikit")  # calls and SMS are sent by PagerDuty, by the rules of whoever is on call
ALERTS = Slack("#alerts")
TEAM = Email("team@tikit.app")

P0 = Severity(
    "P0",
    "Critical",
    urgency=1,
    answer_within=minutes(15),
    remind_every=minutes(15),
    tell=(ON_CALL, ALERTS, TEAM),
    rows="TIK-22 TIK-23 TIK-43",
)
P1 = Severity(
    "P1", "High", urgency=2, answer_within=hours(1), remind_every=hours(1), tell=(ALERTS, TEAM), rows="TIK-22 TIK-24"
)
P2 = Severity(
    "P2", "Medium", urgency=3, answer_within=hours(4), remind_every=hours(4), tell=(ALERTS, TEAM), rows="TIK-22 TIK-25"
)
P3 = Severity("P3", "Low", urgency=4, answer_within=days(1), tell=TEAM, rows="TIK-22 TIK-26")

# ── What is measured ─────────────────────────────────────────────────────────────────────────────────────────────────

API = Service("tikit-backend", "express.request", about="Requests to Tikit's API, as Express serves them")
DATABASE = Service("tikit-backend-postgres", "pg.query", about="Queries the API sends to PostgreSQL")
VENDORS = Service(
    "external APIs",
    "http.request",
    about="Calls to the payment providers, one service per domain",
    services=("api.paystack.co", "api.flutterwave.com"),
)

PAYMENT_ATTEMPTS = counter("payment.attempted", "A buyer confirmed a payment", "paymentMethod")
PAYMENT_FAILURES = counter(
    "payment.failed", "It could not be processed; a declined or abandoned one is none of these", "paymentMethod"
)
PAYMENT_SUCCESSES = counter("payment.succeeded", "The payment was captured", "paymentMethod")
PAYMENT_AMOUNT = distribution(
    "payment.amount", Unit.MONEY, "The amount of each captured payment, in naira", ("currency", "paymentMethod")
)
TICKETS = counter("ticket.purchased", "A ticket was sold", ("eventType", "paymentMethod"))
CAPACITY = gauge("event.capacity.remaining", Unit.COUNT, "Unsold places of an event that is on sale", "eventId")
REGISTRATIONS = counter("user.registered", "Somebody created an account")
ACTIVE_USERS = gauge("user.active", Unit.COUNT, "Users with a request in the last five minutes")
REFERRALS = counter("referral.converted", "An invited person bought a ticket")
GROUP_BUYS = counter("group_buy.started", "A group purchase was opened")
GROUP_BUYS_COMPLETED = counter("group_buy.completed", "A group purchase got all of its buyers")
HEAP = gauge("runtime.node.mem.heap_used", Unit.BYTES, "Heap that Node.js uses, as dd-trace reports it", "host")
RSS = gauge("runtime.node.mem.rss", Unit.BYTES, "Memory of the process, as dd-trace reports it", "host")

MEMORY_USABLE = infrastructure("system.mem.pct_usable", Unit.RATIO, "Usable part of a host's memory", "host")
DISK_IN_USE = infrastructure("system.disk.in_use", Unit.RATIO, "Used part of a disk", ("host", "device"))
CPU_USER = infrastructure("system.cpu.user", Unit.PERCENT, "CPU time in programs", "host")
CPU_SYSTEM = infrastructure("system.cpu.system", Unit.PERCENT, "CPU time in the kernel", "host")
DISK_READS = infrastructure("system.io.r_s", Unit.PER_SECOND, "Reads per second", ("host", "device"))
DISK_WRITES = infrastructure("system.io.w_s", Unit.PER_SECOND, "Writes per second", ("host", "device"))
NET_IN = infrastructure("system.net.bytes_rcvd", Unit.BYTES, "Bytes received per second", ("host", "device"))
NET_OUT = infrastructure("system.net.bytes_sent", Unit.BYTES, "Bytes sent per second", ("host", "device"))
DB_CONNECTIONS = infrastructure("postgresql.connections", Unit.COUNT, "Open connections", ("host", "db"))
DB_CONNECTIONS_USED = infrastructure(
    "postgresql.percent_usage_connections", Unit.RATIO, "Open connections as part of the maximum", "host"
)
CACHE_HITS = infrastructure("redis.stats.keyspace_hits", Unit.PER_SECOND, "Look-ups that found something", "host")
CACHE_MISSES = infrastructure("redis.stats.keyspace_misses", Unit.PER_SECOND, "Look-ups that found nothing", "host")
CACHE_MEMORY = infrastructure("redis.mem.used", Unit.BYTES, "Memory that Redis uses", "host")

# What alerts and dashboards both look at.
FAILING = Ratio(API.errors, of=API.requests)
ALL_LOGS = LogCount(status="*")
PAYMENTS_SUCCEED = Ratio(PAYMENT_SUCCESSES, of=PAYMENT_ATTEMPTS)
PAYMENTS_FAIL = Ratio(PAYMENT_FAILURES, of=PAYMENT_ATTEMPTS)
VENDORS_FAIL = Ratio(VENDORS.errors, of=VENDORS.requests, by=("service",))
FATAL_LINES = LogCount(status=("emergency", "critical"), without={"event": "database_unavailable"})
LOSS_LINES = LogCount(fields={"event": "data_loss"})
MEMORY_LEFT = Level(MEMORY_USABLE, by=("host",))
DISK_USED = Level(DISK_IN_USE, taking="maximum", by=("host", "device"))
DB_USED = Level(DB_CONNECTIONS_USED, by=("host",))
CACHE_HIT_RATE = Ratio(CACHE_HITS, of=(CACHE_HITS, CACHE_MISSES))

# ── Checks from outside, and objectives ──────────────────────────────────────────────────────────────────────────────

# An outage has to be detected in less than 5 minutes (L463), which the stated 300 s can't do for what is "down".
SILENT = Silence(P2, after=hours(2))
HEALTH = Check(
    "api-health",
    "api",
    "/health",
    every=minutes(3),
    if_silent=SILENT,
    if_certificate_ends=P2,
    rows="TIK-13 TIK-31 TIK-43",
)
READY = Check("api-ready", "api", "/ready", every=minutes(5), if_silent=SILENT, rows="TIK-32")
FRONTEND = Check(
    "frontend",
    "web",
    "/",
    every=minutes(3),
    body="(?i)<title>[^<]*tikit",
    if_silent=SILENT,
    if_certificate_ends=P2,
    rows="TIK-13 TIK-33 TIK-43",
)

AVAILABILITY = Objective(
    "availability",
    percent(99.9),
    good=HEALTH,
    summary="The API's health endpoint answers from everywhere",
    rows="TIK-39",
)
FEW_ERRORS = Objective("few-errors", percent(99.9), bad=FAILING, summary="API requests don't fail", rows="TIK-40")
FAST_P95 = Objective(
    "fast-p95",
    percent(99),
    good=Percentile(95, API.latency).over(minutes(5)).below(milliseconds(500)),
    summary="95 of 100 API requests take less than half a second",
    rows="TIK-41",
)
FAST_P99 = Objective(
    "fast-p99",
    percent(99),
    good=Percentile(99, API.latency).over(minutes(5)).below(seconds(1)),
    summary="99 of 100 API requests take less than a second",
    rows="TIK-42",
)

# ── Alerts ───────────────────────────────────────────────────────────────────────────────────────────────────────────

OUTAGES = (
    Alert(
        "api-down",
        P0,
        when=CheckFails(HEALTH, rounds=1),
        summary="Tikit's API does not answer from outside: nobody can buy a ticket",
        runbook="Look at the last deploy and roll it back; then at the load balancer and at the hosts.",
        rows="TIK-13 TIK-31",
    ),
    Alert(
        "frontend-down",
        P0,
        when=CheckFails(FRONTEND, rounds=1),
        summary="Tikit's website does not answer, or answers with somebody else's page",
        runbook="Open the site. An error page of the CDN: check origin and DNS. A blank one: roll back the front end.",
        rows="TIK-13 TIK-33",
    ),
    Alert(
        "api-not-ready",
        P1,
        when=CheckFails(READY, rounds=2),
        depends_on="api-down",
        summary="Tikit's API runs but says it is not ready to serve",
        runbook="Open /ready: it names the dependency that is missing. Follow the runbook of that dependency.",
        rows="TIK-32",
    ),
    Alert(
        "database-unavailable",
        P0,
        when=ServiceCheck("postgres.can_connect", failures=3, successes=2, by=("host", "port")),
        summary="PostgreSQL at {host} port {port} accepts no connections",
        runbook="Check that the database runs and has free connections and disk; fail over if it does not come back.",
        rows="TIK-06",
    ),
    Alert(
        "telemetry-silent",
        P1,
        when=Absence(API.requests, over=hours(1)),
        summary="No request of the API was traced for {window}: every alert on the API is blind",
        runbook="If the API serves, restart the Datadog Agent and check DD_ENV and DD_SERVICE of the application.",
        rows="TIK-13",
    ),
    Alert(
        "payments-silent",
        P2,
        when=Absence(PAYMENT_ATTEMPTS, over=hours(23)),
        summary="No attempt to pay was counted for {window}: alerts on payments are blind, or nobody can pay",
        runbook="Try a payment yourself. If it works, check whether the agent accepts DogStatsD metrics on port 8125.",
        rows="TIK-05",
    ),
)

ERRORS = (
    Alert(
        "high-error-rate",
        P0,
        when=FAILING.over(minutes(5), at_least=times(50)).above(percent(5)),
        depends_on="database-unavailable",
        summary="More than {threshold} of API requests fail",
        runbook="Roll back the last deploy if it is recent; else find the failing route in the trace list.",
        rows="TIK-03",
    ),
    Alert(
        "elevated-error-rate",
        P2,
        when=FAILING.over(minutes(15), at_least=times(100)).above(percent(1)),
        depends_on="database-unavailable",
        summary="More than {threshold} of API requests fail",
        runbook="Find the failing route in the trace list and its issue in Sentry; decide whether it can wait.",
        rows="TIK-07 TIK-40",
    ),
    Alert(
        "fatal-error",
        P0,
        when=Issues(where=AtLeast("fatal")),
        summary="A fatal error was reported to Sentry",
        runbook="Open the issue: the process has probably ended. Check that it was restarted; roll back if it repeats.",
        rows="TIK-04",
    ),
    Alert(
        "fatal-log",
        P0,
        when=FATAL_LINES.over(minutes(30)).above(times(0)),
        summary="The application logged a FATAL event, such as a crash",
        runbook="Read the log lines in this notification; check that the process was restarted.",
        rows="TIK-48",
    ),
    Alert(
        "data-loss",
        P0,
        when=LOSS_LINES.over(minutes(30)).above(times(0)),
        summary="The application detected that data was lost",
        runbook="Stop writes to what is affected before anything else, then find the last good backup.",
        rows="TIK-14",
    ),
    Alert(
        "vendor-failing",
        P1,
        when=VENDORS_FAIL.over(minutes(10), at_least=times(20)).above(percent(5)),
        summary="More than {threshold} of the calls to {service} fail",
        runbook="Look at the vendor's status page; switch to the other payment provider if it lasts.",
        rows="TIK-16",
    ),
    Alert(
        "new-error",
        P3,
        when=Issues(on="new", at_most_every=hours(1)),
        summary="Sentry saw a new kind of error",
        runbook="Assign it, or resolve it as expected.",
        rows="TIK-19",
    ),
)

PAYMENTS = (
    Alert(
        "payments-failing",
        P0,
        when=PAYMENTS_FAIL.over(minutes(5), at_least=times(20)).above(percent(5)),
        summary="More than {threshold} of payments fail",
        runbook="Split the failures by paymentMethod: one method is the provider's outage, all of them are ours.",
        rows="TIK-05",
    ),
    Alert(
        "no-payment-succeeds",
        P0,
        when=PAYMENTS_SUCCEED.over(minutes(15), at_least=times(5)).below(percent(1)),
        summary="Buyers try to pay and fewer than {threshold} of the payments succeeded in {window}",
        runbook="Try a payment yourself. Check the provider's credentials and webhooks; roll back the last deploy.",
        rows="TIK-05",
    ),
    Alert(
        "payment-error",
        P0,
        when=Issues(
            on=("new", "regressed"), where=Tagged("operation", "contains", "payment"), at_most_every=minutes(15)
        ),
        summary="A new error in payment processing, or a resolved one that came back",
        runbook="Open the issue; if buyers are charged without a ticket, stop sales and refund.",
        rows="TIK-05",
    ),
)

PERFORMANCE = (
    Alert(
        "slow-responses",
        P1,
        when=Percentile(99, API.latency).over(minutes(10)).above(seconds(3)),
        summary="One API request in a hundred takes longer than {threshold}",
        runbook="Compare database and vendor timings on the main dashboard: the one that rose with it is the cause.",
        rows="TIK-09 TIK-42",
    ),
    Alert(
        "slower-responses",
        P2,
        when=Percentile(99, API.latency).over(minutes(10)).above(seconds(1)),
        summary="One API request in a hundred takes longer than {threshold}",
        runbook="Find the slowest routes in the trace list; look for queries that no longer use an index.",
        rows="TIK-10",
    ),
    Alert(
        "slow-for-many",
        P2,
        when=Percentile(95, API.latency).over(minutes(15)).above(seconds(1)),
        summary="One API request in twenty takes longer than {threshold}",
        runbook="Check load, database and cache, in this order; scale out if it is load.",
        rows="TIK-08 TIK-41",
    ),
    Alert(
        "budget-burns-fast",
        P1,
        when=BudgetBurns(FEW_ERRORS, spending=percent(2), within=hours(1), at_least=times(200)),
        summary="API requests fail so often that {threshold} of the month's error budget is spent within {window}",
        runbook="Part of the service is degraded: find which routes fail in the trace list.",
        rows="TIK-15 TIK-40",
    ),
    Alert(
        "availability-burns-fast",
        P1,
        when=BudgetBurns(AVAILABILITY, spending=percent(2), within=hours(1), at_least=times(3)),
        summary="Probes fail so often that {threshold} of the month's downtime is used up within {window}",
        runbook="See from which locations the probes fail: one is its network, all are ours.",
        rows="TIK-39",
    ),
    Alert(
        "availability-burns-slowly",
        P2,
        when=BudgetBurns(AVAILABILITY, spending=percent(5), within=hours(6), at_least=times(3)),
        summary="Probes fail so often that {threshold} of the month's downtime is used up within {window}",
        runbook="Look for a pattern in the failures (deploys, cron jobs, one location) and fix that.",
        rows="TIK-39",
    ),
    Alert(
        "availability-low",
        P2,
        # Five times the budget of 0.1 %: 0.5 % of the month down, which is an uptime below 99.5 %.
        when=BudgetBurns(AVAILABILITY, spending=percent(500), within=days(30), at_least=times(30)),
        summary="Tikit's API was up for less than 99.5 % of the last {window}, and the last days were no better",
        runbook="Decide what gives way: go through the outages of the month and fix the cause that cost most.",
        rows="TIK-39",
    ),
    Alert(
        "unusual-latency",
        P3,
        when=Anomaly(Percentile(95, API.latency), side="above", lasting=hours(1), share=percent(100), season="daily"),
        summary="The API is slower than it usually is",
        runbook="Compare with the deploys of the day.",
        rows="TIK-20",
    ),
    Alert(
        "unusual-traffic",
        P3,
        when=Anomaly(
            Count(API.requests), side="both", lasting=hours(1), history=days(1), share=percent(100), season="weekly"
        ),
        summary="The API gets more or fewer requests than usual at this hour of the week",
        runbook="A sale or a campaign explains more; fewer may be a broken page in front of the API.",
        rows="TIK-21",
    ),
)

RESOURCES = (
    Alert(
        "database-connections-exhausted",
        P1,
        when=DB_USED.over(minutes(5)).above(percent(95), warn=percent(80)),
        summary="More than {threshold} of the connections of the database at {host} are in use",
        runbook="Find idle transactions and end them; look for a deploy that opens a pool per request.",
        rows="TIK-12",
    ),
    Alert(
        "high-memory",
        P2,
        when=MEMORY_LEFT.over(minutes(5)).below(percent(10), warn=percent(15)),
        summary="Less than {threshold} of the memory of {host} is usable",
        runbook="See which process grew; restart it if it leaks, and file what leaks.",
        rows="TIK-11",
    ),
    Alert(
        "disk-filling-up",
        P2,
        when=DISK_USED.over(minutes(5)).above(percent(80)),
        summary="{device} of {host} is more than {threshold} full",
        runbook="Remove old logs and images; enlarge the disk if it is data.",
        rows="TIK-18",
    ),
    Alert(
        "low-cache-hit-rate",
        P2,
        when=CACHE_HIT_RATE.over(minutes(15), at_least=per_second(1)).below(percent(60)),
        summary="Fewer than {threshold} of cache look-ups find something",
        runbook="Check whether the cache was restarted or evicts for lack of memory; expect a slower database.",
        rows="TIK-17",
    ),
)

# ── Dashboards ───────────────────────────────────────────────────────────────────────────────────────────────────────

MAIN = Dashboard(
    "main",
    "Main",
    about="Is Tikit up, fast and selling?",
    rows="TIK-29 TIK-34 TIK-50 TIK-51",
    widgets=(
        Firing(
            "Firing now", about="Datadog's alerts; Grafana has those of checks from outside, Sentry those of errors"
        ),
        Number("Requests per second", Rate(API.requests), about="Requests the API served"),
        Number("Error rate", FAILING, about="Share of API requests that failed"),
        Number("Tickets sold", Count(TICKETS), about="Tickets sold"),
        Number("Revenue", Total(PAYMENT_AMOUNT), about="Captured payments, all currencies added up"),
        Number(
            "Payment success rate",
            PAYMENTS_SUCCEED,
            last=hours(1),
            about="Share of attempted payments that were captured; declined and abandoned ones count against it",
        ),
        Number("Active users", Level(ACTIVE_USERS), last=hours(1), about="Users with a request recently"),
        Lines("Requests per second", Rate(API.requests), about="How much the API is used"),
        Lines(
            "Throughput",
            Difference(Rate(API.requests), Rate(API.errors)),
            about="Requests per second that didn't end in an error (5xx)",
        ),
        Lines(
            "Requests by status",
            Rate(API.requests, by=("http.status_code",)),
            stacked=True,
            about="Per second: 4xx are the client's mistakes, 5xx are ours",
        ),
        Lines("Requests", Count(API.requests), bars=True, about="What is watched for unusual traffic and silence"),
        Lines("Error rate", FAILING, about="Share of API requests that failed"),
        Lines("Response time", percentiles(API.latency), about="What half, 95 and 99 of 100 requests stay below"),
        Top(
            "Slowest endpoints",
            Percentile(95, API.latency, by=("resource_name",)),
            last=hours(1),
            about="95 of 100 requests to each stay below",
        ),
        Lines("Payments attempted", Count(PAYMENT_ATTEMPTS), bars=True, about="Payments that buyers confirmed"),
        Lines("Payments that fail", PAYMENTS_FAIL, about="Not processed; declined is fine"),
        Lines("Payments that succeed", PAYMENTS_SUCCEED, about="Share of attempts that were captured"),
        Lines("Database time", Percentile(95, DATABASE.latency), about="95 of 100 queries stay below"),
        Lines("Vendor time", Percentile(95, VENDORS.latency, by=("service",)), about="95 of 100 calls stay below"),
        Lines("Vendor errors", VENDORS_FAIL, about="Failed calls to each vendor"),
        Lines("Fatal log events", (FATAL_LINES, LOSS_LINES), bars=True, about="Each one has alerted"),
        Standing("Few errors", FEW_ERRORS, about="What is left of the month's error budget"),
        Standing("Fast for 95 of 100", FAST_P95, about="Slices of five minutes that were fast enough"),
        Standing("Fast for 99 of 100", FAST_P99, about="Slices of five minutes that were fast enough"),
    ),
)

INFRASTRUCTURE = Dashboard(
    "infrastructure",
    "Infrastructure",
    about="Which host, disk or connection is running out?",
    rows="TIK-29 TIK-35",
    widgets=(
        Lines("CPU", Level((CPU_USER, CPU_SYSTEM), by=("host",)), about="Busy share of each host"),
        Lines("Usable memory", MEMORY_LEFT, about="What is left on each host"),
        Lines("Memory of Node.js", (Level(HEAP, by=("host",)), Level(RSS, by=("host",))), about="Heap used, and RSS"),
        Lines(
            "Disk operations",
            (Level(DISK_READS, by=("host", "device")), Level(DISK_WRITES, by=("host", "device"))),
            about="Reads and writes per second of each disk",
        ),
        Lines("Disk in use", DISK_USED, about="The fullest disks are the next incident"),
        Lines(
            "Network",
            (Level(NET_IN, by=("host", "device")), Level(NET_OUT, by=("host", "device"))),
            about="Bytes per second of each interface",
        ),
        Lines("Database connections", Level(DB_CONNECTIONS, by=("host", "db")), about="Open connections"),
        Lines("Database connections in use", DB_USED, about="Of the maximum"),
        Lines("Redis memory", Level(CACHE_MEMORY, by=("host",)), about="Memory that Redis uses"),
        Lines("Cache hit rate", CACHE_HIT_RATE, about="Look-ups that found something"),
        Lines("Log events", ALL_LOGS, bars=True, about="What the index keeps"),
        Lines("Log events stored", LogsStored(), bars=True, about="The index takes 5,000,000 a day"),
    ),
)

BUSINESS = Dashboard(
    "business",
    "Business",
    about="What sells, to whom, and how it is paid",
    rows="TIK-29 TIK-30 TIK-36 TIK-50",
    widgets=(
        Number("New users", Count(REGISTRATIONS), about="Accounts created"),
        Lines("Registrations", Count(REGISTRATIONS), bars=True, about="Accounts created"),
        Lines("Tickets by kind of event", Count(TICKETS, by=("eventType",)), bars=True, stacked=True, about="Sold"),
        Lines(
            "Revenue by payment method",
            Total(PAYMENT_AMOUNT, by=("paymentMethod", "currency")),
            bars=True,
            stacked=True,
            about="Captured payments, each currency by itself",
        ),
        Top(
            "Events that sell best",
            LogCount(message="Ticket purchased", by=("eventId",)),
            last=days(7),
            about="By ticket; counted from logs, as an event id would be too many series for a metric",
        ),
        Lines("Places left", Level(CAPACITY, taking="minimum", by=("eventId",)), about="Unsold places per event"),
        Lines("Referrals that bought", Count(REFERRALS), bars=True, about="Invited people who bought a ticket"),
        Number(
            "Group purchase completion rate",
            Ratio(GROUP_BUYS_COMPLETED, of=GROUP_BUYS),
            about="Group purchases completed, of those that were started",
        ),
    ),
)

# ── The product ──────────────────────────────────────────────────────────────────────────────────────────────────────

PRODUCT = Product(
    "tikit",
    "Tikit",
    "tikit-backend",
    service="tikit-backend",
    telemetry="datadog",
    workspace="tikit",
    # Paystack or Flutterwave, in naira; the rest is estimated, until Datadog's Metrics Summary says how many there are.
    tag_values={"paymentMethod": 2, "currency": 1, "eventType": 10, "eventId": 50, "host": 2, "status": 5},
    urls={
        "production": {"api": "https://api.tikit.app", "web": "https://tikit.app"},
        "staging": {"api": "https://api.staging.tikit.app", "web": "https://staging.tikit.app"},
    },
    errors=ErrorTracking(
        "node-express",
        ignore=("*ValidationError*", "*Validation failed*", "*NotFoundError*"),
        summarise_every=hours(1),
        highlight=("operation", "release"),
        rows="TIK-01 TIK-02 TIK-19 TIK-46",
    ),
    log_index=LogIndex(
        "tikit",
        keep=days(30),
        at_most_daily=times(5_000_000),
        if_silent=P1,
        if_nearly_full=P2,
        exclude=(
            Exclusion("debug", LogCount(status="debug"), percent(90)),
            Exclusion("health-probes", LogCount(fields={"http.url_details.path": "/health"}), percent(95)),
        ),
        rows="TIK-27 TIK-45 TIK-46",
    ),
    log_metrics=(
        LogMetric(
            "log_events",
            ALL_LOGS,
            by=("status",),
            about="Log events by level, kept longer than the logs themselves",
            rows="TIK-28",
        ),
        LogMetric(
            "ticket_amount",
            LogCount(message="Ticket purchased"),
            value="amount",
            by=("paymentMethod",),
            about="Amounts of the tickets sold, from the structured log line",
            rows="TIK-28",
        ),
    ),
    status_page=StatusPage(
        "tikit", "Tikit status", components=("API", "Website", "Ticket sales and payments"), rows="TIK-37"
    ),
    post_mortem=PostMortem("Tikit incident", "docs/post-mortem.md", rows="TIK-38"),
    procedure=(
        "Acknowledge it: a P0 in PagerDuty, the others where they were sent. The alert's section says by when.",
        "Look at the dashboards Main and Infrastructure in Datadog: who is affected, since when, what changed then?",
        "If users notice it, declare an incident in Datadog and write down what you see and do, with the time.",
        (
            "Start a degradation on the status page from the template of what is down, as no alert does (in Datadog or "
            "by `POST /api/v2/statuspages/{id}/degradations`); post as TikitStatus and in the banner."
        ),
        "Do what the alert's section below says. Mitigate first (roll back, switch over), then find the root cause.",
        "Fix the cause for good. Resolve the degradation and announce it where you announced the outage.",
        "Write the post-mortem from the incident's template.",
    ),
    **named_in(globals()),
)
