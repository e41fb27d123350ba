// A scorecard to read and to change: every number of a criterion stands, and is edited, inside its sentence.

function Card(body, panel, texts, page) {
  const { cards, headings, was } = panel.frame;
  const made = new Map();
  const sum = h("p", { class: "sim-versus", role: "status" }), note = h("p", { class: "sim-help" });
  const holder = h("div", { class: "sim-card-box", tabindex: "0", role: "region", "aria-label": panel.title });
  body.append(note, holder, sum);
  function build(card) {
    const fields = Fields(texts, page, was), items = new Map(), parts = [];
    const rows = card.parts.flatMap((part) => {
      const points = h("td", { class: "sim-right" });
      parts.push(points);
      return [h("tr", { class: "sim-part" }, h("th", { scope: "colgroup", colspan: 2 }, part.label), points, h("td")), ...part.items.map((item) => {
        const full = h("td", { class: "sim-right" }), bar = h("i"), share = h("span"), error = h("p", { class: "sim-error", role: "alert" });
        const said = item.criteria.map((criterion) => h("li", {}, fields.sentence(criterion)));
        const names = item.criteria.flatMap((criterion) => Object.keys(criterion.numbers));
        const reset = fields.reset(names, `${item.item} ${item.label}`);
        items.set(item.item, { full, bar, share, error, reset, names });
        return h("tr", { "data-item": item.item }, h("th", { scope: "row" }, h("span", { class: "sim-item" }, item.item), h("span", {}, item.label, h("cite", { class: "sim-clause" }, item.clause)), reset),
          h("td", {}, h("ul", { class: "sim-criteria" }, said), error), full, h("td", {}, h("div", { class: "sim-share" }, bar), share));
      })];
    });
    const table = h("table", { class: "sim-card-table" }, h("thead", {}, h("tr", {}, headings.map((heading) => h("th", { scope: "col" }, heading)))), h("tbody", {}, rows));
    return { table, fields, items, parts };
  }

  let shown = null;
  const draw = ({ shown: name, items, parts, moved, sum: line, off }) => {
    if (!made.has(name)) made.set(name, build(cards[name]));
    const card = made.get(name);
    if (shown !== card) { holder.replaceChildren(card.table); note.textContent = cards[name].note || ""; shown = card; }
    card.fields.show();
    for (const [number, { full, bar, share, error, reset, names }] of card.items) {
      write(full, fen(items[number].full).replace(/\.?0+$/, ""));
      write(share, `${(100 * items[number].share).toFixed(1)}%`);
      bar.style.setProperty("--share", items[number].share);
      error.textContent = "";
      reset.hidden = !names.some(card.fields.changed);
    }
    card.parts.forEach((points, at) => {
      write(points, fen(parts[at]).replace(/\.?0+$/, ""));
      points.classList.toggle("sim-loss", moved[at]);
    });
    write(sum, line);
    sum.classList.toggle("sim-off", off);
  };
  // What is refused is said below the item's criteria; the field keeps what was typed until the next move.
  const problem = (paths, line) => {
    const mine = paths.map((path) => path.split(".").pop());
    for (const { error, names } of shown ? shown.items.values() : []) if (names.some((name) => mine.includes(name))) error.textContent = line;
  };
  return { draw, problem };
}
