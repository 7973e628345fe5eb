"""The made-up gemeente of `hervat demo`."""
