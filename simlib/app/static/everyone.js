// For who cannot see a chart, or not all of the page at once: what a chart shows, in a sentence and as a table; areas
// that scroll, by keyboard; the form of a narrow window.

const TOLD_ROWS = 200; // of a chart's table
const LISTED = 9; // bars that a sentence still names one by one
let charts = 0; // that have a sentence, whose name must be theirs alone

// A number of an axis as its ticks write it.
function ticked(value, axis) {
  if (typeof value !== "number") return String(value ?? "");
  const percent = axis?.tickformat?.includes("%");
  const shown = percent ? 100 * value : value;
  const decimals = percent || Math.abs(shown) >= 10 ? 2 : 4;
  return shown.toLocaleString("en-US", { maximumFractionDigits: decimals }).replace("-", "−") + (percent ? "%" : "");
}

// Where on an axis: by the name of the nearest tick where ticks have names.
function named(value, axis) {
  if (!axis?.ticktext) return ticked(value, axis);
  const away = Array.from(axis.tickvals, (tick) => Math.abs(tick - value));
  const text = String(axis.ticktext[away.indexOf(Math.min(...away))]);
  return text.replaceAll("-<br>", "").replaceAll("<br>", " ").replaceAll("&lt;", "<").replaceAll("&amp;", "&");
}

// The series of a figure, each with its name, its places and its values, whichever way its bars lie.
function seriesOf({ data, points, legend: entries, layout: { xaxis, yaxis } }) {
  const nameOf = (colour, symbol) =>
    entries.find((one) => one.color === colour && (one.symbol ?? symbol) === symbol)?.name ?? "";
  const series = data.flatMap((trace) => {
    const lying = trace.orientation === "h";
    const [place, amount] = lying ? [yaxis, xaxis] : [xaxis, yaxis];
    const [ats, values] = lying ? [trace.y, trace.x] : [trace.x, trace.y];
    const all = Array.from(ats, (at, i) => ({ at, value: values[i], text: trace.text?.[i] }));
    const known = all.filter(({ value }) => Number.isFinite(value));
    const colour = trace.marker?.color ?? trace.line?.color;
    const line = trace.type === "scatter" ? "line" : undefined;
    const kind = { place, amount, bars: trace.type === "bar", listed: Boolean(trace.text) };
    if (!Array.isArray(colour) || trace.text) return [{ ...kind, name: nameOf(colour, line), all: known }];
    return [...new Set(colour)].map((one) => {
      const mine = all.filter(({ value }, i) => colour[i] === one && Number.isFinite(value));
      return { ...kind, name: nameOf(one), all: mine, stacked: true };
    });
  });
  const marked = (points?.marks || []).map(({ color, symbol, name }, kind) => {
    const mine = [...points.rows.keys()].filter((i) => points.kind[i] === kind);
    const all = mine.map((i) => ({ at: points.x[i], value: points.y[i], row: points.rows[i] }));
    return { place: xaxis, amount: yaxis, name: name ?? nameOf(color, symbol), all, points: true };
  });
  return [...series, ...marked].filter(({ all }) => all.length);
}

const extremes = (all) => [
  all.reduce((best, one) => (one.value > best.value ? one : best)),
  all.reduce((best, one) => (one.value < best.value ? one : best)),
];

// One series in words.
function inWords({ name, all, place, amount, bars, stacked, points, listed }, texts) {
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key]);
  const head = name ? `${name} ` : "";
  const said = ({ value, text }) => text ?? ticked(value, amount);
  const at = (one) => fill(texts.chartAt, { at: named(one.at, place), value: said(one) });
  const same = all.length > 1 && all.every((one) => said(one) === said(all[0]));
  if (points) return head + fill(texts.chartCount, { count: whole.format(all.length) });
  if (stacked)
    return (
      head +
      ticked(
        all.reduce((sum, one) => sum + one.value, 0),
        amount,
      )
    );
  if (same) return head + fill(texts.chartEven, { value: said(all[0]) });
  if (bars && (listed || all.length <= LISTED) && all.length <= 2 * LISTED && place?.ticktext)
    return head + all.map((one) => at(one)).join(texts.chartComma);
  const [most, least] = extremes(all).map((one) => ({ at: named(one.at, place), value: said(one) }));
  if (bars) return head + fill(texts.chartMost, { at: most.at, value: most.value });
  return head + fill(texts.chartSpan, { most: most.value, at: most.at, least: least.value, where: least.at });
}

// Bars that stand side by side are told apart by hatching too, and their legend with them.
const HATCHES = ["", "/", "x", "-", "|", "+"];
const HATCHED = ["■", "▨", "▩", "▤", "▥", "▦"];
function hatched(figure) {
  const bars = figure.data.filter(({ type, marker }) => type === "bar" && typeof marker?.color === "string");
  if (bars.length < 2) return figure;
  const nth = new Map(bars.map(({ marker }, at) => [marker.color, at % HATCHES.length]));
  const data = figure.data.map((trace) => {
    if (!bars.includes(trace)) return trace;
    const pattern = { shape: HATCHES[nth.get(trace.marker.color)], size: 7, solidity: 0.25, fgcolor: "@paper" };
    return { ...trace, marker: { ...trace.marker, pattern: { ...pattern, fillmode: "overlay" } } };
  });
  const entries = figure.legend.map((one) =>
    one.symbol || !nth.has(one.color) ? one : { ...one, mark: HATCHED[nth.get(one.color)] },
  );
  return { ...figure, data, legend: entries };
}

const titleOf = (axis, otherwise) => axis?.title?.text || otherwise;

// A chart's sentence.
function described(figure, texts) {
  const { xaxis, yaxis } = figure.layout;
  const axes = [xaxis, yaxis].map((axis) => axis?.title?.text).filter(Boolean);
  const words = seriesOf(figure).map((one) => inWords(one, texts));
  return `${axes.join(texts.chartBy)}${axes.length ? texts.chartColon : ""}${words.join(texts.chartSemicolon)}`;
}

// A chart's numbers, row by row.
function chartTable(figure, texts, page) {
  const series = seriesOf(figure);
  const rows = series.flatMap(({ name, all, place, amount }) =>
    all.map(({ at, value, text, row }) => [
      row === undefined ? name : `${page.label(row)} ${name}`.trim(),
      named(at, place),
      text ?? ticked(value, amount),
    ]),
  );
  const { place, amount } = series[0] || {};
  const heads = [texts.chartSeries, titleOf(place, texts.chartPlace), titleOf(amount, texts.chartValue)];
  const cells = (all) => all.map((one) => h("td", {}, one));
  const line = ([head, ...others]) => h("tr", {}, h("th", { scope: "row" }, head), cells(others));
  const head = h("tr", {}, ...heads.map((one) => h("th", { scope: "col" }, one)));
  const table = h("table", {}, h("thead", {}, head), h("tbody", {}, rows.slice(0, TOLD_ROWS).map(line)));
  const cut = texts.chartCut.replace("{count}", TOLD_ROWS).replace("{all}", whole.format(rows.length));
  const note = rows.length > TOLD_ROWS ? h("p", { class: "sim-note" }, cut) : null;
  return [h("div", { class: "sim-scroll" }, table), note].filter(Boolean);
}

// Beside a chart: its name, its sentence and, where somebody asks for it, its table. They follow when the hand rests.
function Told(chart, panel, texts, page) {
  const sentence = h("p", { class: "sim-told-of", id: `sim-told-${(charts += 1)}` });
  const body = h("div");
  const element = h("details", { class: "sim-data-of" }, h("summary", {}, texts.chartTable), body);
  let shown = null;
  const tabulate = () => {
    if (!element.open || shown === chart.last || !chart.last) return;
    shown = chart.last;
    body.replaceChildren(...chartTable(chart.last, texts, page));
  };
  element.addEventListener("toggle", tabulate);
  const { plot } = chart;
  const attributes = { role: "img", "aria-label": panel.title, "aria-describedby": sentence.id };
  for (const [name, value] of Object.entries(attributes)) plot.setAttribute(name, value);
  const rest = () => {
    if (!chart.last) return;
    write(sentence, described(chart.last, texts));
    tabulate();
  };
  return { elements: [sentence, element], rest };
}

// What scrolls can be scrolled by keyboard and says what it is; what does not is no stop on the way.
function scrollable(root, signal) {
  const one = (area) => {
    if (getComputedStyle(area).overflowX === "visible") return;
    const scrolls = area.scrollWidth > area.clientWidth + 1 || area.scrollHeight > area.clientHeight + 1;
    const label = area.closest("[data-panel], section, details")?.querySelector("h2, summary")?.textContent || "";
    const attributes = { tabindex: "0", role: "region", "aria-label": label };
    for (const [name, value] of Object.entries(attributes)) {
      if (scrolls) area.setAttribute(name, value);
      else area.removeAttribute(name);
    }
  };
  const look = () => root.querySelectorAll(".sim-scroll, .sim-body").forEach(one);
  let later = null;
  const resized = new ResizeObserver(() => {
    clearTimeout(later);
    later = setTimeout(look, 50);
  });
  resized.observe(root);
  signal?.addEventListener("abort", () => resized.disconnect());
  return look;
}

// In a narrow window results come first; the form is called up before them, and sent away again.
function Drawer(root, side, texts, signal) {
  let from = 0; // where the page stood when it was called
  const isOpen = () => root.classList.contains("sim-drawn-out");
  const turn = (open) => {
    root.classList.toggle("sim-drawn-out", open);
    button.setAttribute("aria-expanded", open);
    write(button, open ? texts.drawerClose : texts.drawerOpen);
  };
  const press = () => {
    turn(!isOpen());
    if (!isOpen()) {
      scrollTo(0, from);
      return;
    }
    from = scrollY;
    const places = [...side.querySelectorAll("input, select, button, summary")];
    places.find((one) => one.checkVisibility() && !one.disabled)?.focus({ preventScroll: true });
    side.scrollIntoView();
  };
  const button = h("button", { type: "button", class: "sim-drawer", "data-do": "drawer", onclick: press });
  const escape = (event) => {
    if (event.key !== "Escape" || !isOpen() || !button.checkVisibility()) return;
    press();
    button.focus({ preventScroll: true });
  };
  root.addEventListener("keydown", escape, { signal });
  turn(isOpen());
  return button;
}
