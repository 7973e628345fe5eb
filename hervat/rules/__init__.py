"""The rules as data and pure functions: the restart rounds, the signal catalogue of DUO, and settling."""
