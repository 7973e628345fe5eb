"""The vault, the register's database, and what is past its term."""
