"""``python -m simlib`` is the command line."""

import sys

from simlib.cli import main

sys.exit(main())
