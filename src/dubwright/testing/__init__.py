"""Contracts and audio fixtures for people who write providers."""
