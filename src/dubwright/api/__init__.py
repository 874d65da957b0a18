"""The web API: routes validate, call one use case, and return."""
