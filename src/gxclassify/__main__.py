"""``python -m gxclassify`` is the command ``gxclassify``."""

from gxclassify.cli import main

main()
