"""Stand-ins for the three vendors: they speak Pulumi's provider protocol, keep what exists in SQLite, and refuse what is known to be refused.

One file of tables per vendor (`datadog.py`, `grafana.py`, `sentry.py`) over one common servicer (`servicer.py`).
"""
