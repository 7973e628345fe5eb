"""Coverage: a search, on request, for BSNs and V-nummers that stand outside what a plan erases. Counts and places only.

Nothing is imported here: an open system knows where is searched (`configured`), a plan does the search (`search`).
"""
