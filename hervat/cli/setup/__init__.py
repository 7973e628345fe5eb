"""An installation: making it, trying it, serving it; schemas of its files and of answers."""
