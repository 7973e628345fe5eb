"""Which rows a plan is about, as SQL."""
