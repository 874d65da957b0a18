"""Versions of the tables, applied in order by `dubwright.db.migrate`."""
