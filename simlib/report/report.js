// Draws each figure from the JSON that stands with it: on the screen in its scheme and width, on paper light and as
// wide as A4.
(() => {
  const { light, dark, font } = JSON.parse(document.getElementById("theme").textContent);
  const scheme = matchMedia("(prefers-color-scheme: dark)"),
    paper = matchMedia("print");
  const PAPER = 700; // pixels between the margins of A4
  let printing = false;

  const coloured = (value, colours) => {
    if (typeof value === "string") return value[0] === "@" ? colours[value.slice(1)] || value : value;
    if (Array.isArray(value)) return value.map((one) => coloured(one, colours));
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, coloured(one, colours)]));
  };

  function draw(plot) {
    const { data, layout } = coloured(JSON.parse(plot.dataset.figure), printing || !scheme.matches ? light : dark);
    const width = printing ? PAPER : plot.clientWidth;
    Plotly.react(
      plot,
      data,
      { ...layout, width, font: { ...layout.font, family: font } },
      { displayModeBar: false, responsive: false },
    );
    plot.dataset.drawn = width;
  }

  const plots = [...document.querySelectorAll("[data-figure]")];
  const all = () => plots.forEach(draw);
  const print = (on) => {
    if (printing !== on) {
      printing = on;
      all();
    }
  };
  if (!plots.length || !window.Plotly) return;
  all();
  scheme.addEventListener("change", all);
  addEventListener("beforeprint", () => print(true));
  addEventListener("afterprint", () => print(false));
  paper.addEventListener("change", () => print(paper.matches));
  new ResizeObserver(
    () => !printing && plots.forEach((plot) => plot.clientWidth !== Number(plot.dataset.drawn) && draw(plot)),
  ).observe(document.body);
})();
