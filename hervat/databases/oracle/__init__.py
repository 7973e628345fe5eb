"""Oracle, as far as it can be read and compiled without one."""
