"""Values, pure algorithms and errors. Imports pydantic and numpy only."""
