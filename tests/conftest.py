"""The fixtures that several test files need: running dashboards and a browser."""

from browser.server import address, folder, serve  # noqa: F401, the fixtures
from browser.small_dashboard import busy, place, server, visit  # noqa: F401
from browser.visiting import chromium, one, opened  # noqa: F401
from strategies import examples  # noqa: F401, the profiles of hypothesis
