"""Stores for files, and what protects the addresses that serve them."""
