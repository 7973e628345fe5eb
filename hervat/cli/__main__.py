"""`python -m hervat.cli`: the command line if its script is not on the path."""

from hervat.cli import main

main()
