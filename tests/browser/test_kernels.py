"""Kernels come, stay and go as they should, and the page says so when one is lost."""

from __future__ import annotations

import glob
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from browser.small_dashboard import WARM, facts
from outside import running, until
from simlib.serve import forks

forked = pytest.mark.skipif(not forks.available(), reason="kernels are not forked on this system")
posix = pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals and /proc")


def test_a_kernel_knows_its_visitor_and_the_data_folder(server, visit, place):
    assert visit["query"] == "q=%E4%B8%AD&lang=en"
    assert visit["data"] == str(place / "data")
    assert visit["folder"] == str(place / "notebooks" / "course")


def test_a_kernels_stderr_is_the_servers(server, visit):
    assert "for the console" in server.log()


def test_visitors_share_no_state(server, visit):
    other = facts(server)
    assert (visit["visits"], other["visits"]) == (1, 1)
    assert visit["pid"] != other["pid"]


@posix
def test_a_kernel_goes_when_its_page_says_so(server):
    one = facts(server)
    assert server.ask(f"/api/kernels/{one['kernel']}")[0] == 200
    # As a browser's beacon under no-referrer: no cookie, no usable origin.
    assert (
        server.ask(f"/voila/api/shutdown/{one['kernel']}", "POST", Origin="null", Sec_Fetch_Site="same-origin")[0]
        == 204
    )
    assert server.ask(f"/api/kernels/{one['kernel']}")[0] == 404
    assert not running(one["pid"])
    assert server.ask(f"/voila/api/shutdown/{one['kernel']}", "POST")[0] == 200


@posix
def test_a_kernel_goes_when_its_page_is_left_while_loading(server, place):
    with socket.create_connection(("127.0.0.1", server.port)) as visitor:
        visitor.sendall(b"GET /voila/render/slow.ipynb HTTP/1.1\r\nHost: localhost\r\n\r\n")
        pid = int(until(lambda: (place / "pid").exists() and (place / "pid").read_text()))
    assert running(pid)
    until(lambda: not running(pid))


@posix
def test_a_killed_kernel_is_not_started_again(server):
    one = facts(server)
    os.kill(one["pid"], signal.SIGKILL)
    until(lambda: server.ask(f"/api/kernels/{one['kernel']}")[0] == 404, 5)


@forked
def test_a_dead_template_costs_nobody_a_kernel(server, visit):
    template = visit["parent"]
    assert b"fork_template" in Path(f"/proc/{template}/cmdline").read_bytes()
    os.kill(template, signal.SIGKILL)
    ordinary = facts(server, "?after")
    assert ordinary["parent"] == server.process.pid
    assert ordinary["query"] == "after"
    forked_again = facts(server)
    assert forked_again["parent"] not in (template, server.process.pid)
    assert "Kernel template" in server.log()
    assert server.ask(f"/api/kernels/{visit['kernel']}")[0] == 200


@forked
def test_template_and_kernels_go_with_a_killed_server():
    code = """
from simlib.serve import forks
forks.start(()); template = forks._template
kernel = template.fork({"argv": ["-f", "/dev/null/none"], "cwd": "/", "env": {}})
again = template.fork({"argv": [], "cwd": "/", "env": {}})
print(template.process.pid, again.pid, kernel.wait(), kernel.poll(), kernel.kill(), again.poll(), flush=True)
import time; time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as server:
        template, kernel, *states = server.stdout.readline().split()
        # The first had no connection file it could write: it ended, was reaped, and killing it hits nobody.
        assert states == ["0", "0", "None", "None"]
        assert running(int(template))
        assert running(int(kernel))
        server.kill()
    until(lambda: not running(int(template)) and not running(int(kernel)))


@posix
def test_sigterm_leaves_no_process_and_no_file(serve, place):
    server = serve(place / "notebooks", data=place, warm=WARM)
    one = facts(server)
    (connection,) = map(Path, glob.glob(f"/tmp/simlib-*/voila_*/*{one['kernel']}.json"))  # other servers come and go
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(15) == 0
    assert not running(one["pid"])
    assert not running(one["parent"])
    assert not connection.parent.parent.exists()
    assert server.process.stdout.read() == ""


# --- in a browser -------------------------------------------------------------------------------------------------


@pytest.fixture
def page(chromium):
    page = chromium.contexts[0].new_page()
    page.requests = []
    page.on("request", lambda request: page.requests.append(request.url))
    page.on("websocket", lambda socket: page.requests.append(socket.url))
    yield page
    page.context.set_offline(False)  # others share the profile
    page.close(run_before_unload=True)


def banner(page, seconds=10):
    return page.locator("#simlib-guard").inner_text(timeout=seconds * 1000)


def test_a_page_comes_alive_and_asks_no_other_server(server, page):
    page.goto(server.url, wait_until="commit")
    assert page.locator("#loading").inner_text().startswith("正在打开")
    page.get_by_role("button", name="+").click(timeout=20_000)
    page.get_by_text("twice 2").wait_for()
    assert page.locator("#loading, #simlib-guard").count() == 0
    assert page.title() == "医保支付政策模拟器"
    assert [
        url for url in page.requests if not re.match(rf"(http|ws)://127\.0\.0\.1:{server.port}/|data:|blob:", url)
    ] == []
    assert any("/channels" in url for url in page.requests)
    assert page.evaluate("fetch(simlib.plotly).then(answer => answer.status)") == 200


@posix
def test_the_page_says_when_its_kernel_is_lost(server, page):
    page.goto(server.url)
    text = page.get_by_text("pid ").inner_text(timeout=20_000)
    look = "document.dispatchEvent(new Event('visibilitychange'))"  # now and not in five seconds
    page.context.set_offline(True)
    page.evaluate(look)
    assert "已断开" in banner(page)
    page.context.set_offline(False)
    page.evaluate(look)
    page.locator("#simlib-guard").wait_for(state="detached")

    os.kill(int(text.split()[1]), signal.SIGKILL)
    assert banner(page) == "与模拟器的连接已断开，当前画面不再更新。\n重新载入"
    page.get_by_role("button", name="重新载入").click()
    page.get_by_text("pid ").wait_for(timeout=20_000)
    assert page.locator("#simlib-guard").count() == 0


def test_the_page_says_when_it_could_not_start(server, page):
    page.goto(f"{server.url}/voila/render/failing.ipynb?lang=en")
    assert banner(page).startswith("The simulator failed to start.")
    assert page.title() == "Medical insurance payment simulator"


BLANK = """() => { document.body.dataset.seen = 1;
  document.body.append(Object.assign(document.createElement("div"),
    { className: "jupyter-widgets", textContent: "Error displaying widget: model not found" })); }"""


def test_a_page_with_a_widget_left_blank_loads_itself_once_more_and_not_for_ever(server, page):
    page.goto(server.url)
    for _ in range(2):
        page.get_by_role("button", name="+").wait_for(timeout=20_000)
        page.evaluate(BLANK)
        page.wait_for_selector("body:not([data-seen])", timeout=20_000)
    page.get_by_role("button", name="+").wait_for(timeout=20_000)
    page.evaluate(BLANK)
    assert banner(page).startswith("模拟器启动失败。")
    assert page.locator("body[data-seen]").count() == 1
