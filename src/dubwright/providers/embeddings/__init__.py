"""Speakers told apart by voiceprints: a small embedding network, clustering and pitch."""

from dubwright.providers.embeddings.provider import EmbeddingDiarizer, EmbeddingOptions

__all__ = ["EmbeddingDiarizer", "EmbeddingOptions"]
