// Numbers to edit inside sentences: "… at least ⟦lever⟧ …", every second piece a field.

// A number with as many decimals as it has, in the unit of the page.
function shortest(field, value) {
  return inUnit(value, field.unit, Math.max(0, (String(+(Number(value) * field.unit.factor).toFixed(6)).split(".")[1] || "").length));
}

function Fields(texts, page, was) {
  const made = new Map();
  const step = (name, field, way) => {
    const next = Math.min(Number(field.high), Math.max(Number(field.low), Number(page.values[name]) + way * Number(field.step)));
    page.set({ [name]: next.toFixed(6) }, false);
  };
  function entry(name, field) {
    const frame = { "data-parameter": name, "aria-label": field.label };
    if (field.options) {
      const input = h("select", { ...frame, onchange: () => page.set({ [name]: input.value }, false) },
        field.options.map((option) => h("option", { value: option.value }, option.label)));
      made.set(name, { input, field });
      return [input];
    }
    const typed = Entry({ ...frame, title: was.replace("{value}", shortest(field, field.default) + field.unit.sign),
      onkeydown: (event) => { const way = { ArrowUp: 1, ArrowDown: -1 }[event.key]; if (way) { event.preventDefault(); typed.done(); step(name, field, way); } } },
      (text) => page.set({ [name]: text }, true));
    made.set(name, { ...typed, field });
    return [typed.input, field.unit.sign];
  }
  const changed = (name) => {
    const { field } = made.get(name), value = page.values[name];
    return field.options ? value !== field.default : Number(value) !== Number(field.default);
  };
  return {
    sentence: ({ said, numbers }) => said.split(/⟦(.*?)⟧/).flatMap((piece, at) => at % 2 ? entry(piece, numbers[piece]) : [piece]),
    reset: (names, label) => h("button", { type: "button", class: "sim-reset", title: texts.reset, "aria-label": `${label}: ${texts.reset}`, hidden: true,
      onclick: () => page.set(Object.fromEntries(names.map((name) => [name, made.get(name).field.default])), false) }, "↺"),
    changed,
    // Values as the kernel holds them.
    show() {
      for (const [name, { input, field, show }] of made) {
        const value = page.values[name];
        input.classList.toggle("sim-edited", changed(name));
        if (field.options) { input.value = value; continue; }
        const text = shortest(field, value);
        show(text);
        input.style.width = `${Math.max(3, text.length + 1.4)}ch`;
      }
    },
  };
}

// Rows of a label, a sentence with its fields and what comes of it; below them, lines of what changes.
function FieldTable(body, panel, texts, page) {
  const { rows, headings, was } = panel.frame;
  const fields = Fields(texts, page, was);
  const made = rows.map((row) => {
    const names = Object.keys(row.numbers), reset = fields.reset(names, row.label);
    const error = h("p", { class: "sim-error", role: "alert" }), cells = headings.slice(2).map(() => h("td"));
    const element = h("tr", {}, h("th", { scope: "row" }, h("span", {}, row.label), reset), h("td", {}, h("span", { class: "sim-said" }, fields.sentence(row)), error), cells);
    return { element, names, reset, error, cells };
  });
  const heads = headings.map((heading) => h("th", { scope: "col" }, heading));
  const note = h("p", { class: "sim-versus", role: "status" }), below = h("div");
  body.append(h("div", { class: "sim-scroll" }, h("table", { class: "sim-card-table sim-field-table" },
    h("thead", {}, h("tr", {}, heads)), h("tbody", {}, made.map((row) => row.element)))), note, below);
  const lines = PANELS.lines(below);
  const draw = ({ cells, note: line, table }) => {
    fields.show();
    made.forEach((row, at) => {
      row.cells.forEach((cell, number) => {
        write(cell, cells[at][number] ?? "");
        const numeric = NUMERIC.test(cell.textContent);
        for (const one of [cell, ...(at ? [] : [heads[number + 2]])]) one.classList.toggle("sim-right", numeric);
      });
      row.reset.hidden = !row.names.some(fields.changed);
      row.error.textContent = "";
    });
    write(note, line || "");
    if (table) lines(table);
  };
  const problem = (paths, text) => {
    const mine = paths.map((path) => path.split(".").pop());
    for (const row of made) if (row.names.some((name) => mine.includes(name))) row.error.textContent = text;
  };
  return { draw, problem };
}
