// The data page: takes files, shows what the kernel reads them as, sends what the visitor says of them.

class DataPage {
  constructor(model, root) {
    Object.assign(this, { model, root, folds: new Map(), ours: Boolean(window.simlib) });
    this.acts = new Acts({
      // Nothing of this page waits until the hand rests.
      send: (content, buffers) => content.act !== "idle" && model.send(content, undefined, buffers),
      working: () => this.busy?.classList.add("sim-on"),
      rested: () => {},
    });
    this.dropping();
    this.do({ act: "open", query: this.ours ? location.search : "", address: ownAddress(this.ours) });
  }

  do(act) {
    this.acts.do(act);
  }

  // Files may be dropped anywhere on the page; a folder is not a file.
  dropping() {
    const { root } = this;
    const files = (event) => event.dataTransfer?.types.includes("Files");
    const over = (event) => {
      if (!files(event)) return;
      event.preventDefault();
      root.classList.add("sim-dropping");
    };
    root.addEventListener("dragenter", over);
    root.addEventListener("dragover", over);
    root.addEventListener("dragleave", (event) => {
      if (!root.contains(event.relatedTarget)) root.classList.remove("sim-dropping");
    });
    root.addEventListener("drop", (event) => {
      if (!files(event)) return;
      event.preventDefault();
      root.classList.remove("sim-dropping");
      const folders = [...event.dataTransfer.items].filter((item) => item.webkitGetAsEntry?.()?.isDirectory);
      const names = folders.map((item) => item.webkitGetAsEntry().name);
      this.bring([...event.dataTransfer.files].filter((file) => !names.includes(file.name)));
      if (names.length)
        this.notices.show(
          names.map((name) => this.texts.folders.replace("{name}", name)),
          "failure",
        );
    });
  }

  // All that come together are read together, after the last.
  bring(files) {
    files.forEach((file, at) => this.do({ act: "upload", file, more: at < files.length - 1 }));
  }

  listen(content, buffers) {
    try {
      this[`say_${content.say}`]?.(content, buffers);
    } catch (error) {
      reportError(error);
      window.simlib?.lost?.("failed");
    }
  }

  say_piece() {
    this.acts.piece();
  }
  say_stored(say) {
    this.acts.answered(say.seq);
  }
  say_file(say, buffers) {
    saveAs(say.name, say.mime, buffers[0]);
  }
  say_go(say) {
    this.acts.answered(say.seq);
    location.assign(say.to);
  }
  say_error(say) {
    this.notices?.show([say.text], "failure");
    this.painted(say.seq);
  }

  say_desk(say) {
    const { root } = this;
    this.texts = { ...say.texts, states: say.states };
    root.lang = say.language === "zh" ? "zh-CN" : "en";
    if (this.ours) {
      document.title = say.title;
      document.documentElement.lang = root.lang;
      history.replaceState(null, "", location.pathname + (say.query ? `?${say.query}` : ""));
    }
    const held = root.contains(document.activeElement) ? document.activeElement.dataset.place : null;
    this.notices = Notices({ ...this.texts, problems: this.texts.refusedTitle });
    const shown = say.files.length ? this.filled(say) : [];
    this.shown?.abort();
    this.shown = new AbortController();
    const sheet = Sheet(root, null, this.shown.signal);
    sheet.show(say.paper, say);
    root.replaceChildren(
      this.header(say),
      sheet.element,
      this.notices.element,
      h("div", { class: "sim-desk", role: "main" }, this.place(say), shown),
    );
    this.notices.show(say.notices, "problem");
    if (held) root.querySelector(`[data-place="${CSS.escape(held)}"]`)?.focus({ preventScroll: true });
    this.painted(say.seq);
    requestAnimationFrame(() => setTimeout(() => window.simlib?.alive?.()));
  }

  painted(number) {
    this.busy?.classList.remove("sim-on");
    this.root.dataset.painted = this.root.dataset.drawn = number ?? this.root.dataset.painted;
    this.acts.answered(number);
  }

  button(name, onclick, more = {}) {
    return h(
      "button",
      { type: "button", "data-do": name, "data-place": `do ${name}`, onclick, ...more },
      this.texts[name],
    );
  }

  header(say) {
    const { texts } = this;
    const other = say.language === "zh" ? "en" : "zh";
    const home = (window.simlib?.home || "home.ipynb") + (other === "en" ? "" : "?lang=en");
    this.busy = h("span", { class: "sim-busy", role: "status" }, texts.reading);
    const save = (name, kind, off) =>
      this.button(name, () => this.acts.do(() => this.model.send({ act: "save", kind })), { disabled: off });
    return h(
      "header",
      { class: "sim-top" },
      h("div", {}, h("h1", {}, say.title), h("p", {}, say.intro)),
      h(
        "div",
        { class: "sim-tools" },
        this.busy,
        save("saveColumns", "columns", !say.files.length),
        save("saveTables", "tables", !say.whole),
        save("templates", "templates", false),
        this.button("language", () => this.do({ act: "speak", language: other })),
        this.ours ? h("a", { href: home, "data-do": "home" }, texts.home) : null,
      ),
    );
  }

  // Where files are dropped or chosen, with those that are there.
  place(say) {
    const { texts } = this;
    const chosen = () => {
      this.bring([...file.files]);
      file.value = "";
    };
    const file = h("input", { type: "file", multiple: true, accept: say.accept, hidden: true, onchange: chosen });
    const hints = h(
      "ol",
      { class: "sim-hints" },
      say.hints.map((line) => h("li", {}, line)),
    );
    const empty = !say.files.length;
    return h(
      "section",
      { class: `sim-panel sim-drop${empty ? " sim-first" : ""}`, "aria-label": texts.drop },
      empty ? hints : null,
      h(
        "p",
        { class: "sim-drop-here" },
        h("b", {}, texts.drop),
        ` ${texts.or} `,
        file,
        this.button("add", () => file.click()),
        empty ? this.button("example", () => this.do({ act: "example" })) : null,
        empty ? null : this.button("clear", () => this.do({ act: "clear" })),
      ),
      empty
        ? null
        : h(
            "ul",
            { class: "sim-files", "aria-label": texts.files },
            say.files.map((one) => this.file(one)),
          ),
      h("p", { class: "sim-clause" }, say.limits),
    );
  }

  file({ name, size }) {
    const label = this.texts.removeFile.replace("{name}", name);
    const remove = () => this.do({ act: "remove", name });
    return h(
      "li",
      {},
      name,
      h("small", {}, size),
      h("button", { type: "button", "aria-label": label, onclick: remove }, "×"),
    );
  }

  filled(say) {
    const few = say.sheets.length <= 3;
    const sheets = say.sheets.map((sheet) => new SheetPanel(sheet, this.texts, this).element(few));
    return [this.summary(say), say.rules.length ? this.rules(say) : null, ...sheets].filter(Boolean);
  }

  summary(say) {
    const card = ({ id, label, value }) =>
      h(
        "div",
        { "data-card": id, role: "listitem" },
        h("div", { class: "sim-label" }, label),
        h("div", { class: "sim-value", "data-value": value }, whole.format(value)),
      );
    const landed = h("p", { class: "sim-versus", role: "status" }, say.landed);
    const cards = h("div", { class: "sim-cards", role: "list" }, say.cards.map(card));
    return h("section", { class: "sim-panel" }, cards, landed, this.doubts(say.doubts));
  }

  doubts(doubts) {
    const folded = Doubts(this.texts);
    folded.show(doubts);
    return folded.element;
  }

  // Which rules can run on these tables, what the others lack, and the way to their pages.
  rules(say) {
    const { texts } = this;
    const row = ({ label, to, runs, lines }) => {
      const go = {
        type: "button",
        "data-go": to,
        "aria-label": `${texts.open} ${label}`,
        disabled: !(runs && say.whole),
      };
      const press = h("button", { ...go, onclick: () => this.do({ act: "go", to }) }, `${texts.open} →`);
      const state = h(
        "span",
        { class: `sim-state sim-state-${runs ? "read" : "unread"}` },
        runs ? texts.runs : texts.runsNot,
      );
      const why = runs ? [] : lines.map((line) => h("li", {}, line));
      return h(
        "tr",
        { "data-rule": to },
        h("th", { scope: "row" }, label),
        h("td", {}, state),
        h("td", { class: "sim-clause" }, why.length ? h("ul", {}, why) : null),
        h("td", { class: "sim-right" }, this.ours ? press : null),
      );
    };
    const table = h("table", { class: "sim-readings sim-doors" }, h("tbody", {}, say.rules.map(row)));
    return h("section", { class: "sim-panel" }, h("h2", {}, texts.rules), h("div", { class: "sim-scroll" }, table));
  }
}

function render({ model, el }) {
  const root = h("div", { class: "sim sim-data", lang: "zh-CN" });
  el.append(root);
  const page = new DataPage(model, root);
  const listen = (content, buffers) => page.listen(content, buffers);
  model.on("msg:custom", listen);
  return () => model.off("msg:custom", listen);
}

export default { render };
