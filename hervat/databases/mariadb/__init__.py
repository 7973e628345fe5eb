"""MariaDB and MySQL: connecting, catalogue, dialect, rights, and what keeps or writes copies of rows."""
