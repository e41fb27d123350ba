// A scorecard to read and to change: every number of a criterion stands, and is edited, inside its sentence.

function Card(body, panel, texts, page) {
  const { cards, headings, was } = panel.frame;
  const made = new Map();
  const sum = h("p", { class: "sim-versus", role: "status" }), note = h("p", { class: "sim-help" });
  const holder = h("div", { class: "sim-card-box", tabindex: "0", role: "region", "aria-label": panel.title });
  body.append(note, holder, sum);
  const format = (field, value) => inUnit(value, field.unit, Math.max(0, (String(+(Number(value) * field.unit.factor).toFixed(6)).split(".")[1] || "").length));

  function entry(name, field, entries) {
    const input = h("input", { type: "text", inputmode: "decimal", autocomplete: "off", "data-parameter": name, "aria-label": field.label, title: was.replace("{value}", format(field, field.default) + field.unit.sign),
      onchange: () => page.set({ [name]: input.value }, true),
      onkeydown: (event) => { const way = { ArrowUp: 1, ArrowDown: -1 }[event.key]; if (way) { event.preventDefault(); step(name, field, way); } } });
    entries.set(name, { input, field });
    return [input, field.unit.sign];
  }
  function step(name, field, way) {
    const next = Math.min(Number(field.high), Math.max(Number(field.low), Number(page.values[name]) + way * Number(field.step)));
    page.set({ [name]: next.toFixed(6) }, false);
  }
  // "… at least ⟦lever⟧ …": every second piece is a number to edit.
  function sentence({ said, numbers }, entries) {
    return said.split(/⟦(.*?)⟧/).flatMap((piece, at) => at % 2 ? entry(piece, numbers[piece], entries) : [piece]);
  }
  function build(card) {
    const entries = new Map(), items = new Map(), parts = [];
    const rows = card.parts.flatMap((part) => {
      const points = h("td", { class: "sim-right" });
      parts.push(points);
      return [h("tr", { class: "sim-part" }, h("th", { scope: "colgroup", colspan: 2 }, part.label), points, h("td")), ...part.items.map((item) => {
        const full = h("td", { class: "sim-right" }), bar = h("i"), share = h("span"), error = h("p", { class: "sim-error", role: "alert" });
        const said = item.criteria.map((criterion) => h("li", {}, sentence(criterion, entries)));
        const names = item.criteria.flatMap((criterion) => Object.keys(criterion.numbers));
        const reset = h("button", { type: "button", class: "sim-reset", title: texts.reset, "aria-label": `${item.item} ${item.label}: ${texts.reset}`, hidden: true,
          onclick: () => page.set(Object.fromEntries(names.map((name) => [name, entries.get(name).field.default])), false) }, "↺");
        items.set(item.item, { full, bar, share, error, reset, names });
        return h("tr", { "data-item": item.item }, h("th", { scope: "row" }, h("span", { class: "sim-item" }, item.item), h("span", {}, item.label, h("cite", { class: "sim-clause" }, item.clause)), reset),
          h("td", {}, h("ul", { class: "sim-criteria" }, said), error), full, h("td", {}, h("div", { class: "sim-share" }, bar), share));
      })];
    });
    const table = h("table", { class: "sim-card-table" }, h("thead", {}, h("tr", {}, headings.map((heading) => h("th", { scope: "col" }, heading)))), h("tbody", {}, rows));
    return { table, entries, items, parts };
  }

  let shown = null;
  const draw = ({ shown: name, items, parts, moved, sum: line, off }) => {
    if (!made.has(name)) made.set(name, build(cards[name]));
    const card = made.get(name);
    if (shown !== card) { holder.replaceChildren(card.table); note.textContent = cards[name].note || ""; shown = card; }
    for (const [key, { input, field }] of card.entries) {
      const value = page.values[key];
      input.classList.toggle("sim-edited", Number(value) !== Number(field.default));
      const text = format(field, value);
      if (document.activeElement !== input || Number(input.value) !== Number(text)) input.value = text;
      input.style.width = `${Math.max(3, text.length + 1.4)}ch`;
    }
    for (const [number, { full, bar, share, error, reset, names }] of card.items) {
      write(full, fen(items[number].full).replace(/\.?0+$/, ""));
      write(share, `${(100 * items[number].share).toFixed(1)}%`);
      bar.style.setProperty("--share", items[number].share);
      error.textContent = "";
      reset.hidden = names.every((one) => Number(page.values[one]) === Number(card.entries.get(one).field.default));
    }
    card.parts.forEach((points, at) => {
      write(points, fen(parts[at]).replace(/\.?0+$/, ""));
      points.classList.toggle("sim-loss", moved[at]);
    });
    write(sum, line);
    sum.classList.toggle("sim-off", off);
  };
  // What is refused is said below the item's criteria; the field keeps what was typed until the next move.
  const problem = (path, line) => {
    const name = path.split(".").pop();
    for (const { error, names } of shown ? shown.items.values() : []) if (names.includes(name)) error.textContent = line;
  };
  return { draw, problem };
}
