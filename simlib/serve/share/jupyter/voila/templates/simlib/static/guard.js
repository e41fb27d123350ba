// Tells the visitor when the page is no longer live. A lost kernel is silent otherwise: sliders move, nothing follows.
(() => {
  const READY = 30_000,
    EVERY = 5_000;
  const english = document.documentElement.lang.startsWith("en");
  const texts = english
    ? {
        lost: "The connection to the simulator is lost; this page no longer updates.",
        slow: "The simulator is not ready yet. Please wait, or reload.",
        failed: "The simulator failed to start. Reload; if it fails again, see the window in which it runs.",
        reload: "Reload",
      }
    : {
        lost: "与模拟器的连接已断开，当前画面不再更新。",
        slow: "模拟器尚未就绪，请稍候，或重新载入。",
        failed: "模拟器启动失败。请重新载入；如仍失败，请查看运行模拟器的窗口。",
        reload: "重新载入",
      };
  let banner,
    live = false,
    missed = 0,
    kernel;

  function show(reason) {
    if (!banner) {
      banner = document.createElement("div");
      banner.id = "simlib-guard";
      banner.setAttribute("role", "alert");
      banner.style.cssText =
        "position:fixed;inset:0 0 auto;z-index:10000;display:flex;gap:1em;align-items:center;" +
        "justify-content:center;padding:.6em 1em;background:#8a1c1c;color:#fff;font-size:16px";
      const button = document.createElement("button");
      button.textContent = texts.reload;
      button.style.cssText = "font:inherit;padding:.2em 1em;white-space:nowrap;cursor:pointer";
      button.onclick = () => location.reload();
      banner.append(document.createElement("span"), button);
    }
    banner.dataset.reason = reason;
    banner.firstChild.textContent = texts[reason] ?? texts.lost;
    document.body.append(banner);
  }

  function hide(...reasons) {
    if (banner && (!reasons.length || reasons.includes(banner.dataset.reason))) banner.remove();
  }

  // What is being done before the first paint, on the loading screen: the steps before it are done.
  window.simlib.step = (name) => {
    const steps = [...document.querySelectorAll("#loading [data-step]")];
    const at = steps.findIndex((one) => one.dataset.step === name);
    const former = steps.findIndex((one) => one.hasAttribute("aria-current"));
    if (at <= former) return;
    steps.forEach((one, i) => {
      if (i < at) one.dataset.done = "";
      one.toggleAttribute("aria-current", i === at);
    });
  };

  // A page has one main part: a dashboard its panels, a lesson all that is in it. What Jupyter draws of a table or of
  // a file has corners that head nothing, and a report in a lesson is no page.
  function mark() {
    const cells = document.getElementById("rendered_cells");
    if (!cells) return;
    if (cells.querySelector(".sim-bare")) cells.setAttribute("role", "main");
    for (const head of cells.querySelectorAll(".report > header")) head.setAttribute("role", "group");
    const corners = cells.querySelectorAll(".dataframe th:empty");
    for (const corner of corners) corner.replaceWith(document.createElement("td"));
  }

  // For dashboards: alive() at the first paint; lost() when they notice a loss themselves, until alive() again.
  window.simlib.alive = () => {
    live = true;
    mark();
    document.getElementById("loading")?.remove();
    hide();
  };
  window.simlib.lost = (reason = "told") => show(reason);

  // "connected", "unconnected" (kernel there, websocket not), or "gone".
  async function state() {
    const options = { cache: "no-store", signal: AbortSignal.timeout(2 * EVERY) };
    const answer = await fetch(`${kernel.baseUrl}api/kernels/${kernel.kernelId}`, options).catch(() => null);
    if (!answer?.ok) return "gone";
    const model = await answer.json();
    return model.execution_state === "dead" ? "gone" : model.connections ? "connected" : "unconnected";
  }

  // Voilà's widget manager looks for a widget's model for two seconds and then leaves its place blank for good, even if
  // the model has come meanwhile: on a busy machine a lesson lacks exercises. Loading the page once more mends that.
  const BLANK = "Error displaying widget",
    TRIES = "simlib-reloads",
    MOST = 2;
  function mend() {
    const places = [...document.querySelectorAll(".jupyter-widgets")];
    if (!places.some((place) => place.textContent.startsWith(BLANK))) return;
    const tries = Number(sessionStorage.getItem(TRIES)) + 1;
    sessionStorage.setItem(TRIES, tries);
    if (tries > MOST) show("failed");
    else location.reload();
  }
  setInterval(() => [mark, mend].forEach((one) => one()), 1_000);
  // A page that stays whole for a while has forgotten what it took.
  setTimeout(() => banner?.isConnected || sessionStorage.removeItem(TRIES), READY);

  let asking;
  async function check() {
    clearTimeout(asking);
    const now = await state();
    // A websocket that is away may be on its way back: only the second time in a row counts.
    missed = now === "connected" ? 0 : missed + 1;
    if (now === "connected") hide("lost");
    else if (now === "gone" || (live && missed > 1)) show("lost");
    asking = setTimeout(check, EVERY);
  }

  document.addEventListener("DOMContentLoaded", () => {
    window.simlib.step("load");
    const config = document.getElementById("jupyter-config-data");
    if (config) kernel = JSON.parse(config.textContent);
    if (!kernel?.kernelId || document.querySelector("[data-cell-failed]")) return show("failed");
    check();
    // Timers of hidden pages are slowed down, so look at once when the page is seen again.
    document.addEventListener("visibilitychange", () => document.hidden || check());
  });
  setTimeout(() => live || banner?.isConnected || show("slow"), READY);
  // Back and forward may bring a page back from memory, but its kernel was sent away when it was left.
  addEventListener("pageshow", (event) => event.persisted && location.reload());
})();
