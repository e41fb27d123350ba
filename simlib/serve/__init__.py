"""The server of the pages: Voilà, its requests, its kernels."""

import sys

# Jupyter brings it to check addresses of other scripts than ours, which nothing here does; it costs each start a second.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # None: as if it were not installed
