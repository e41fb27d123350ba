"""The server of the pages: Voilà, its requests, its kernels."""

import sys

# Jupyter's check of addresses, which nothing here asks for, costs each start a second: as if it were not installed.
if "rfc3987_syntax" not in sys.modules:
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]  # a module may be barred by None
