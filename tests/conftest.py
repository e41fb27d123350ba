"""The fixtures that several test files need: running dashboards and a browser. Who shares one runs in one process."""

import gc
import os
import sys

import pytest
from jupyter_client.provisioning import KernelProvisionerFactory
from nbval.plugin import IPyNbCell

# Dozens of processes import simlib: none shall compile it anew because the environment forbids to keep what was
# compiled.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
gc.disable()  # until all tests are known: what collecting makes stays

from browser.server import address, dashboard, serve, town  # noqa: E402, F401, the fixtures
from browser.small_dashboard import busy, place, server, visit  # noqa: E402, F401
from browser.visiting import chromium, one, pages  # noqa: E402, F401
from simlib.serve import forks  # noqa: E402
from strategies import examples  # noqa: E402, F401, the profiles of hypothesis

NOTEBOOKS = ("notebooks/",)  # their kernels are forked from one process, as those of the pages are
PAGES = ("tests/browser/", "tests/test_course_comparing.py", "tests/test_report.py")  # one server and browser for all
SCENARIOS = ("tests/test_scenarios.py", "tests/test_docs.py")  # each shipped scenario is run once for both
COURSE = (  # and what the answers of lessons are made of
    "tests/test_course.py", "tests/test_course_widget.py", "tests/test_course_taking.py",
    "tests/test_course_answers.py",
)  # fmt: skip


def process(file: str) -> str:
    """The first of the files that run in the process of ``file``, one after the other."""
    return next((shared[0] for shared in (NOTEBOOKS, PAGES, SCENARIOS, COURSE) if file.startswith(shared)), file)


def pytest_xdist_make_scheduler(config, log):
    """With ``--dist loadfile`` a file runs in one process, and with it the files that share what is dear to start."""
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class Together(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return process(super()._split_scope(nodeid))

    return Together(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop():
    """Rubbish is looked for among what the tests make, seldom, and not in what was imported."""
    gc.freeze()
    gc.enable()
    gc.set_threshold(20_000, 10, 50)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item, nextitem):
    """A notebook is run in a kernel forked from a process that has imported simlib, as a visitor's kernel is."""
    if isinstance(item, IPyNbCell) and forks._template is None:
        KernelProvisionerFactory.instance().default_provisioner_name = "simlib-fork"
        forks.start()
    done = yield
    if isinstance(item, IPyNbCell) and not isinstance(nextitem, IPyNbCell):
        KernelProvisionerFactory.clear_instance()
        forks.stop()
    return done


def pytest_unconfigure():
    gc.unfreeze()  # or libraries would tell of what they find alive at the end
