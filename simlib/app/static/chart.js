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

const ROLES = ["ink", "muted", "grid", "paper", "below", "within", "above", "accent"];
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
function legend(figure, colours) {
  const entry = (trace) => {
    const line = trace.mode === "lines";
    const colour = coloured((line ? trace.line : trace.marker).color, colours);
    const mark = line ? "—" : { "triangle-down": "▼", circle: "●", "triangle-up": "▲", diamond: "◆" }[trace.marker.symbol] || "■";
    return h("li", {}, h("span", { style: `color:${colour}`, "aria-hidden": "true" }, mark), ` ${trace.name}`);
  };
  return figure.data.filter((trace) => trace.name).map(entry);
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

function Chart(element, onPick) {
  const overlay = h("div", { class: "sim-lines" });
  const plot = h("div", { class: "sim-plot" });
  const box = h("div", { class: "sim-chart" }, plot, overlay);
  const names = h("ul", { class: "sim-legend" });
  const notes = h("ul", { class: "sim-notes" });
  element.append(names, box, notes);
  let last, drawn = false;
  const draw = (Plotly, figure) => {
    last = figure;
    const colours = theme(element);
    const { xaxis, yaxis, ...rest } = figure.layout;
    const layout = coloured({
      autosize: true, height: 310, margin: { l: 56, r: 16, t: 24, b: 46 }, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
      font: { family: colours.font, size: 12, color: "@ink" }, hovermode: "closest", dragmode: false, showlegend: false, uirevision: 1,
      ...rest, xaxis: axis(xaxis, colours), yaxis: axis(yaxis, colours),
    }, colours);
    Plotly.react(plot, coloured(figure.data, colours), layout, { displayModeBar: false, responsive: false, scrollZoom: false });
    if (figure.lines) drawLines(overlay, figure.lines, plot, colours);
    const lines = figure.notes || [];
    if (notes.childElementCount !== lines.length) notes.replaceChildren(...lines.map(() => h("li")));
    lines.forEach((line, i) => { notes.children[i].textContent = line; });
    if (!drawn) {
      drawn = true;
      names.replaceChildren(...legend(figure, colours));
      plot.on("plotly_click", (event) => { const row = event.points[0]?.customdata; if (row != null) onPick(row); });
      new ResizeObserver(() => plot.clientWidth && Plotly.Plots.resize(plot).then(() => last.lines && drawLines(overlay, last.lines, plot, theme(element)))).observe(plot);
      darkScheme.addEventListener("change", () => { names.replaceChildren(...legend(last, theme(element))); draw(Plotly, last); });
    }
  };
  return { draw };
}
