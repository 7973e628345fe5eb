"""What a plan says: counts, blockers, notes, its hash, and the coverage search."""
