"""Durable queues: which operation runs where, and who takes over when a worker dies."""

EXIT_TAKEN_FOR_DEAD = 75
"""With this a worker ends that others took for dead: start a fresh one."""
