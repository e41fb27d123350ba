"""Where the kernel is slow and the hand is quick: in a real Chromium whose messages from the kernel are held back.

No answer is waited for by the clock, so what happens here happens on any machine, fast or slow.
"""

from __future__ import annotations

import contextlib
from urllib.parse import parse_qs

import pytest

# A page's socket, found among all there are: while messages are held they come one by one, when the test lets them.
POST = """function () {
  const socket = this.find((one) => one.readyState === WebSocket.OPEN && one.onmessage);
  const post = { holding: false, held: [], listener: socket.onmessage };
  const read = (data) => typeof data === "string" ? data : new TextDecoder("latin1").decode(data);
  post.said = (data) => [...read(data).matchAll(/"say": ?"(\\w+)"/g)].map((found) => found[1]).join()
    + (/"slow": ?true/.test(read(data)) ? " slow" : "");
  post.says = () => post.held.map((event) => post.said(event.data)).filter(Boolean);
  // The first held messages up to one that says so.
  post.let = (said) => {
    for (let event; (event = post.held.shift());) {
      post.listener.call(socket, event);
      if (post.said(event.data) === said) return;
    }
  };
  post.free = () => { post.holding = false; while (post.held.length) post.listener.call(socket, post.held.shift()); };
  post.close = () => { post.free(); socket.onmessage = post.listener; delete window.post; };
  socket.onmessage = (event) => (post.holding ? post.held.push(event) : post.listener.call(socket, event));
  window.post = post;
}"""


class Post:
    """What the kernel says, held back."""

    def __init__(self, visit):
        self.page = visit.page
        tools = self.page.context.new_cdp_session(self.page)
        kind = tools.send("Runtime.evaluate", {"expression": "WebSocket.prototype"})["result"]["objectId"]
        sockets = tools.send("Runtime.queryObjects", {"prototypeObjectId": kind})["objects"]["objectId"]
        done = tools.send("Runtime.callFunctionOn", {"objectId": sockets, "functionDeclaration": POST})
        assert "exceptionDetails" not in done, done
        tools.detach()

    def hold(self):
        self.page.evaluate("post.holding = true")

    def wait(self, *said):
        """Until the kernel has said these things, which the page does not know yet."""
        self.page.wait_for_function("said => post.says().join() === said", arg=",".join(said))

    def let(self, said):
        """Let the page know everything up to this answer, and wait until it has drawn that."""
        self.page.evaluate("said => post.let(said)", said)
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")

    def free(self):
        self.page.evaluate("post.free()")

    def close(self):
        self.page.evaluate("post.close()")


@pytest.fixture
def held(pages):
    """A function that gives a notebook's page and its post: at rest, as it opened, and nothing held back yet."""
    with contextlib.ExitStack() as stack:

        def visit(notebook):
            one = pages(notebook)
            one.idle()
            post = stack.enter_context(contextlib.closing(Post(one)))
            return one, post

        yield visit


def rest_unheard(one, post, act):
    """Do ``act`` and let its answer be painted; what the kernel says to the rest that follows is held back."""
    one.painted(act)
    post.hold()
    post.wait("update slow")


def move(one, name, value):
    """Move a slider without waiting for anything."""
    script = "(e, v) => { e.value = v; e.dispatchEvent(new Event('input', { bubbles: true })); }"
    one.page.locator(f"[data-parameter={name}] input[type=range]").evaluate(script, value)


def stands(one, name):
    """The number that a slider's field shows."""
    return float(one.page.locator(f"#sim-{name}").input_value())


def caught_up(one, post):
    """Nothing is held back any more, and the hand has rested: what the address says, by name."""
    post.free()
    return {name: value for name, (value,) in parse_qs(one.query().lstrip("?")).items() if name != "stamp"}


def ticked(one):
    names = one.page.locator(".sim-chooser input[type=checkbox]:checked").evaluate_all("all => all.map((e) => e.id)")
    return {name.removeprefix("sim-s-") for name in names}


def test_what_a_rest_is_answered_unticks_no_box_and_a_later_choice_forgets_no_earlier_one(held):
    one, post = held("compare.ipynb")

    def tick(name):
        one.page.locator(f"[id='sim-s-{name}']").click()

    former = ticked(one)
    rest_unheard(one, post, lambda: tick("mean-city"))
    tick("rate-3")
    post.let("update slow")  # of before the tick
    assert ticked(one) == former - {"mean-city"} | {"rate-3"}
    tick("lower-0.97")
    tick("upper-1.03")
    post.wait("page", "update")
    post.let("update")  # of the first tick; the others wait for their turn
    assert ticked(one) == former - {"mean-city", "upper-1.03"} | {"rate-3", "lower-0.97"}
    tick("mean-city")
    one.page.locator("[id='sim-b-rate-3']").click()
    asked = caught_up(one, post)
    chosen = ["document", "band-0.99-1.01", "rate-3", "lower-0.97", "mean-city"]
    assert (asked["s"].split(","), asked["base"]) == (chosen, "rate-3")
    assert ticked(one) == set(chosen)
    assert one.page.locator("[id='sim-b-rate-3']").is_checked()
    assert one.page.locator("[data-panel=headlines] thead th").count() == 1 + len(chosen)


def test_what_a_rest_is_answered_moves_no_slider_and_no_choice_back(held):
    one, post = held("deposit.ipynb")
    rest_unheard(one, post, lambda: move(one, "lower", "0.95"))
    move(one, "lower", "0.97")
    post.let("update slow")
    assert stands(one, "lower") == 0.97
    one.page.locator(".sim-fold summary").first.click()
    one.page.select_option("#sim-mean_scope", "city")
    move(one, "upper", "1.03")
    move(one, "upper", "1.035")
    post.wait("update")
    post.let("update")
    assert (stands(one, "lower"), stands(one, "upper")) == (0.97, 1.035)
    assert one.page.locator("#sim-mean_scope").input_value() == "city"
    asked = caught_up(one, post)
    assert {name: float(asked[f"deposit.{name}"]) for name in ("lower", "upper")} == {"lower": 0.97, "upper": 1.035}
    assert asked["deposit.mean_scope"] == "city"
    assert (stands(one, "lower"), stands(one, "upper")) == (0.97, 1.035)


def test_acts_reach_the_kernel_in_the_order_in_which_they_were_done(held):
    one, post = held("deposit.ipynb")
    post.hold()
    move(one, "lower", "0.95")
    move(one, "lower", "0.96")
    one.page.locator(".sim-reset-all").evaluate("e => { e.disabled = false; e.click(); }")
    move(one, "upper", "1.03")
    rate = one.page.locator("#sim-deposit_rate")
    rate.fill("4.5")
    rate.press("Enter")
    with one.page.expect_download() as saved:
        one.do("saveScenario").click()
        asked = caught_up(one, post)
    assert {name: float(value) for name, value in asked.items()} == {
        "deposit.upper": 1.03,
        "deposit.deposit_rate": 0.045,
    }
    assert (stands(one, "lower"), stands(one, "upper"), stands(one, "deposit_rate")) == (0.98, 1.03, 4.5)
    text = saved.value.path().read_text(encoding="utf-8")
    assert "upper: 1.03" in text
    assert "0.045" in text


def test_a_page_drawn_anew_keeps_what_somebody_types_and_every_later_move(held):
    one, post = held("deposit.ipynb")
    post.hold()
    one.do("language").click()
    rate = one.page.locator("#sim-deposit_rate")
    rate.click()
    rate.fill("4.")
    move(one, "lower", "0.95")
    post.wait("page", "update")
    post.let("update")
    assert stands(one, "lower") == 0.95
    asked = caught_up(one, post)
    assert asked.pop("lang") == "en"
    assert {name: float(value) for name, value in asked.items()} == {"deposit.lower": 0.95}
    assert one.page.get_attribute(".sim", "lang") == "en"
    assert rate.input_value() == "4."
    assert one.page.evaluate("document.activeElement.id") == "sim-deposit_rate"
    one.painted(lambda: (rate.press("5"), rate.press("Enter")))
    assert float(parse_qs(one.query().lstrip("?"))["deposit.deposit_rate"][0]) == 0.045


def test_after_a_refusal_the_choice_of_data_stands_as_the_kernel_has_it(held):
    one, _ = held("deposit.ipynb")
    source = one.page.locator("#sim-source")
    former = source.input_value()
    source.evaluate("e => e.append(new Option('gone', 'gone'))")
    one.painted(lambda: source.select_option("gone"))
    assert one.page.locator(".sim-notice li").count() == 1
    assert source.input_value() == former


def test_two_steps_of_an_arrow_key_are_two_steps_whenever_the_kernel_answers(held):
    one, post = held("scorecard.ipynb")
    field = one.page.locator("[data-panel] input[data-parameter]").first
    name = field.get_attribute("data-parameter")
    former = float(field.input_value())
    one.painted(lambda: field.press("ArrowUp"))
    step = float(field.input_value()) - former
    assert step > 0
    rest_unheard(one, post, lambda: field.press("ArrowUp"))
    field.press("ArrowUp")
    post.let("update slow")
    field.press("ArrowUp")
    post.wait("update")
    post.let("update")
    assert float(field.input_value()) == pytest.approx(former + 4 * step)
    asked = caught_up(one, post)
    assert [key for key in asked if key.endswith(f".{name}")] != []
    assert float(field.input_value()) == pytest.approx(former + 4 * step)
