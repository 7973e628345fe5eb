"""The statements of a cleaning, as SQL: erase, set keys to NULL, restrict; and their order and effects."""
