"""Executing a plan: lock, statements, conservation, proof, read back."""
