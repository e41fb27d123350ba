// The page: draws what the kernel says, sends what the visitor does.

class Page {
  constructor(model, root) {
    this.model = model;
    this.root = root;
    this.acts = new Acts({
      send: (content, buffers) => this.send(content, buffers),
      working: () => this.busy?.classList.add("sim-on"),
      rested: () => this.rested(),
    });
    this.values = {};
    this.query = ""; // the address as the kernel last told it
    this.ours = Boolean(window.simlib); // whether the address and the title are ours to change
    this.anew = null; // a page and what it shows, told but not drawn yet
    this.latest = null;
    this.opened = new Set(); // explanations and folds that somebody opened
    this.shown = new AbortController(); // of the page that is shown: its listeners end when it is drawn anew
    const others = othersShown();
    this.plotly = others.then(() => loadPlotly(() => this.bundle()));
    others.then(() => window.simlib?.step?.("reckon"));
    const query = this.ours ? location.search : "";
    others.then(() => this.do({ act: "open", query, address: ownAddress(this.ours) }));
  }

  // plotly.js where no server of ours hands it over: the kernel does.
  bundle() {
    return new Promise((resolve) => {
      this.bundled = resolve;
      this.send({ act: "plotly" });
    });
  }

  send(content, buffers) {
    this.model.send(content, undefined, buffers);
  }

  listen(content, buffers) {
    try {
      this[`say_${content.say}`]?.(unpack(content, buffers), buffers);
    } catch (error) {
      reportError(error);
      window.simlib?.lost?.("failed");
    }
  }

  // What a visitor can do.

  do(act) {
    delete this.root.dataset.idle;
    this.acts.do(act);
  }
  // What is set with the same `step`, as in a drag, is one step of the history.
  set(values, shown, step) {
    this.do({ act: "set", values, shown, step });
  }
  prefer(preset) {
    this.do({ act: "prefer", preset });
  }
  // Large, for a room; the link holds it.
  present(on) {
    if (on === this.stage.on) return;
    if (on && this.ours) document.documentElement.requestFullscreen?.().catch(() => {});
    if (!on && document.fullscreenElement) document.exitFullscreen();
    this.stage.turn(on);
    this.acts.do(() => this.send({ act: "present", on }));
  }
  step(way) {
    this.do({ act: way });
  }
  pick(subject) {
    this.do({ act: "pick", subject });
  }
  pickRow(row) {
    this.pick(this.subject(row));
  }
  choose(panel, choice) {
    this.do({ act: "choose", panel, choice });
  }
  reset() {
    this.do({ act: "reset" });
  }
  speak(language) {
    this.do({ act: "speak", language });
  }
  use(source) {
    this.do({ act: "use", source });
  }
  upload(file) {
    if (file) this.do({ act: "upload", file });
  }
  // The table is sorted here; only the link has to know.
  sort(panel, order) {
    this.acts.do(() => this.send({ act: "sort", panel, order }));
  }
  // A file and a link hold what was done before: they wait for their turn, and nothing waits for them.
  save(kind) {
    this.acts.do(() => this.send({ act: "save", kind }));
  }
  print() {
    this.acts.do(() => window.print());
  }
  share(button) {
    this.acts.do(() => this.copy(button));
  }
  async copy(button) {
    this.tellAddress();
    const address = location.href;
    try {
      await navigator.clipboard.writeText(address);
    } catch {
      prompt(this.texts.share, address);
      return;
    }
    button.textContent = this.texts.copied;
    setTimeout(() => {
      button.textContent = this.texts.share;
    }, 1500);
  }

  // What the page's table says of its rows.

  subject(row) {
    return this.table?.subject(row) ?? null;
  }
  label(row) {
    return this.table?.label(row) ?? "";
  }

  // What the kernel says.

  // A page drawn anew would forget what was done since: it is drawn with the answer to the last act.
  say_page(say) {
    this.anew = say;
    this.latest = null;
    if (!this.form) this.draw();
  }

  // Who has acted since the question has another answer coming, so an old one is left out altogether.
  say_update(say) {
    if (!this.acts.knows(say.seq)) return;
    if (say.slow) this.draw();
    this.query = say.query;
    this.latest = say;
    window.simlib?.step?.("draw");
    this.draw();
    if (say.slow) {
      this.drawing.rest();
      if (say.paper) this.sheet.show(say.paper, this.told);
      this.scrollable();
      if (Object.values(say.panels).some((panel) => panel.more)) this.acts.goOn(say.seq);
      else this.root.dataset.idle = this.root.dataset.painted;
      return;
    }
    this.plotly.then(() =>
      afterPaint(() => {
        this.painted(say.seq);
        window.simlib?.alive?.();
      }),
    );
  }

  say_problems(say) {
    this.draw();
    const here = (path) => this.root.querySelector(`[data-parameter="${CSS.escape(path.split(".").pop())}"]`);
    const known = say.problems.filter(({ parameters }) => parameters.some(here));
    this.form.sound();
    if (this.acts.last(say.seq)) [this.form, this.toolbar].forEach((place) => place?.restore?.());
    for (const { parameters, rule } of known) {
      for (const place of [this.form, this.drawing]) place.problem(parameters, rule);
    }
    const others = say.problems.filter((problem) => !known.includes(problem)).map((problem) => problem.line);
    if (others.length) this.notices.show(others, "problem");
    this.painted(say.seq);
    this.busy?.classList.remove("sim-on");
  }

  say_error(say) {
    this.draw();
    this.notices.show([say.text], "failure");
    this.painted(say.seq);
    this.busy?.classList.remove("sim-on");
  }

  say_piece() {
    this.acts.piece();
  }

  say_address(say) {
    this.query = say.query;
    this.tellAddress();
  }

  say_file(say, buffers) {
    saveAs(say.name, say.mime, buffers[0]);
  }

  say_plotly(say, buffers) {
    this.bundled(buffers[0]);
  }

  // How it is drawn.

  draw() {
    if (this.anew && this.acts.further()) return;
    const { anew, latest } = this;
    this.anew = this.latest = null;
    const kept = anew && this.form ? keep(this.root) : null;
    if (anew) this.drawPage(anew);
    if (latest) this.drawValues(latest);
    kept?.();
  }

  drawPage(say) {
    const { root } = this;
    this.texts = say.texts;
    this.ours &&= !say.bare;
    this.home = this.ours ? window.simlib.home || "/" : null;
    root.classList.toggle("sim-bare", say.bare);
    root.lang = say.language === "zh" ? "zh-CN" : "en";
    if (this.ours) {
      document.title = say.title;
      document.documentElement.lang = root.lang;
    }
    this.shown.abort();
    this.shown = new AbortController();
    this.signal = this.shown.signal;
    this.form = say.chooser
      ? new Chooser(say.chooser, this.texts, this)
      : Form(say.form, this.texts, this, say.elsewhere);
    this.moves = say.presets ? Moves(say, this) : null;
    this.stage = say.presets ? new Stage(say, this) : null;
    this.table = null;
    const panels = say.panels.map((panel) => [panel.id, Panel(panel, this.texts, this)]);
    this.drawing = new Drawing(panels, this.signal);
    this.notices = Notices(this.texts);
    this.doubts = Doubts(this.texts);
    this.toolbar = say.bare ? null : Toolbar(say, this.texts, this);
    this.busy = this.toolbar?.busy;
    root.style.minHeight = `${root.offsetHeight}px`; // until it is painted
    // A lesson is one main part with figures in it; a page's main part are its panels.
    const side = h(say.bare ? "div" : "aside", { class: "sim-side" }, this.moves?.element, this.form.element);
    const shown = [this.doubts.element, Readings(say.readings, this.texts), this.drawing.elements].flat();
    const columns = [side, h(say.bare ? "div" : "main", { class: "sim-main" }, shown)];
    this.sheet = Sheet(root, this.drawing, this.signal);
    this.told = say;
    root.replaceChildren(
      this.toolbar?.element || "",
      this.stage?.element || "",
      say.bare ? "" : this.sheet.element,
      this.notices.element,
      h("div", { class: "sim-columns" }, columns),
      h(say.bare ? "div" : "footer", { class: "sim-clause" }, say.documents.join("；")),
      say.bare ? "" : Drawer(root, side, this.texts, this.signal),
    );
    const lines = say.problems.map((problem) => problem.line);
    this.notices.show(lines, "problem");
    this.stage?.turn(Boolean(say.present));
    this.scrollable = scrollable(root, this.signal);
  }

  drawValues(say) {
    this.values = say.values;
    this.drawing.take(say.panels);
    this.form.show(say.values, (name) => this.moved(name), say.changed);
    this.moves?.show(say);
    this.stage?.show(say);
    if (!say.slow) this.form.sound();
    if (say.doubts) this.doubts.show(say.doubts);
  }

  // Whether the visitor moved a control again after what is being drawn.
  moved(name) {
    return this.acts.further(name);
  }

  // The last act under way that sets a value, or else what the kernel holds.
  asked(name) {
    return this.acts.setting(name) || { values: this.values, shown: false };
  }

  painted(number) {
    if (!this.acts.waits(number)) return;
    this.root.style.minHeight = "";
    this.busy?.classList.remove("sim-on");
    this.root.dataset.painted = number;
    this.acts.answered(number);
    this.catchUp();
  }

  catchUp() {
    if (this.acts.waiting) return;
    if (this.drawing.drawNext()) setTimeout(() => this.catchUp());
    else this.root.dataset.drawn = this.root.dataset.painted;
  }

  rested() {
    this.drawing.drawAll();
    this.tellAddress();
  }

  tellAddress() {
    if (this.ours) history.replaceState(null, "", location.pathname + (this.query ? `?${this.query}` : ""));
  }
}

function render({ model, el }) {
  const root = h("div", { class: "sim", lang: "zh-CN" });
  el.append(root);
  const page = new Page(model, root);
  const listen = (content, buffers) => page.listen(content, buffers);
  model.on("msg:custom", listen);
  return () => model.off("msg:custom", listen);
}

export default { render };
