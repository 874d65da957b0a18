"""The worker: performs operations in child processes that can be stopped at any moment."""
