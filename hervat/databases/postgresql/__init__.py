"""PostgreSQL: connecting, keys, places, row security, and what keeps or writes copies of rows."""
