"""What the configuration means on the schema that is there."""
