"""The schema of a local system: tables, keys, triggers, routines."""
