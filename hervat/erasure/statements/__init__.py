"""What would be done, as SQL."""
