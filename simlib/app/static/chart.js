// plotly.js behind one function: figures arrive as descriptions with colour roles, and are drawn in the page's theme.

let plotlyLoading;

// Served beside the page as a cached static file; in JupyterLab the kernel hands it over instead.
function loadPlotly(ask) {
  if (window.Plotly) return Promise.resolve(window.Plotly);
  plotlyLoading ||= (async () => {
    const source = window.simlib?.plotly || URL.createObjectURL(new Blob([await ask()], { type: "text/javascript" }));
    await new Promise((resolve, reject) => document.head.append(h("script", { src: source, onload: resolve, onerror: reject })));
    return window.Plotly;
  })();
  return plotlyLoading;
}

const ROLES = ["ink", "muted", "grid", "paper", "below", "within", "above", "accent", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8"];
const darkScheme = matchMedia("(prefers-color-scheme: dark)");

// The stylesheet's colours and font, read once for each scheme: asking the style costs more than a small chart.
const themes = new Map();
function theme(element) {
  if (!themes.has(darkScheme.matches)) {
    const style = getComputedStyle(element);
    themes.set(darkScheme.matches, { font: style.fontFamily, ...Object.fromEntries(ROLES.map((role) => [`@${role}`, style.getPropertyValue(`--sim-${role}`).trim()])) });
  }
  return themes.get(darkScheme.matches);
}

function coloured(value, colours) {
  if (typeof value === "string") return value[0] === "@" ? colours[value] || value : value;
  if (Array.isArray(value)) return value.map((one) => coloured(one, colours));
  if (value === null || typeof value !== "object" || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, coloured(one, colours)]));
}

// Fixed ranges and labels that may overflow spare plotly measuring every label twice.
function axis(own, colours) {
  return { gridcolor: colours["@grid"], linecolor: colours["@grid"], zerolinecolor: colours["@muted"], fixedrange: true,
    nticks: 7, ticklabeloverflow: "allow", ...own, title: { ...own?.title, font: { size: 12 } } };
}

// plotly's own legend is laid out anew at every move; this one is written once.
const MARKS = { "triangle-down": "▼", circle: "●", "triangle-up": "▲", line: "—" };
function legend(entries, colours) {
  return entries.map(({ name, color, symbol }) => h("li", {}, h("span", { style: `color:${coloured(color, colours)}`, "aria-hidden": "true" }, MARKS[symbol] || "■"), ` ${name}`));
}

// Lines over the whole height, such as thresholds, laid over the plot: plotly would lay everything out anew for them.
function drawLines(overlay, lines, plot, colours) {
  const { xaxis, _size: size } = plot._fullLayout;
  overlay.style.cssText = `left:${size.l}px;top:${size.t}px;width:${size.w}px;height:${size.h}px`;
  overlay.replaceChildren(...lines.map(({ at, colour, dash, label, side }) => {
    const x = xaxis.d2p(at);
    return h("div", { class: "sim-line", hidden: x < 0 || x > size.w, style: `left:${x}px;border-left:${label ? 2 : 1}px ${dash} ${coloured(colour, colours)}` },
      label ? h("span", { class: `sim-${side}-of` }, label) : null);
  }));
}

// Thousands of marks on a canvas over the plot, by plotly's axes: its own marks cost a move ten times as much.
const SHAPES = {
  circle: (path, x, y) => { path.moveTo(x + 3, y); path.arc(x, y, 3, 0, 7); },
  "triangle-up": (path, x, y) => { path.moveTo(x, y - 4); path.lineTo(x + 4, y + 3); path.lineTo(x - 4, y + 3); path.closePath(); },
  "triangle-down": (path, x, y) => { path.moveTo(x, y + 4); path.lineTo(x + 4, y - 3); path.lineTo(x - 4, y - 3); path.closePath(); },
};

function drawPoints(canvas, { x, y, kind, marks, rows, picked }, plot, colours) {
  const { xaxis, yaxis, _size: size } = plot._fullLayout;
  const ratio = devicePixelRatio || 1;
  canvas.style.cssText = `left:${size.l}px;top:${size.t}px;width:${size.w}px;height:${size.h}px`;
  if (canvas.width !== Math.round(size.w * ratio)) canvas.width = Math.round(size.w * ratio);
  if (canvas.height !== Math.round(size.h * ratio)) canvas.height = Math.round(size.h * ratio);
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, size.w, size.h);
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
  let found = -1, least = 10 ** 2;
  canvas.places?.forEach(([x, y], i) => {
    const away = (x - event.offsetX) ** 2 + (y - event.offsetY) ** 2;
    if (away < least) { least = away; found = i; }
  });
  return found;
}

function Chart(element, page) {
  const overlay = h("div", { class: "sim-lines" });
  const tip = h("div", { class: "sim-tip", hidden: true });
  const canvas = h("canvas", { class: "sim-points", hidden: true, "aria-hidden": "true",
    onclick: (event) => { const at = nearest(canvas, event); if (at >= 0) page.pickRow(last.points.rows[at]); },
    onmouseleave: () => { tip.hidden = true; },
    onmousemove: (event) => {
      const at = nearest(canvas, event);
      canvas.style.cursor = at < 0 ? "" : "pointer";
      tip.hidden = at < 0;
      if (at < 0) return;
      const { x, y, rows, tip: formats } = last.points, [left, top] = canvas.places[at];
      const [across, up] = [x[at], y[at]].map((value, i) => formats[i].percent ? `${(100 * value).toFixed(formats[i].decimals)}%` : value.toFixed(formats[i].decimals));
      tip.textContent = `${page.label(rows[at])} · ${across} → ${up}`;
      tip.style.cssText = `left:${Math.min(left + canvas.offsetLeft, canvas.offsetLeft + canvas.clientWidth - 160)}px;top:${top + canvas.offsetTop - 34}px`;
    } });
  const plot = h("div", { class: "sim-plot" });
  const box = h("div", { class: "sim-chart" }, plot, canvas, overlay, tip);
  const names = h("ul", { class: "sim-legend" });
  const notes = h("ul", { class: "sim-notes" });
  element.append(names, box, notes);
  let last, named, drawn = false;
  const drawOver = (colours) => {
    canvas.hidden = !last.points;
    if (last.points) drawPoints(canvas, last.points, plot, colours);
    if (last.lines) drawLines(overlay, last.lines, plot, colours);
  };
  const draw = (Plotly, figure) => {
    last = figure;
    const colours = theme(element);
    const { xaxis, yaxis, ...rest } = figure.layout;
    const layout = coloured({
      autosize: true, height: 310, margin: { l: 64, r: 16, t: 24, b: 46 }, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
      font: { family: colours.font, size: 12, color: "@ink" }, hovermode: "closest", dragmode: false, showlegend: false, uirevision: 1,
      ...rest, xaxis: axis(xaxis, colours), yaxis: axis(yaxis, colours),
    }, colours);
    Plotly.react(plot, coloured(figure.data, colours), layout, { displayModeBar: false, responsive: false, scrollZoom: false });
    drawOver(colours);
    const lines = figure.notes || [];
    if (notes.childElementCount !== lines.length) notes.replaceChildren(...lines.map(() => h("li")));
    lines.forEach((line, i) => write(notes.children[i], line));
    const entries = figure.legend.map((entry) => entry.name).join("|");
    if (named !== entries) names.replaceChildren(...legend(figure.legend, colours));
    named = entries;
    if (!drawn) {
      drawn = true;
      new ResizeObserver(() => plot.clientWidth && Plotly.Plots.resize(plot).then(() => drawOver(theme(element)))).observe(plot);
      darkScheme.addEventListener("change", () => { names.replaceChildren(...legend(last.legend, theme(element))); draw(Plotly, last); }, { signal: page.signal });
    }
  };
  return { draw };
}
