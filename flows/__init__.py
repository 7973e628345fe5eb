"""Prefect: a file for each subject, a few lines for each entry point. Only this room and the command line know Prefect.

No personal data comes in here: parameters, states, logs and artifacts hold ids, counts and names of things (rule 7).
"""
