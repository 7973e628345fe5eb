"""The delivery to CBS."""
