"""`python -m hervat.cli`: the command line where its script is not on the path."""

from hervat.cli import main

main()
