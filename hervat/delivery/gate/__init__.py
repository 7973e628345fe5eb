"""The gate of a delivery: the facts it judges, its reasons, acceptances, and the proof that is kept."""
