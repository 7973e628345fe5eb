"""Nights: running them, how everything stands, alerts."""
