"""HTTP APIs: a client with limits, and how each vendor's is addressed and opened."""
