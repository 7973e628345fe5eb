"""Footprints, plans and their approval."""
