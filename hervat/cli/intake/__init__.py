"""Downloads: how they are read, and what is in quarantine."""
