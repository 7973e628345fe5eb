"""A local system in the form of the Gemeentelijk Gegevensmodel, in two directions of its keys, with made-up dossiers.

Only the form is the GGM's: shared primary keys, names in capitals, text keys, NO ACTION, no index, no column for the law.
"""
