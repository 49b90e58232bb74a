"""The words a product file is written in. Nothing in here knows a vendor."""

from components.vocabulary.alerts import Alert
from components.vocabulary.at_datadog import (
    DatadogQuery,
    Exclusion,
    LogIndex,
    LogMetric,
    LogsStored,
    PostMortem,
    ServiceCheck,
    StatusPage,
)
from components.vocabulary.at_grafana import LogQL, PromQL, Scrape
from components.vocabulary.at_sentry import ErrorCount, ErrorDashboard, ErrorView, FailedTransactions
from components.vocabulary.checks import Check
from components.vocabulary.conditions import Absence, Anomaly, BudgetBurns, CertificateExpires, CheckFails
from components.vocabulary.dashboards import Buckets, Dashboard, Dial, Firing, Lines, Listing, Number, Standing, Top
from components.vocabulary.differences import Difference
from components.vocabulary.error_tracking import AtLeast, Attribute, ErrorTracking, Issues, Tagged
from components.vocabulary.excuses import Excuse
from components.vocabulary.gathering import named_in
from components.vocabulary.guards import WORKBOOK, Burn, BurnRate, Expiry, Guard, Silence, burn_rates
from components.vocabulary.heartbeat import Heartbeat
from components.vocabulary.log_signals import LogCount
from components.vocabulary.maintenance import Maintenance
from components.vocabulary.metrics import Kind, Metric, Service, counter, distribution, exposed, gauge, infrastructure
from components.vocabulary.objectives import Objective
from components.vocabulary.people import Email, PagerDuty, Severity, Slack, Webhook
from components.vocabulary.product import Product
from components.vocabulary.quantities import (
    Unit,
    days,
    gibibytes,
    hours,
    mebibytes,
    milliseconds,
    minutes,
    money,
    per_second,
    percent,
    ratio,
    seconds,
    times,
)
from components.vocabulary.signals import Count, Level, Mean, Percentile, Rate, Ratio, Total, Used, Within, percentiles

__all__ = [
    "WORKBOOK",
    "Absence",
    "Alert",
    "Anomaly",
    "AtLeast",
    "Attribute",
    "Buckets",
    "BudgetBurns",
    "Burn",
    "BurnRate",
    "CertificateExpires",
    "Check",
    "CheckFails",
    "Count",
    "Dashboard",
    "DatadogQuery",
    "Dial",
    "Difference",
    "Email",
    "ErrorCount",
    "ErrorDashboard",
    "ErrorTracking",
    "ErrorView",
    "Exclusion",
    "Excuse",
    "Expiry",
    "FailedTransactions",
    "Firing",
    "Guard",
    "Heartbeat",
    "Issues",
    "Kind",
    "Level",
    "Lines",
    "Listing",
    "LogCount",
    "LogIndex",
    "LogMetric",
    "LogQL",
    "LogsStored",
    "Maintenance",
    "Mean",
    "Metric",
    "Number",
    "Objective",
    "PagerDuty",
    "Percentile",
    "PostMortem",
    "Product",
    "PromQL",
    "Rate",
    "Ratio",
    "Scrape",
    "Service",
    "ServiceCheck",
    "Severity",
    "Silence",
    "Slack",
    "Standing",
    "StatusPage",
    "Tagged",
    "Top",
    "Total",
    "Unit",
    "Used",
    "Webhook",
    "Within",
    "burn_rates",
    "counter",
    "days",
    "distribution",
    "exposed",
    "gauge",
    "gibibytes",
    "hours",
    "infrastructure",
    "mebibytes",
    "milliseconds",
    "minutes",
    "money",
    "named_in",
    "per_second",
    "percent",
    "percentiles",
    "ratio",
    "seconds",
    "times",
]
