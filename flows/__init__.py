"""Prefect: one file per entry point, a few lines each. Only this room and the command line know Prefect.

No personal data comes in here: parameters, states, logs and artifacts hold ids, counts and names of things (rule 7).
"""
