// The page: draws what the kernel says, sends what the visitor does, never two moves at once.

const PIECE = 512 * 1024;   // bytes of an upload a message
const NEAR = 150;           // pixels within which a panel outside the window counts as seen
const SILENCE = 10000;      // ms without an answer before the page says so

function render({ model, el }) {
  const root = h("div", { class: "sim", lang: "zh-CN" });
  el.append(root);
  let texts = {}, form, panels = new Map(), seq = 0, waiting = null, idle, notices, busy, language, bundle, query = "";
  let inVoila = Boolean(window.simlib);   // the address and the title are ours to change

  const send = (content, buffers) => model.send(content, undefined, buffers);
  // While one act is under way the next ones wait, of each kind only the newest: a drag skips what nobody would see.
  const pending = new Map();
  function act(content) {
    delete root.dataset.idle;
    if (waiting) {
      const kind = content.act + Boolean(content.shown), former = pending.get(kind);
      pending.set(kind, former && content.values ? { ...content, values: { ...former.values, ...content.values } } : content);
      return;
    }
    seq += 1;
    waiting = { seq, shown: setTimeout(() => busy?.classList.add("sim-on"), 150), slow: setTimeout(() => window.simlib?.lost?.("slow"), SILENCE) };
    clearTimeout(idle);
    send({ ...content, seq });
  }
  function painted(number) {
    if (!waiting || number !== waiting.seq) return;
    clearTimeout(waiting.shown);
    clearTimeout(waiting.slow);
    root.style.minHeight = "";
    busy?.classList.remove("sim-on");
    root.dataset.painted = number;
    waiting = null;
    const [kind, content] = pending.entries().next().value || [];
    if (content) { pending.delete(kind); act(content); } else { idle = setTimeout(settled, 200); catchUp(); }
  }
  // Charts out of view are drawn after the move is painted, one at a time, unless the next move makes them wait again.
  const late = new Map();
  const inView = ({ element }) => { const { top, bottom } = element.getBoundingClientRect(); return bottom > -NEAR && top < innerHeight + NEAR; };
  function drawLate(wanted) {
    for (const id of [...late.keys()].filter(wanted)) {
      const payload = late.get(id);
      late.delete(id);
      panels.get(id).draw(payload);
    }
  }
  const all = () => true, seen = (id) => panels.get(id).kind !== "chart" || inView(panels.get(id));
  function catchUp() {
    if (waiting) return;
    const [first] = late.keys();
    if (first) { drawLate((id) => id === first); setTimeout(catchUp); } else root.dataset.drawn = root.dataset.painted;
  }
  // Once the hand rests: the address, and the panels that take their time.
  function settled() {
    drawLate(all);
    if (inVoila) history.replaceState(null, "", location.pathname + (query ? `?${query}` : ""));
    send({ act: "idle" });
  }
  // A hidden page paints nothing, so there is nothing to wait for.
  const afterPaint = (done) => document.hidden ? setTimeout(done) : requestAnimationFrame(() => { const channel = new MessageChannel(); channel.port1.onmessage = done; channel.port2.postMessage(0); });

  let shown = new AbortController();   // of the page that is shown: its listeners end when it is drawn anew
  const page = {
    plotly: null,
    subject: () => null,
    label: () => "",
    pick: (subject) => act({ act: "pick", subject }),
    pickRow: (row) => page.pick(page.subject(row)),
    choose: (panel, choice) => act({ act: "choose", panel, choice }),
    set: (values, shown) => act({ act: "set", values, shown }),
    reset: () => act({ act: "reset" }),
    upload,
    values: {},
  };
  const shownOthers = othersShown();
  page.plotly = shownOthers.then(() => loadPlotly(() => new Promise((resolve) => { bundle = resolve; send({ act: "plotly" }); })));

  function notice(lines, tone) {
    notices.replaceChildren();
    if (!lines.length) return;
    const shown = lines.slice(0, 200).map((line) => h("li", {}, line));
    if (lines.length > 200) shown.push(h("li", {}, texts.more.replace("{count}", lines.length - 200)));
    const title = tone === "problem" ? h("p", {}, texts.problems.replace("{count}", lines.length)) : null;
    notices.append(h("div", { class: `sim-notice sim-${tone}`, role: "alert" }, title, h("ul", {}, shown),
      h("button", { type: "button", "aria-label": texts.close, onclick: () => notice([]) }, "×")));
  }

  function upload(file) {
    if (!file) return;
    let at = 0;
    busy.classList.add("sim-on");
    const piece = async () => {
      const bytes = await file.slice(at, at + PIECE).arrayBuffer();
      const start = at === 0;
      at += PIECE;
      const content = { act: "upload", name: file.name, start, end: at >= file.size };
      if (content.end) { seq += 1; waiting = { seq }; content.seq = seq; page.nextPiece = null; } else page.nextPiece = piece;
      send(content, [bytes]);
    };
    piece();
  }

  const act_ = {
    page(say) {
      texts = say.texts;
      inVoila &&= !say.bare;
      root.classList.toggle("sim-bare", say.bare);
      language = say.language;
      root.lang = language === "zh" ? "zh-CN" : "en";
      document.title = inVoila ? say.title : document.title;
      if (inVoila) document.documentElement.lang = root.lang;
      form = say.chooser ? Chooser(say.chooser, texts, page) : Form(say.form, texts, page.set, page.reset);
      late.clear();
      shown.abort();
      shown = new AbortController();
      addEventListener("beforeprint", () => drawLate(all), { signal: shown.signal });
      addEventListener("scroll", () => drawLate(seen), { signal: shown.signal, passive: true, capture: true });
      page.signal = shown.signal;
      panels = new Map(say.panels.map((panel) => [panel.id, Panel(panel, texts, page)]));
      notices = h("div", { class: "sim-notices" });
      busy = h("span", { class: "sim-busy", role: "status" }, texts.busy);
      // A page drawn anew stays where it was: its height until it is painted, its lists' scroll, what has the focus.
      const held = root.contains(document.activeElement) ? document.activeElement.id : "", scrolled = root.querySelector("aside")?.scrollTop;
      root.style.minHeight = `${root.offsetHeight}px`;
      root.replaceChildren(say.bare ? "" : toolbar(say), notices, h("div", { class: "sim-columns" }, h("aside", {}, form.element), h("main", {}, [...panels.values()].map((panel) => panel.element))),
        h("footer", { class: "sim-clause" }, say.documents.join("；")));
      if (scrolled) root.querySelector("aside").scrollTop = scrolled;
      if (held) document.getElementById(held)?.focus({ preventScroll: true });
      notice(say.problems.map((problem) => problem.line), "problem");
    },
    update(say) {
      page.values = say.values;
      // Charts first: plotly asks for sizes, which is cheap only while nothing else has changed the page.
      const order = Object.entries(say.panels).sort(([a], [b]) => (panels.get(b).kind === "chart") - (panels.get(a).kind === "chart"));
      for (const [id, payload] of order) late.set(id, payload);
      drawLate(seen);
      form.show(say.values, !pending.size, say.changed);
      if (!say.slow) form.sound();
      query = say.query;
      if (say.slow) { if (!waiting) root.dataset.idle = root.dataset.painted; return; }
      page.plotly.then(() => afterPaint(() => { painted(say.seq); window.simlib?.alive?.(); }));
    },
    problems(say) {
      const known = say.problems.filter(({ parameters }) => parameters.some((path) => root.querySelector(`[data-parameter="${CSS.escape(path.split(".").pop())}"]`)));
      const places = [form, ...panels.values()].filter((place) => place.problem);
      form.sound();
      known.forEach((problem) => places.forEach((place) => place.problem(problem.parameters, problem.rule)));
      const others = say.problems.filter((problem) => !known.includes(problem)).map((problem) => problem.line);
      if (others.length) notice(others, "problem");
      painted(say.seq);
      busy?.classList.remove("sim-on");
    },
    error(say) { notice([say.text], "failure"); painted(say.seq); busy?.classList.remove("sim-on"); },
    piece() { page.nextPiece?.(); },
    file(say, buffers) { saveAs(say.name, say.mime, buffers[0]); },
    plotly(say, buffers) { bundle(buffers[0]); },
  };

  function toolbar(say) {
    const button = (name, onclick) => h("button", { type: "button", "data-do": name, onclick }, texts[name]);
    const file = h("input", { type: "file", accept: say.accept, hidden: true, onchange: () => { upload(file.files[0]); file.value = ""; } });
    const known = say.sources.some((source) => source.name === say.source);
    const options = known ? say.sources : [...say.sources, { name: say.source, label: say.source }];
    const source = h("select", { id: "sim-source", onchange: () => act({ act: "use", source: source.value }) },
      options.map((one) => h("option", { value: one.name, selected: one.name === say.source }, one.label)));
    return h("header", { class: "sim-top" },
      h("div", {}, h("h1", {}, say.title), h("p", {}, say.intro)),
      h("div", { class: "sim-tools" }, busy,
        h("label", { for: "sim-source" }, texts.data), source, file, button("upload", () => file.click()),
        button("share", share), say.saves.map((name) => button(name, () => send({ act: "save", kind: name.slice(4).toLowerCase() }))),
        button("language", () => act({ act: "speak", language: language === "zh" ? "en" : "zh" })),
        inVoila ? h("a", { href: (window.simlib.home || "/") + (language === "zh" ? "" : `?lang=${language}`), "data-do": "home" }, texts.home) : null));
  }

  async function share(event) {
    const button = event.target, address = location.href;
    try { await navigator.clipboard.writeText(address); } catch { prompt(texts.share, address); return; }
    button.textContent = texts.copied;
    setTimeout(() => { button.textContent = texts.share; }, 1500);
  }

  const listen = (content, buffers) => {
    try { act_[content.say]?.(unpack(content, buffers), buffers); } catch (error) { reportError(error); window.simlib?.lost?.("failed"); }
  };
  model.on("msg:custom", listen);
  shownOthers.then(() => act({ act: "open", query: inVoila ? location.search : "" }));
  return () => model.off("msg:custom", listen);
}

export default { render };
