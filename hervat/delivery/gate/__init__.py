"""The gate of a delivery: what it looks at, its reasons, who accepted which, and the proof that is kept."""
