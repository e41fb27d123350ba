"""The fixtures that several test files need: running dashboards and a browser. Who shares one runs in one process."""

from browser.server import address, folder, serve  # noqa: F401, the fixtures
from browser.small_dashboard import busy, place, server, visit  # noqa: F401
from browser.visiting import chromium, one, opened  # noqa: F401
from strategies import examples  # noqa: F401, the profiles of hypothesis

PAGES = ("tests/browser/", "tests/test_course_comparing.py", "tests/test_report.py")  # one server and browser for all
SCENARIOS = ("tests/test_scenarios.py", "tests/test_docs.py")  # each shipped scenario is run once for both


def process(file: str) -> str:
    """The first of the files that run in the process of ``file``, one after the other."""
    return next((shared[0] for shared in (PAGES, SCENARIOS) if file.startswith(shared)), file)


def pytest_xdist_make_scheduler(config, log):
    """With ``--dist loadfile`` a file runs in one process, and with it the files that share what is dear to start."""
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class Together(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return process(super()._split_scope(nodeid))

    return Together(config, log)
