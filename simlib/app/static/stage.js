// The page for a room: what is said first, who moves and the main chart, large; arrow keys go through prepared moves.

const STAGE = [960, 570]; // pixels of the page that fill the screen
const ON_STAGE = ["headlines", "movers"]; // panels, beside the first chart
const WAYS = { ArrowRight: 1, ArrowDown: 1, PageDown: 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1 };

class Stage {
  constructor(say, page) {
    Object.assign(this, { page, presets: say.presets, asked: null });
    const { texts, signal } = page;
    this.number = h("b", {});
    this.title = h("span", {});
    this.question = h("span", { class: "sim-stage-question" });
    const hint = h("small", {}, texts.presentHint);
    const shown = h("p", { role: "status" }, this.number, " ", this.title, " ", this.question);
    this.element = h("div", { class: "sim-stage", hidden: true }, shown, hint);
    addEventListener("keydown", (event) => this.on && this.keyed(event), { signal });
    addEventListener("resize", () => this.fit(), { signal });
    document.addEventListener("fullscreenchange", () => document.fullscreenElement || this.page.present(false), {
      signal,
    });
  }

  get on() {
    return this.page.root.classList.contains("sim-presenting");
  }

  turn(on) {
    const { page, element } = this;
    page.root.classList.toggle("sim-presenting", on);
    element.hidden = !on;
    this.cast();
    this.fit();
  }

  // Who stands on the stage: the first chart fills the row that it has for itself.
  cast() {
    const panels = [...this.page.drawing.panels];
    const chart = panels.find(([, panel]) => panel.kind === "chart")?.[0];
    for (const [id, { element }] of panels) element.classList.toggle("sim-cast", id === chart || ON_STAGE.includes(id));
  }

  fit() {
    const zoom = this.on ? Math.min(innerWidth / STAGE[0], innerHeight / STAGE[1]) : 1;
    this.page.root.style.setProperty("--sim-zoom", Math.max(1, zoom));
  }

  keyed(event) {
    if (event.key === "Escape") this.page.present(false);
    const way = WAYS[event.key];
    if (!way || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const last = this.presets.length - 1;
    const at = Math.min(last, Math.max(0, (this.asked ?? this.at) + way));
    if (at === (this.asked ?? this.at)) return;
    this.asked = at;
    this.page.prefer(this.presets[at].name);
  }

  show({ preset }) {
    this.at = this.presets.findIndex(({ name }) => name === preset);
    if (this.at === this.asked || !this.page.acts.further()) this.asked = null;
    const one = this.presets[this.at];
    write(this.number, one ? `${this.at + 1}/${this.presets.length}` : "");
    write(this.title, one ? one.title : this.page.texts.ownValues);
    write(this.question, one?.question || "");
  }
}
