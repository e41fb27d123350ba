// A scorecard to read and to change: every number of a criterion stands, and is edited, inside its sentence.

// A card's table with what in it changes: the fields, each item's and each part's cells.
function CardTable(card, headings, was, texts, page) {
  const fields = Fields(texts, page, was);
  const items = new Map();
  const points = [];
  const row = (item) => {
    const names = item.criteria.flatMap((criterion) => Object.keys(criterion.numbers));
    const made = CardItem(item, fields, fields.reset(names, `${item.item} ${item.label}`));
    items.set(item.item, { ...made, names });
    return made.element;
  };
  const rows = card.parts.flatMap((part) => {
    const cell = h("td", { class: "sim-right" });
    points.push(cell);
    const label = h("th", { scope: "colgroup", colspan: 2 }, part.label);
    return [h("tr", { class: "sim-part" }, label, cell, h("td")), ...part.items.map(row)];
  });
  const heads = headings.map((heading) => h("th", { scope: "col" }, heading));
  const table = h("table", { class: "sim-card-table" }, h("thead", {}, h("tr", {}, heads)), h("tbody", {}, rows));
  return { table, fields, items, points };
}

function CardItem(item, fields, reset) {
  const full = h("td", { class: "sim-right" });
  const bar = h("i");
  const share = h("span");
  const error = h("p", { class: "sim-error", role: "alert" });
  const said = item.criteria.map((criterion) => h("li", {}, fields.sentence(criterion)));
  const label = h("span", {}, item.label, h("cite", { class: "sim-clause" }, item.clause));
  const element = h(
    "tr",
    { "data-item": item.item },
    h("th", { scope: "row" }, h("span", { class: "sim-item" }, item.item), label, reset),
    h("td", {}, h("ul", { class: "sim-criteria" }, said), error),
    full,
    h("td", {}, h("div", { class: "sim-share" }, bar), share),
  );
  return { element, full, bar, share, error, reset };
}

function Card(body, panel, texts, page) {
  const { cards, headings, was } = panel.frame;
  const made = new Map();
  const sum = h("p", { class: "sim-versus", role: "status" });
  const note = h("p", { class: "sim-help" });
  const holder = h("div", { class: "sim-card-box", tabindex: "0", role: "region", "aria-label": panel.title });
  body.append(note, holder, sum);
  const written = (points) => fen(points).replace(/\.?0+$/, "");
  let shown = null;
  const turn = (name) => {
    if (!made.has(name)) made.set(name, CardTable(cards[name], headings, was, texts, page));
    if (shown === made.get(name)) return;
    shown = made.get(name);
    holder.replaceChildren(shown.table);
    note.textContent = cards[name].note || "";
  };
  const draw = ({ shown: name, items, parts, moved, sum: line, off }) => {
    turn(name);
    shown.fields.show();
    for (const [number, { full, bar, share, error, reset, names }] of shown.items) {
      write(full, written(items[number].full));
      write(share, `${(100 * items[number].share).toFixed(1)}%`);
      bar.style.setProperty("--share", items[number].share);
      error.textContent = "";
      reset.hidden = !names.some(shown.fields.changed);
    }
    shown.points.forEach((points, at) => {
      write(points, written(parts[at]));
      points.classList.toggle("sim-loss", moved[at]);
    });
    write(sum, line);
    sum.classList.toggle("sim-off", off);
  };
  // What is refused is said below the item's criteria; the field keeps what was typed until the next move.
  const problem = (paths, line) => {
    const mine = new Set(paths.map((path) => path.split(".").pop()));
    for (const { error, names } of shown ? shown.items.values() : []) {
      if (names.some((name) => mine.has(name))) error.textContent = line;
    }
  };
  return { draw, problem };
}
