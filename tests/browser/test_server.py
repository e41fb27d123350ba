"""The dashboard's server: what it serves, and whom and what it refuses."""

from __future__ import annotations

import asyncio
import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from jupyter_client.session import Session
from jupyter_server.services.kernels.connection.base import deserialize_msg_from_ws_v1, serialize_msg_to_ws_v1
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

from simlib.serve.handlers import PROTOCOL


def connect(server, kernel, act=None, protocols=(PROTOCOL,), **headers):
    """Open the kernel's websocket and do ``act`` with it. In a thread: playwright's loop occupies this one."""
    url = f"ws://127.0.0.1:{server.port}/api/kernels/{kernel}/channels?session_id=test"

    async def run():
        socket = await websocket_connect(HTTPRequest(url, headers=headers), subprotocols=list(protocols) or None)
        try:
            return act and await asyncio.wait_for(act(socket), 10)
        finally:
            socket.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, run()).result()


# --- what is served -----------------------------------------------------------------------------------------------


def test_the_only_output_is_one_chinese_line_with_the_address(server):
    assert re.fullmatch(r"模拟器已启动：http://127\.0\.0\.1:\d+/  （按 Ctrl\+C 停止）\n", server.line)


def test_a_busy_port_leads_to_a_later_one(server, busy):
    assert busy < server.port < busy + 100


def test_the_root_leads_to_the_home_notebook_and_keeps_the_query(server):
    status, headers, _ = server.ask("/?a=1&lang=en")
    assert (status, headers["Location"]) == (302, "/voila/render/home.ipynb?a=1&lang=en")


@pytest.mark.parametrize(
    "path",
    ["/voila", "/voila/tree", "/voila/tree/", "/voila/render/", "/voila/api/contents", "/voila/api/contents/home.ipynb"]
    + ["/api/kernels", "/api/contents", "/tree", "/lab", "/login", "/voila/api/themes/x", "/voila/execution/a-b-c-d-e"],
)
def test_nothing_lists_notebooks_kernels_or_files(server, path):
    assert server.ask(path)[0] == 404


@pytest.mark.parametrize("path", ["home.ipynb", "picture.png", "../secret.ipynb", ""])
def test_no_file_is_handed_out(server, path):
    assert server.ask(f"/voila/files/{path}")[0] == 403


@pytest.mark.parametrize(
    "path",
    ["../secret.ipynb", "%2e%2e/secret.ipynb", "..%2fsecret.ipynb", "course/../home.ipynb", "/home.ipynb", "%00.ipynb"]
    + [".ipynb_checkpoints/home-checkpoint.ipynb", "picture.png", "course", "nix.ipynb", "x" * 3000 + ".ipynb"],
)
def test_only_notebooks_of_the_folder_are_pages_and_a_wrong_address_is_explained(server, path):
    status, headers, html = server.ask(f"/voila/render/{path}")
    assert status == 404
    assert headers["Content-Type"].startswith("text/html")
    assert html.index("没有这个页面") < html.index("There is no such page")
    assert "Traceback" not in html


def test_the_page_is_ours_whatever_the_query_asks_for(server):
    html = server.ask("/voila/render/course/facts.ipynb?template=lab&theme=dark&voila-theme=dark")[2]
    assert '<html lang="zh-CN">' in html
    assert "正在打开，通常需要几秒" in html
    assert "theme-dark" not in html
    assert re.search(r'plotly: "(/voila/templates/simlib/static/plotly\.min\.js\?v=[\d.]+)"', html)
    assert "jupyterlab-plotly" not in html


@pytest.mark.parametrize("path", ["/voila/render/course/facts.ipynb", "/voila/render/nix.ipynb", "/voila/files/x", "/"])
def test_every_answer_carries_the_security_headers(server, path):
    headers = server.ask(path)[1]
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["frame-ancestors"] == "'self'"
    assert policy["connect-src"] == f"'self' ws://127.0.0.1:{server.port} blob: data:"
    assert not re.search(r"https?:|\*", headers["Content-Security-Policy"])
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Frame-Options"] == "SAMEORIGIN"


def test_pages_and_their_files_refer_to_no_other_server(server):
    pages = [server.ask(f"/voila/render/{name}.ipynb")[2] for name in ("course/facts", "nix")]
    assert not re.search(r"(https?:)?//[\w-]+\.\w", "".join(pages))
    files = re.findall(r'(?:src|href)="([^"#]+)"', pages[0])
    assert all(re.match(r"/|data:", file) for file in files)
    texts = {file.partition("?")[0]: server.ask(file)[2] for file in files if re.search(r"\.(css|js)", file)}
    assert {Path(file).name for file in texts} >= {"guard.js", "simlib.css", "plotly.min.js", "voila.js"}
    for file, text in texts.items():
        if file.endswith(".css"):
            assert not re.search(r"@import|url\([\"']?(https?:)?//", text), file
        if file.endswith("guard.js"):
            assert "//" not in re.sub(r"(?m)^\s*//.*|`[^`]*`", "", text)


def test_browsers_keep_plotly_and_voila_until_their_versions_change(server):
    html = server.ask("/voila/render/course/facts.ipynb")[2]
    for file in re.findall(r'"(/\S+?(?:plotly\.min|voila)\.js\S*?)"', html):
        headers = server.ask(file)[1]
        assert headers["Cache-Control"] == "max-age=315360000"
        assert headers["Content-Type"] == "text/javascript"
    status, headers, _ = server.ask("/voila/templates/simlib/static/guard.js")
    assert (status, headers["Cache-Control"]) == (200, "no-cache")
    assert server.ask("/voila/templates/simlib/static/guard.js", If_None_Match=headers["Etag"])[0] == 304


# --- who is refused -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "192.168.1.2", "localhost:x"]
)
def test_a_foreign_host_name_is_refused(server, visit, host):
    assert server.ask("/", Host=host)[0] == 403
    assert server.ask("/voila/templates/simlib/static/guard.js", Host=host)[0] == 403
    with pytest.raises(HTTPClientError, match="403"):
        connect(server, visit["kernel"], Host=host)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8866", "LOCALHOST", "[::1]:8866"])
def test_the_names_of_this_computer_are_served(server, host):
    assert server.ask("/", Host=host)[0] == 302


def test_other_sites_may_link_here_but_not_embed(server):
    assert server.ask("/", Sec_Fetch_Site="cross-site", Sec_Fetch_Dest="document")[0] == 302
    assert server.ask("/", Sec_Fetch_Site="cross-site", Sec_Fetch_Dest="iframe")[0] == 403
    assert server.ask("/", Sec_Fetch_Site="same-site", Sec_Fetch_Dest="image")[0] == 403
    assert server.ask("/", Sec_Fetch_Site="same-origin", Sec_Fetch_Dest="empty")[0] == 302


@pytest.mark.parametrize("origin", ["http://evil.example", "http://127.0.0.1:1", "null"])
def test_a_websocket_from_another_origin_is_refused(server, visit, origin):
    with pytest.raises(HTTPClientError, match="403"):
        connect(server, visit["kernel"], Origin=origin)


@pytest.mark.parametrize("protocols", [(), ("v2.kernel.websocket.jupyter.org",)])
def test_a_websocket_without_the_protocol_is_refused_and_the_server_goes_on(server, visit, protocols):
    with pytest.raises(HTTPClientError, match="400"):
        connect(server, visit["kernel"], protocols=protocols)
    assert server.ask("/")[0] == 302


@pytest.mark.parametrize("message", [b"\xff" * 64, b"\x00\x00\x00\x01" * 9, b"", b"{}", "{}"])
def test_a_message_that_is_none_closes_the_websocket_and_the_server_goes_on(server, visit, message):
    async def act(socket):
        await socket.write_message(message, binary=isinstance(message, bytes))
        while await socket.read_message() is not None:
            pass
        return socket.close_code

    assert connect(server, visit["kernel"], act) == 1003
    assert server.ask("/")[0] == 302


def test_a_visitor_cannot_execute_code(server, visit, tmp_path):
    session, proof = Session(), tmp_path / "proof"

    async def act(socket):
        content = {"code": f"open({str(proof)!r}, 'w')", "silent": False, "allow_stdin": False}
        for kind, one in (("execute_request", content), ("kernel_info_request", {})):
            message = serialize_msg_to_ws_v1(session.msg(kind, one), "shell", session.pack)
            await socket.write_message(message, binary=True)
        kinds = set()
        while "kernel_info_reply" not in kinds:
            channel, parts = deserialize_msg_from_ws_v1(await socket.read_message())
            kinds.add(json.loads(parts[0])["msg_type"])
        return kinds

    assert connect(server, visit["kernel"], act) <= {"kernel_info_reply", "status"}
    assert not proof.exists()


def test_what_fails_in_a_cell_is_on_the_console_and_not_on_the_page(server):
    html = server.ask("/voila/render/failing.ipynb")[2]
    assert "data-cell-failed" in html
    assert not re.search("hush|Traceback|ZeroDivision|error when executing", html)
    assert "ZeroDivisionError" in server.log()
