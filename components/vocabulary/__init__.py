"""The words a product file is written in. Nothing in here knows a vendor."""

from components.vocabulary.alerts import Alert
from components.vocabulary.application import Need
from components.vocabulary.checks import Check
from components.vocabulary.conditions import (
    Absence,
    Anomaly,
    BudgetBurns,
    CertificateExpires,
    CheckFails,
    ServiceCheck,
)
from components.vocabulary.dashboards import Dashboard, Firing, Lines, Number, Standing, Top
from components.vocabulary.errors import (
    AtLeast,
    Attribute,
    ErrorCount,
    ErrorTracking,
    FailedTransactions,
    Issues,
    Tagged,
)
from components.vocabulary.incidents import PostMortem, StatusPage
from components.vocabulary.logs import Exclusion, LogIndex, LogMetric
from components.vocabulary.metrics import Metric, Service, counter, distribution, gauge, infrastructure
from components.vocabulary.objectives import Objective
from components.vocabulary.people import Email, PagerDuty, Severity, Slack
from components.vocabulary.product import Product
from components.vocabulary.quantities import Unit, days, hours, milliseconds, minutes, percent, ratio, seconds, times
from components.vocabulary.signals import Count, Level, LogCount, Mean, Percentile, Rate, Ratio, Total

__all__ = [
    "Absence",
    "Alert",
    "Anomaly",
    "AtLeast",
    "Attribute",
    "BudgetBurns",
    "CertificateExpires",
    "Check",
    "CheckFails",
    "Count",
    "Dashboard",
    "Email",
    "ErrorCount",
    "ErrorTracking",
    "Exclusion",
    "FailedTransactions",
    "Firing",
    "Issues",
    "Level",
    "Lines",
    "LogCount",
    "LogIndex",
    "LogMetric",
    "Mean",
    "Metric",
    "Need",
    "Number",
    "Objective",
    "PagerDuty",
    "Percentile",
    "PostMortem",
    "Product",
    "Rate",
    "Ratio",
    "Service",
    "ServiceCheck",
    "Severity",
    "Slack",
    "Standing",
    "StatusPage",
    "Tagged",
    "Top",
    "Total",
    "Unit",
    "counter",
    "days",
    "distribution",
    "gauge",
    "hours",
    "infrastructure",
    "milliseconds",
    "minutes",
    "percent",
    "ratio",
    "seconds",
    "times",
]
