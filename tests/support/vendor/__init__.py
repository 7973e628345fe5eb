"""A made-up vendor: schemas and rows of which the maker wrote down, for each row, whom it is about.

The truth of the property tests. It knows nothing of holders and edges: `truth.py` looks at nothing but `Row.about`.
"""
