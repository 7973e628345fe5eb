"""The footprint of the configuration, resolved on the schema of the database."""
