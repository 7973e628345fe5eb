"""Intake: originals are secured, judged and loaded into the register."""
