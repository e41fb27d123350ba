"""What dashboards import, imported once in the template process of ``simlib.app.forks``."""

import anywidget  # noqa: F401
import pandas  # noqa: F401
import pydantic  # noqa: F401
