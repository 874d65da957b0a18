"""Self-hosted video dubbing: the same video, speaking another language."""

__version__ = "0.1.0"
