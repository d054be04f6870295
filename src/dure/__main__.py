"""`python -m dure`, where the command is not on the path."""

import sys

from dure.cli.main import main

sys.exit(main())
