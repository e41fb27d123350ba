// plotly.js behind one function: figures arrive as descriptions with colour roles, and are drawn in the page's theme.

let plotlyLoading;

// Served beside the page as a cached static file; in JupyterLab the kernel hands it over instead.
function loadPlotly(ask) {
  if (window.Plotly) return Promise.resolve(window.Plotly);
  plotlyLoading ||= (async () => {
    const source = window.simlib?.plotly || URL.createObjectURL(new Blob([await ask()], { type: "text/javascript" }));
    await new Promise((resolve, reject) =>
      document.head.append(h("script", { src: source, onload: resolve, onerror: reject })),
    );
    return window.Plotly;
  })();
  return plotlyLoading;
}

const ROLES = [
  "ink",
  "muted",
  "grid",
  "paper",
  "below",
  "within",
  "above",
  "accent",
  "c1",
  "c2",
  "c3",
  "c4",
  "c5",
  "c6",
  "c7",
  "c8",
];
const darkScheme = matchMedia("(prefers-color-scheme: dark)");

// The stylesheet's colours and font, read once for each scheme: asking the style costs more than a small chart.
const themes = new Map();
function theme(element) {
  const dark = darkScheme.matches && !onPaper;
  if (!themes.has(dark)) {
    const style = getComputedStyle(element);
    themes.set(dark, {
      font: style.fontFamily,
      ...Object.fromEntries(ROLES.map((role) => [`@${role}`, style.getPropertyValue(`--sim-${role}`).trim()])),
    });
  }
  return themes.get(dark);
}

function coloured(value, colours) {
  if (typeof value === "string") return value[0] === "@" ? colours[value] || value : value;
  if (Array.isArray(value)) return value.map((one) => coloured(one, colours));
  if (value === null || typeof value !== "object" || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, coloured(one, colours)]));
}

// Fixed ranges and labels that may overflow spare plotly measuring every label twice.
function axis(own, colours) {
  return {
    gridcolor: colours["@grid"],
    linecolor: colours["@grid"],
    zerolinecolor: colours["@muted"],
    fixedrange: true,
    nticks: 7,
    ticklabeloverflow: "allow",
    ...own,
    title: { ...own?.title, font: { size: 12 } },
  };
}

// plotly's own legend is laid out anew at every move; this one is written once.
const MARKS = { "triangle-down": "▼", circle: "●", "triangle-up": "▲", line: "—" };
function legend(entries, colours) {
  return entries.map(({ name, color, symbol, mark }) =>
    h(
      "li",
      {},
      h("span", { style: `color:${coloured(color, colours)}`, "aria-hidden": "true" }, mark || MARKS[symbol] || "■"),
      ` ${name}`,
    ),
  );
}

// Lines over the whole height, such as thresholds, laid over the plot: plotly would lay everything out anew for them.
function drawLines(overlay, lines, plot, colours) {
  const { xaxis, _size: size } = plot._fullLayout;
  overlay.style.cssText = `left:${size.l}px;top:${size.t}px;width:${size.w}px;height:${size.h}px`;
  overlay.replaceChildren(
    ...lines.map(({ at, colour, dash, label, side }) => {
      const x = xaxis.d2p(at);
      return h(
        "div",
        {
          class: "sim-line",
          hidden: x < 0 || x > size.w,
          style: `left:${x}px;border-left:${label ? 2 : 1}px ${dash} ${coloured(colour, colours)}`,
        },
        label ? h("span", { class: `sim-${side}-of` }, label) : null,
      );
    }),
  );
}

// Thousands of marks on a canvas over the plot, by plotly's axes: its own marks cost a move ten times as much.
const SHAPES = {
  circle: (path, x, y) => {
    path.moveTo(x + 3, y);
    path.arc(x, y, 3, 0, 7);
  },
  "triangle-up": (path, x, y) => {
    path.moveTo(x, y - 4);
    path.lineTo(x + 4, y + 3);
    path.lineTo(x - 4, y + 3);
    path.closePath();
  },
  "triangle-down": (path, x, y) => {
    path.moveTo(x, y + 4);
    path.lineTo(x + 4, y - 3);
    path.lineTo(x - 4, y - 3);
    path.closePath();
  },
};

const PAPER = 3; // pixels of a canvas on paper, for one of its own

function drawPoints(canvas, { x, y, kind, marks, rows, picked }, plot, colours) {
  const { xaxis, yaxis, _size: size } = plot._fullLayout;
  const ratio = onPaper ? PAPER : (devicePixelRatio || 1) * (canvas.currentCSSZoom || 1);
  canvas.style.cssText = `left:${size.l}px;top:${size.t}px;width:${size.w}px;height:${size.h}px`;
  // A new width empties a canvas too. What is cleared is white on paper, and would hide what lies below.
  if (onPaper || canvas.width !== Math.round(size.w * ratio)) canvas.width = Math.round(size.w * ratio);
  if (canvas.height !== Math.round(size.h * ratio)) canvas.height = Math.round(size.h * ratio);
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  if (!onPaper) pen.clearRect(0, 0, size.w, size.h);
  canvas.places = Array.from(x, (one, i) => [xaxis.d2p(one), yaxis.d2p(y[i])]);
  pen.globalAlpha = 0.8;
  marks.forEach(({ symbol, color }, number) => {
    pen.fillStyle = coloured(color, colours);
    pen.beginPath();
    canvas.places.forEach(([left, top], i) => kind[i] === number && SHAPES[symbol](pen, left, top));
    pen.fill();
  });
  const at = picked == null ? -1 : rows.indexOf(picked);
  if (at < 0) return;
  pen.globalAlpha = 1;
  pen.strokeStyle = colours["@ink"];
  pen.lineWidth = 2;
  pen.beginPath();
  pen.arc(...canvas.places[at], 8, 0, 7);
  pen.stroke();
}

// The point within reach of the pointer, or -1.
function nearest(canvas, event) {
  let found = -1,
    least = 10 ** 2;
  canvas.places?.forEach(([x, y], i) => {
    const away = (x - event.offsetX) ** 2 + (y - event.offsetY) ** 2;
    if (away < least) {
      least = away;
      found = i;
    }
  });
  return found;
}

// What stands at a point under the pointer: its subject and both numbers.
function Tip(canvas, page) {
  const element = h("div", { class: "sim-tip", hidden: true });
  const number = (value, { percent, decimals }) =>
    percent ? `${(100 * value).toFixed(decimals)}%` : value.toFixed(decimals);
  const show = (at, { x, y, rows, tip: formats }) => {
    canvas.style.cursor = at < 0 ? "" : "pointer";
    element.hidden = at < 0;
    if (at < 0) return;
    const [left, top] = canvas.places[at];
    const [across, up] = [x[at], y[at]].map((value, i) => number(value, formats[i]));
    element.textContent = `${page.label(rows[at])} · ${across} → ${up}`;
    const most = canvas.offsetLeft + canvas.clientWidth - 160;
    element.style.cssText = `left:${Math.min(left + canvas.offsetLeft, most)}px;top:${top + canvas.offsetTop - 34}px`;
  };
  const hide = () => {
    element.hidden = true;
  };
  return { element, show, hide };
}

const PLAIN = {
  autosize: true,
  height: 270,
  margin: { l: 64, r: 16, t: 22, b: 42 },
  paper_bgcolor: "rgba(0,0,0,0)",
  plot_bgcolor: "rgba(0,0,0,0)",
  hovermode: "closest",
  dragmode: false,
  showlegend: false,
  uirevision: 1,
};
const STILL = { displayModeBar: false, responsive: false, scrollZoom: false };

class Chart {
  constructor(element, page) {
    Object.assign(this, { element, page, last: null, named: null, drawn: false });
    this.overlay = h("div", { class: "sim-lines" });
    this.canvas = h("canvas", {
      class: "sim-points",
      hidden: true,
      "aria-hidden": "true",
      onclick: (event) => this.pick(nearest(this.canvas, event)),
      onmouseleave: () => this.tip.hide(),
      onmousemove: (event) => this.tip.show(nearest(this.canvas, event), this.last.points),
    });
    this.tip = Tip(this.canvas, page);
    this.plot = h("div", { class: "sim-plot" });
    const box = h("div", { class: "sim-chart" }, this.plot, this.canvas, this.overlay, this.tip.element);
    this.names = h("ul", { class: "sim-legend" });
    this.notes = h("ul", { class: "sim-notes" });
    element.append(this.names, box, this.notes);
  }

  pick(at) {
    if (at >= 0) this.page.pickRow(this.last.points.rows[at]);
  }

  draw(Plotly, told) {
    const figure = hatched(told);
    this.last = figure;
    const colours = theme(this.element);
    const { xaxis, yaxis, ...rest } = figure.layout;
    const font = { family: colours.font, size: 12, color: "@ink" };
    const axes = { xaxis: axis(xaxis, colours), yaxis: axis(yaxis, colours) };
    const size = onPaper ? { autosize: false, width: this.plot.clientWidth, height: this.plot.clientHeight } : {};
    const layout = coloured({ ...PLAIN, font, ...rest, ...axes, ...size }, colours);
    Plotly.react(this.plot, coloured(figure.data, colours), layout, STILL);
    this.drawOver(colours);
    this.caption(figure, colours);
    if (!this.drawn) this.follow(Plotly);
    this.drawn = true;
  }

  drawOver(colours) {
    const { points, lines } = this.last;
    this.canvas.hidden = !points;
    if (points) drawPoints(this.canvas, points, this.plot, colours);
    if (lines) drawLines(this.overlay, lines, this.plot, colours);
  }

  caption(figure, colours) {
    const { notes } = this;
    const lines = figure.notes || [];
    if (notes.childElementCount !== lines.length) notes.replaceChildren(...lines.map(() => h("li")));
    lines.forEach((line, i) => write(notes.children[i], line));
    const named = figure.legend.map((entry) => entry.name).join("|");
    if (this.named !== named) this.names.replaceChildren(...legend(figure.legend, colours));
    this.named = named;
  }

  // Another width or another scheme: drawn again as it is.
  follow(Plotly) {
    const { plot, element } = this;
    const over = () => this.drawOver(theme(element));
    const resize = () => !onPaper && plot.clientWidth && Plotly.Plots.resize(plot).then(over);
    new ResizeObserver(resize).observe(plot);
    const recolour = () => {
      this.names.replaceChildren(...legend(this.last.legend, theme(element)));
      this.draw(Plotly, this.last);
    };
    this.again = recolour;
    darkScheme.addEventListener("change", recolour, { signal: this.page.signal });
  }
}
