"""The database: rows about accounts, projects and operations. Media and documents lie elsewhere."""
