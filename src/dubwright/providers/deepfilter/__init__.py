"""DeepFilterNet 3 as the separator: speech on one side, music and noise on the other."""

from dubwright.providers.deepfilter.provider import DeepFilterOptions, DeepFilterSeparator

__all__ = ["DeepFilterOptions", "DeepFilterSeparator"]
