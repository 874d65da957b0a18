"""Use cases: what a door asks for, done whole."""
