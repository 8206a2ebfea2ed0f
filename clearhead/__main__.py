"""`python -m clearhead`, which is also what torchrun starts."""

import sys

from clearhead.cli._app import main

if __name__ == "__main__":
    sys.exit(main())
