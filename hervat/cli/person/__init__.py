"""Persons: what is held about them, and what is decided."""
