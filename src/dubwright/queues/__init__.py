"""Durable queues: which operation runs where, and who takes over when a worker dies."""
