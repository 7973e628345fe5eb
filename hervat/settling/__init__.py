"""Settling: what each person is on a day by signals, rounds and decisions."""
