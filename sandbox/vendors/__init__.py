"""Stand-ins for the three vendors: they speak Pulumi's provider protocol and keep what exists in SQLite.

They refuse what the real provider or API is known to refuse, with its kind of message.
One file of tables per vendor (`datadog.py`, `grafana.py`, `sentry.py`) over one common servicer (`servicer.py`).
"""
