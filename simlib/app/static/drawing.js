// The panels of a page: charts out of view are drawn after the move is painted, one at a time, unless the next move
// makes them wait again.

const NEAR = 150; // pixels within which a panel outside the window counts as seen

// A hidden page paints nothing, so there is nothing to wait for.
function afterPaint(done) {
  if (document.hidden) {
    setTimeout(done);
    return;
  }
  requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = done;
    channel.port2.postMessage(0);
  });
}

function inView({ element }) {
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > -NEAR && top < innerHeight + NEAR;
}

class Drawing {
  constructor(panels, signal) {
    this.panels = new Map(panels);
    this.late = new Map(); // payloads that are not drawn yet
    addEventListener("scroll", () => this.drawSeen(), { signal, passive: true, capture: true });
  }

  get elements() {
    return [...this.panels.values()].map((panel) => panel.element);
  }

  // Charts first: plotly asks for sizes, which is cheap only while nothing else has changed the page.
  take(payloads) {
    const rank = (id) => (this.panels.get(id).kind === "chart" ? 0 : 1);
    const order = Object.entries(payloads).sort(([a], [b]) => rank(a) - rank(b));
    for (const [id, payload] of order) this.late.set(id, payload);
    this.drawSeen();
  }

  draw(wanted) {
    for (const id of [...this.late.keys()].filter(wanted)) {
      const payload = this.late.get(id);
      this.late.delete(id);
      this.panels.get(id).draw(payload);
    }
  }

  drawAll() {
    this.draw(() => true);
  }

  drawSeen() {
    this.draw((id) => this.panels.get(id).kind !== "chart" || inView(this.panels.get(id)));
  }

  // The first that waits, or false.
  drawNext() {
    const [first] = this.late.keys();
    if (first) this.draw((id) => id === first);
    return Boolean(first);
  }

  // The hand rests: what is told of a panel beside it follows.
  rest() {
    for (const panel of this.panels.values()) panel.rest?.();
  }

  // Another width, as paper has.
  again() {
    this.drawAll();
    for (const panel of this.panels.values()) panel.again?.();
  }

  problem(paths, line) {
    for (const panel of this.panels.values()) panel.problem?.(paths, line);
  }
}
