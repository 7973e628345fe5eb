"""Coverage: an optional search for BSNs and V-nummers outside the rows that a plan erases. Counts and places only."""
