"""ClipForge's users pay for credits and spend them at its API. That being down or failing pages; money is watched.

`rows` names the lines of ClipForge's monitoring document that something answers (docs/requirements/clipforge.md).
Where it differs from the document, that page says why.
"""

from components.vocabulary import *

# ── Who is notified ──────────────────────────────────────────────────────────────────────────────────────────────────

ON_CALL = PagerDuty("clipforge")
ALERTS = Slack("#clipforge-alerts")
TEAM = Email("team@clipforge.app")

CRITICAL = Severity(
    "Critical",
    "Critical",
    urgency=1,
    answer_within=minutes(15),
    remind_every=minutes(30),
    tell=(ON_CALL, ALERTS, TEAM),
    rows="CLF-04 CLF-05 CLF-06 CLF-27",
)
WARNING = Severity(
    "Warning",
    "Warning",
    urgency=3,
    answer_within=hours(4),
    remind_every=hours(12),
    tell=(ALERTS, TEAM),
    rows="CLF-07 CLF-08 CLF-09 CLF-27",
)
INFO = Severity("Info", "Info", urgency=5, answer_within=days(1), tell=ALERTS, rows="CLF-10 CLF-11")

# ── What is measured ─────────────────────────────────────────────────────────────────────────────────────────────────

# By the API itself, at its /metrics.
REQUESTS = exposed(
    "http_requests_total", Kind.COUNTER, Unit.COUNT, "Requests answered, without /health, /health/* and /metrics"
)
FAILED = exposed("http_requests_failed_total", Kind.COUNTER, Unit.COUNT, "Those of them answered with 5xx")
LATENCY = exposed("http_request_duration_seconds", Kind.DISTRIBUTION, Unit.SECONDS, "How long each of them took")
HEALTH_TIME = exposed("health_check_duration_seconds", Kind.DISTRIBUTION, Unit.SECONDS, "How long /health took")
QUERY_TIME = exposed("db_query_duration_seconds", Kind.DISTRIBUTION, Unit.SECONDS, "How long a database query took")
POOL_IN_USE = exposed(
    "db_pool_connections_in_use", Kind.GAUGE, Unit.COUNT, "Connections of the pool of 10 in use", "instance"
)
QUEUE = exposed("queue_jobs_waiting", Kind.GAUGE, Unit.COUNT, "Jobs that no worker has taken yet", "queue")
SIGNUPS = exposed("signups_total", Kind.COUNTER, Unit.COUNT, "Somebody created an account")
CONVERSIONS = exposed("conversions_total", Kind.COUNTER, Unit.COUNT, "Somebody paid for the first time")
PAID = exposed("payments_succeeded_total", Kind.COUNTER, Unit.COUNT, "The payment was captured", "provider")
UNPAID = exposed("payments_failed_total", Kind.COUNTER, Unit.COUNT, "The payment was refused or broke", "provider")
DEDUCTIONS = exposed("credit_deductions_total", Kind.COUNTER, Unit.COUNT, "Credits were deducted")
NOT_DEDUCTED = exposed("credit_deductions_failed_total", Kind.COUNTER, Unit.COUNT, "Deducting credits failed")

# By node_exporter, on every host.
CPU_TIME = exposed(
    "node_cpu_seconds_total", Kind.COUNTER, Unit.SECONDS, "CPU time by what it was spent on", ("instance", "mode")
)
MEMORY = infrastructure("node_memory_MemTotal_bytes", Unit.BYTES, "Memory of a host", "instance")
MEMORY_FREE = infrastructure(
    "node_memory_MemAvailable_bytes", Unit.BYTES, "What programs could still get of it", "instance"
)
DISK = infrastructure("node_filesystem_size_bytes", Unit.BYTES, "Size of a file system", ("instance", "mountpoint"))
DISK_FREE = infrastructure(
    "node_filesystem_avail_bytes", Unit.BYTES, "What programs could still write to it", ("instance", "mountpoint")
)

# By postgres_exporter and redis_exporter.
LONGEST_TRANSACTION = infrastructure(
    "pg_stat_activity_max_tx_duration", Unit.SECONDS, "The longest transaction that is running", "state"
)
DB_CONNECTIONS = infrastructure(
    "pg_stat_activity_count", Unit.COUNT, "Connections as PostgreSQL sees them", ("datname", "state")
)
DEADLOCKS = exposed(
    "pg_stat_database_deadlocks", Kind.COUNTER, Unit.COUNT, "Transactions that blocked each other", "datname"
)
REDIS_MEMORY = infrastructure("redis_memory_used_bytes", Unit.BYTES, "Memory that Redis uses")
REDIS_HITS = exposed("redis_keyspace_hits_total", Kind.COUNTER, Unit.COUNT, "Look-ups that found something")
REDIS_MISSES = exposed("redis_keyspace_misses_total", Kind.COUNTER, Unit.COUNT, "Look-ups that found nothing")

# What is watched and drawn is the used part, as the document names it; the exporters report what is left.
CPU_USED = Used(CPU_TIME.where(mode="idle"), of=CPU_TIME, by=("instance",))
MEMORY_USED = Used(MEMORY_FREE, of=MEMORY, by=("instance",))
DISK_USED = Used(DISK_FREE, of=DISK, by=("instance", "mountpoint"))

ALL_LINES = LogCount(status="*")
ERROR_LINES = LogCount(status="error")
DATABASE_LINES = LogCount(fields={"event": "database_connection_failed"})
REDIS_LINES = LogCount(fields={"event": "redis_connection_failed"})
WEBHOOK_LINES = LogCount(fields={"event": "payment_webhook_failed"})
CREDIT_LINES = LogCount(fields={"event": "credit_deduction_failed"})

# What alerts and dashboards both look at.
FAILING = Ratio(FAILED, of=REQUESTS)
PAID_SHARE = Ratio(PAID, of=(PAID, UNPAID))
CONVERSION = Ratio(CONVERSIONS, of=SIGNUPS)
POOL_BUSY = Level(POOL_IN_USE, taking="minimum", by=("instance",))

# ── Checks from outside, and objectives ──────────────────────────────────────────────────────────────────────────────

# Anchored: `/health` lists its dependencies, and one that is "ok" must not pass for the whole.
OK = r'^\s*\{\s*"status"\s*:\s*"ok"'

SILENT = Silence(WARNING, after=minutes(30))
HEALTH = Check(
    "health", "api", "/health", every=minutes(1), body=OK, if_silent=SILENT, if_certificate_ends=WARNING, rows="CLF-03"
)
DATABASE = Check("health-db", "api", "/health/db", every=minutes(5), body=OK, if_silent=SILENT, rows="CLF-03")
REDIS = Check("health-redis", "api", "/health/redis", every=minutes(5), body=OK, if_silent=SILENT, rows="CLF-03")
STORAGE = Check("health-storage", "api", "/health/storage", every=minutes(5), body=OK, if_silent=SILENT, rows="CLF-03")

AVAILABILITY = Objective(
    "availability", percent(99.9), good=HEALTH, summary="From everywhere, the API reports being healthy", rows="CLF-14"
)
FEW_ERRORS = Objective("few-errors", percent(99), bad=FAILING, summary="API requests don't fail", rows="CLF-12")
FAST = Objective(
    "fast",
    percent(95),
    good=Within(LATENCY, seconds(1)),
    summary="95 of 100 API requests take less than a second",
    rows="CLF-13",
)
PAYMENTS_SUCCEED = Objective(
    "payments-succeed", percent(95), good=PAID_SHARE, summary="Payments go through", rows="CLF-20"
)

# ── Alerts ───────────────────────────────────────────────────────────────────────────────────────────────────────────

OUTAGES = (
    Alert(
        "api-down",
        CRITICAL,
        when=CheckFails(HEALTH, rounds=5),
        summary="ClipForge's API failed {threshold} rounds of probes in a row: it is down, or reports being unhealthy",
        runbook="Open /health: it names the dependency that is down. If it does not answer, restart the services "
        "(`docker-compose restart api`) and read `docker logs clipforge-api --tail 100`.",
        rows="CLF-03 CLF-04 CLF-30 CLF-33",
    ),
    Alert(
        "database-unreachable",
        CRITICAL,
        when=CheckFails(DATABASE, rounds=2),
        depends_on="api-down",
        summary="ClipForge's API has lost its database: nothing that needs it works",
        runbook="Check the database (`docker-compose exec db psql -U clipforge -c 'SELECT * FROM pg_stat_activity;'`): "
        "is it running, with free connections and disk space? Restart it if needed.",
        rows="CLF-03 CLF-05 CLF-30",
    ),
    Alert(
        "database-errors",
        CRITICAL,
        when=Issues(where=Tagged("dependency", "is", "database"), more_than=times(3), within="5m"),
        summary="More than {threshold} database connection errors within {window}: requests that need it fail",
        runbook="Check the database: is it running, with free connections and disk space? Restart it if needed. "
        "Then see in the issue which queries fail.",
        rows="CLF-05 CLF-30",
    ),
    Alert(
        "redis-unreachable",
        WARNING,
        when=CheckFails(REDIS, rounds=2),
        depends_on="api-down",
        summary="ClipForge's API has lost Redis: new jobs are not queued and nothing is cached",
        runbook="Check Redis (`docker-compose exec redis redis-cli INFO`): is it running? Is its memory full? Restart.",
        rows="CLF-03",
    ),
    Alert(
        "storage-unreachable",
        WARNING,
        when=CheckFails(STORAGE, rounds=2),
        depends_on="api-down",
        summary="ClipForge's API has lost MinIO/S3: files can be neither uploaded nor fetched",
        runbook="Check that the store runs, that its credentials are valid and that its disk is not full.",
        rows="CLF-03",
    ),
    Alert(
        "uptime-burns-fast",
        WARNING,  # one location's network for 6 minutes is enough for it; what pages is api-down
        when=BudgetBurns(AVAILABILITY, spending=percent(2), within=hours(1), at_least=times(6)),
        summary="ClipForge fails so many probes that {threshold} of the month's downtime is used up within {window}",
        runbook="See from which locations the probes fail: one is its network, all are ours. Then as for api-down.",
        rows="CLF-14",
    ),
    Alert(
        "uptime-burns-slowly",
        WARNING,
        when=BudgetBurns(AVAILABILITY, spending=percent(5), within=hours(6), at_least=times(10)),
        summary="ClipForge fails so many probes that {threshold} of the month's downtime is used up within {window}",
        runbook="Look for a pattern in the failures (deploys, jobs at night, one location) and fix that.",
        rows="CLF-14",
    ),
    Alert(
        "uptime-low",
        WARNING,
        # Ten times the budget of 0.1 %: 1 % of the month down, which is an uptime below 99 %.
        when=BudgetBurns(AVAILABILITY, spending=percent(1000), within=days(30), at_least=times(30)),
        summary="ClipForge was up for less than 99 % of the last {window}, and the last days were no better",
        runbook="Decide what gives way: go through the outages of the month and fix the cause that cost most.",
        rows="CLF-14",
    ),
    Alert(
        "api-metrics-silent",
        WARNING,
        when=Absence((REQUESTS, LATENCY, HEALTH_TIME, POOL_IN_USE, PAID), over=minutes(15)),
        summary="Metrics of ClipForge's API are missing for {window}: alerts on errors, speed or money are blind",
        runbook="Open /metrics from the agent's host. If it answers, restart Alloy and check the labels product and "
        "env; if not, treat it as api-down. If some are missing there, undo the last deploy.",
        rows="CLF-15",
    ),
    Alert(
        "host-metrics-silent",
        WARNING,
        when=Absence((CPU_TIME, MEMORY_FREE, DISK_FREE), over=minutes(15)),
        summary="No host of ClipForge has reported its CPU, memory or disk for {window}: alerts on that are blind",
        runbook="Is the host up? Then restart node_exporter and Alloy on it.",
        rows="CLF-09 CLF-16 CLF-18",
    ),
    Alert(
        "logs-silent",
        WARNING,
        when=ALL_LINES.over(hours(1)).below(times(1)),
        summary="No log line of ClipForge's API for {window}: the alerts on logs are blind",
        runbook="If `docker logs clipforge-api --tail 100` shows new lines, restart Alloy and check its labels; if "
        "not, treat it as api-down.",
        rows="CLF-24",
    ),
    Alert(
        "store-metrics-silent",
        INFO,
        when=Absence((DEADLOCKS, REDIS_MEMORY), over=minutes(30)),
        summary="No metrics of PostgreSQL or Redis for {window}: their dashboards are blind",
        runbook="See on the infrastructure dashboard which of the two is missing, and restart its exporter.",
        rows="CLF-28 CLF-32",
    ),
)

ERRORS = (
    Alert(
        "high-error-rate",
        CRITICAL,
        when=FAILING.over(minutes(5), at_least=times(20)).above(percent(10)),
        summary="More than {threshold} of requests to ClipForge's API fail",
        runbook="Check Sentry for the error that is most frequent now; roll back the last deploy if that caused it. "
        "Else look for database connection errors, a changed API of a vendor, a missing environment variable.",
        rows="CLF-06 CLF-30 CLF-33",
    ),
    Alert(
        "elevated-error-rate",
        WARNING,
        when=FAILING.over(minutes(5), at_least=times(20)).above(percent(5)),
        summary="More than {threshold} of requests to ClipForge's API fail",
        runbook="Investigate the root cause: which route and which error is it in Sentry, and since when?",
        rows="CLF-07 CLF-12 CLF-30",
    ),
    Alert(
        "errors-burn-slowly",
        WARNING,
        when=BudgetBurns(FEW_ERRORS, spending=percent(5), within=hours(6), at_least=times(100)),
        summary="API requests fail so often that {threshold} of the month's error budget is spent within {window}",
        runbook="Sort Sentry's issues of the last hours by events, and fix the first.",
        rows="CLF-12",
    ),
    Alert(
        "new-error",
        WARNING,
        when=Issues(on=("new", "regressed"), at_most_every=hours(1)),
        summary="Sentry saw a new kind of error, or one that was resolved came back",
        runbook="Assign it, or resolve it as expected.",
        rows="CLF-27",
    ),
    Alert(
        "error-lines",
        WARNING,
        when=ERROR_LINES.over(minutes(5)).above(times(20)),
        summary="ClipForge's API logged more than {threshold} errors within {window}",
        runbook="Read the lines in Grafana's Explore (`docker logs clipforge-api --tail 100` on the host).",
        rows="CLF-24",
    ),
    Alert(
        "database-lines",
        WARNING,
        when=DATABASE_LINES.over(minutes(5)).above(times(3)),
        summary="ClipForge's API logged more than {threshold} failed connections to its database within {window}",
        runbook="Check the database; the alerts database-unreachable and database-errors follow if it is down.",
        rows="CLF-05 CLF-24",
    ),
    Alert(
        "redis-lines",
        WARNING,
        when=REDIS_LINES.over(minutes(5)).above(times(3)),
        summary="ClipForge's API logged more than {threshold} failed connections to Redis within {window}",
        runbook="Check Redis (`docker-compose exec redis redis-cli INFO`): clients, memory, when it was started.",
        rows="CLF-24",
    ),
)

PERFORMANCE = (
    Alert(
        "slow-responses",
        WARNING,
        when=Percentile(95, LATENCY).over(minutes(10)).above(seconds(5)),
        summary="One request in twenty to ClipForge's API takes longer than {threshold}",
        runbook="Check the database for slow queries and optimise them; then the cache hit rate, the depth of the "
        "workers' queue, and the profile of the slow endpoint.",
        rows="CLF-08 CLF-13 CLF-30 CLF-33",
    ),
    Alert(
        "slowness-burns",
        WARNING,
        when=BudgetBurns(FAST, spending=percent(5), within=hours(6), at_least=times(100)),
        summary="So many requests take over a second that {threshold} of the month's budget is spent within {window}",
        runbook="Compare database, cache and queue on the infrastructure dashboard: what rose with it is the cause.",
        rows="CLF-13",
    ),
    Alert(
        "slow-health",
        INFO,
        # In the API itself: from the probe locations, most of the time is the way there.
        when=Mean(HEALTH_TIME).over(minutes(5)).above(milliseconds(100)),
        summary="ClipForge's /health takes longer than {threshold} to prepare its answer, on average over {window}",
        runbook="It asks database, Redis and storage: see on the infrastructure dashboard which of them is slow.",
        rows="CLF-26",
    ),
)

RESOURCES = (
    Alert(
        "memory-critical",
        CRITICAL,
        when=MEMORY_USED.over(minutes(5)).above(percent(90)),
        summary="More than {threshold} of the memory of {instance} is in use: it will soon kill processes",
        runbook="See which container grew (`docker stats`) and restart it; then look for the leak.",
        rows="CLF-09 CLF-17",
    ),
    Alert(
        "memory-high",
        WARNING,
        when=MEMORY_USED.over(minutes(5)).above(percent(80), lasting=minutes(5)),
        summary="More than {threshold} of the memory of {instance} is in use",
        runbook="Check for memory leaks: does it grow steadily, are connections left open, what was deployed last? "
        "Restart the service if needed.",
        rows="CLF-09 CLF-30 CLF-33",
    ),
    Alert(
        "cpu-high",
        WARNING,
        when=CPU_USED.over(minutes(5)).above(percent(90), lasting=minutes(5)),
        summary="More than {threshold} of the CPU of {instance} is in use",
        runbook="See which container is busy (`docker stats`): a worker may be, the API should not.",
        rows="CLF-16",
    ),
    Alert(
        "disk-high",
        WARNING,
        when=DISK_USED.over(minutes(5)).above(percent(90)),
        summary="More than {threshold} of {mountpoint} on {instance} is in use",
        runbook="Remove old images and logs (`docker system df`), and files left over by failed jobs; else enlarge it.",
        rows="CLF-18",
    ),
    Alert(
        "db-pool-exhausted",
        CRITICAL,
        # Of a pool of 10, as a level is never a fraction here: more than 9 is 10. Over at 8.
        when=POOL_BUSY.over(minutes(5)).above(times(9), clear=times(8.5)),
        summary="All 10 database connections of {instance} have been in use for {window}: requests wait or fail",
        runbook="Find transactions that are idle or stuck in pg_stat_activity and end them; restart the API if it "
        "does not return connections.",
        rows="CLF-19",
    ),
    Alert(
        "db-pool-filling-up",
        WARNING,
        # 8 or more; over at 6.
        when=POOL_BUSY.over(minutes(5)).above(times(7), clear=times(6.5)),
        summary="At least 8 of the 10 database connections of {instance} have been in use for {window}",
        runbook="See whether queries have become slower (infrastructure dashboard), or load has grown.",
        rows="CLF-19",
    ),
)

BUSINESS = (
    Alert(
        "payment-failures",
        INFO,
        when=Issues(where=Tagged("operation", "starts with", "payment"), at_most_every=hours(1)),
        summary="An error of Stripe or Razorpay was reported",
        runbook="Check the payment logs: which provider, which customer, was money taken?",
        rows="CLF-10 CLF-30",
    ),
    Alert(
        "credit-failures",
        INFO,
        when=Issues(where=Tagged("operation", "starts with", "credit"), at_most_every=hours(1)),
        summary="Deducting credits failed",
        runbook="Check the credit transactions of the customer in the issue, and correct the balance.",
        rows="CLF-11 CLF-30",
    ),
    Alert(
        "webhook-lines",
        INFO,
        when=WEBHOOK_LINES.over(minutes(15)).above(times(0)),
        summary="A webhook of a payment provider failed: somebody may have paid without getting credits",
        runbook="Find the payment in the provider's dashboard and send its event again.",
        rows="CLF-10 CLF-24",
    ),
    Alert(
        "credit-lines",
        INFO,
        when=CREDIT_LINES.over(minutes(15)).above(times(0)),
        summary="ClipForge logged that deducting credits failed",
        runbook="Check the credit transactions of the customer named in the line.",
        rows="CLF-11 CLF-24",
    ),
    Alert(
        "payments-failing",
        WARNING,
        when=PAID_SHARE.over(days(1), at_least=times(10)).below(percent(90)),
        summary="Fewer than {threshold} of the payments of a day went through",
        runbook="Split them by provider on the business dashboard: one is that provider's fault, both are ours.",
        rows="CLF-20",
    ),
    Alert(
        "few-signups",
        INFO,
        when=Count(SIGNUPS).over(days(1)).below(times(5), lasting=hours(1)),
        summary="Fewer than {threshold} people signed up within {window}",
        runbook="Sign up yourself: does the page work, does the mail arrive? If so, it is for marketing.",
        rows="CLF-21",
    ),
    Alert(
        "low-conversion",
        INFO,
        when=CONVERSION.over(days(7), at_least=times(20)).below(percent(5)),
        summary="Fewer first payments than {threshold} of the sign-ups of {window}",
        runbook="Buy credits yourself: does the checkout work with both providers? Else ask who came, and from where.",
        rows="CLF-22",
    ),
)

# ── Dashboards ───────────────────────────────────────────────────────────────────────────────────────────────────────

OVERVIEW = Dashboard(
    "overview",
    "Overview",
    about="Is ClipForge up, correct and fast?",
    rows="CLF-12 CLF-13 CLF-14 CLF-15 CLF-25",
    widgets=(
        Firing("Firing now", about="Alerts of ClipForge that are firing in this environment"),
        Standing("Uptime", AVAILABILITY, about="Share of probes of /health that succeeded; the goal is 99.9 %"),
        Standing("Requests that don't fail", FEW_ERRORS, about="Of the last 30 days; the goal is 99 %"),
        Standing("Requests under a second", FAST, about="Of the last 30 days; the goal is 95 %"),
        Standing("Payments that succeed", PAYMENTS_SUCCEED, about="Of the last 30 days; the goal is 95 %"),
        Number("Requests", Count(REQUESTS), about="Requests the API served"),
        Number("Error rate", FAILING, about="Share of requests that failed; the goal is 1 %"),
        Lines("Requests per second", Rate(REQUESTS), about="The trend is what counts"),
        Lines("Error rate", FAILING, about="Share of answers with a 5xx status"),
        Lines(
            "Response time",
            percentiles(LATENCY),
            about="What half, 95 and 99 of 100 requests stay below; the goal for 95 is a second",
        ),
        Buckets("Spread of response times", LATENCY, about="Two bands mean two kinds of requests, one of them slow"),
        Lines(
            "Time /health takes",
            (Mean(HEALTH_TIME), Percentile(95, HEALTH_TIME)),
            about="In the API itself, without the way there; the goal is 100 ms",
        ),
        Lines("Lines logged", ALL_LINES, bars=True, about="None for an hour: logs are no longer shipped"),
        Lines("Errors logged", ERROR_LINES, bars=True, about="Lines of level error"),
        Lines(
            "Connections that failed",
            (DATABASE_LINES, REDIS_LINES),
            bars=True,
            about="Log lines about database and Redis",
        ),
    ),
)

INFRASTRUCTURE = Dashboard(
    "infrastructure",
    "Infrastructure",
    about="Which host, disk, connection or queue is running out?",
    rows="CLF-16 CLF-17 CLF-18 CLF-19 CLF-25 CLF-28 CLF-32",
    widgets=(
        Dial("CPU in use", CPU_USED, target=percent(70), about="Of each host; the goal is less than 70 %"),
        Dial("Memory in use", MEMORY_USED, target=percent(80), about="Of each host; the goal is less than 80 %"),
        Dial("Disk in use", DISK_USED, target=percent(80), about="Of each file system; the goal is less than 80 %"),
        Dial(
            "Database connections in use",
            Level(POOL_IN_USE, by=("instance",)),
            about="Of the pool of 10, on average; the goal is fewer than 8",
        ),
        Lines("CPU in use over time", CPU_USED, about="Of each host"),
        Lines("Memory in use over time", MEMORY_USED, about="A steady rise is a leak"),
        Lines("Disk in use over time", DISK_USED, about="The fullest are the next incident"),
        Lines("Available bytes of memory", Level(MEMORY_FREE), about="On average over the hosts"),
        Lines(
            "Connections in use over time",
            Level(POOL_IN_USE, taking="maximum", by=("instance",)),
            about="Of the pool of 10, the most at a time; a moment at 10 doesn't alert, 5 minutes do",
        ),
        Lines(
            "Connections at PostgreSQL",
            Level(DB_CONNECTIONS, taking="maximum", by=("datname", "state")),
            about="`idle in transaction` is a connection somebody forgot",
        ),
        Lines(
            "Time of database queries",
            percentiles(QUERY_TIME),
            about="As the API sees them; slow queries show in the highest line first",
        ),
        Lines(
            "Longest transaction",
            Level(LONGEST_TRANSACTION, taking="maximum", by=("state",)),
            about="Minutes are a forgotten transaction, which holds its locks",
        ),
        Lines("Deadlocks", Count(DEADLOCKS), bars=True, about="Transactions that PostgreSQL ended for another"),
        Lines("Redis memory", Level(REDIS_MEMORY), about="Memory that Redis uses"),
        Lines(
            "Cache hit rate", Ratio(REDIS_HITS, of=(REDIS_HITS, REDIS_MISSES)), about="Look-ups that found something"
        ),
        Lines(
            "Queue depth",
            Level(QUEUE, taking="maximum", by=("queue",)),
            about="Jobs waiting; rising means too few workers, or ones that hang",
        ),
    ),
)

MONEY = Dashboard(
    "business",
    "Business",
    about="Who signs up, who pays, and what happens to their credits",
    rows="CLF-10 CLF-11 CLF-20 CLF-21 CLF-22 CLF-23 CLF-25",
    widgets=(
        Dial("Sign-ups of a day", Count(SIGNUPS), last=days(1), target=times(10), about="The goal is more than 10"),
        Dial(
            "Conversion of a week",
            CONVERSION,
            last=days(7),
            target=percent(10),
            about="First payments of sign-ups; the goal is more than 10 %",
        ),
        Dial(
            "Payments of a day that succeed",
            PAID_SHARE,
            last=days(1),
            target=percent(95),
            about="The goal is more than 95 %",
        ),
        Lines("Sign-ups", Count(SIGNUPS), bars=True, about="Accounts created"),
        Lines(
            "Payments that fail",
            Count(UNPAID, by=("provider",)),
            bars=True,
            stacked=True,
            about="By provider: Stripe or Razorpay",
        ),
        Lines(
            "Payments that succeed",
            Count(PAID, by=("provider",)),
            bars=True,
            stacked=True,
            about="By provider: Stripe or Razorpay",
        ),
        Lines("Credit deductions", Count(DEDUCTIONS), bars=True, about="The trend is what counts"),
        Lines("Credit deductions that fail", Count(NOT_DEDUCTED), bars=True, about="Each is a wrong balance"),
        Lines("Webhooks that failed", WEBHOOK_LINES, bars=True, about="Log lines; each one has alerted"),
        Lines("Credit failures logged", CREDIT_LINES, bars=True, about="Log lines; each one has alerted"),
    ),
)

# ── The product ──────────────────────────────────────────────────────────────────────────────────────────────────────

PRODUCT = Product(
    "clipforge",
    "ClipForge",
    "clipforge",
    service="clipforge-api",
    telemetry="grafana",
    workspace="clipforge",
    urls={
        "production": {"api": "https://api.clipforge.app"},
        "staging": {"api": "https://api.staging.clipforge.app"},
    },
    errors=ErrorTracking(
        "node-nestjs",
        project="clipforge-api",
        title="ClipForge API",
        ignore=("BadRequestException*", "UnauthorizedException*", "ForbiddenException*", "NotFoundException*"),
        highlight=("dependency", "operation", "release"),
        never=Attribute("http.url", "contains", "/test-error"),
        rows="CLF-01 CLF-02 CLF-29",
    ),
    **named_in(globals()),
)
