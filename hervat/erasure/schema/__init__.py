"""What the database of a local system is: tables, keys, triggers, routines."""
