// Numbers to edit inside sentences: "… at least ⟦lever⟧ …", every second piece a field.

// A number with as many decimals as it has, in the unit of the page.
function shortest(field, value) {
  return inUnit(
    value,
    field.unit,
    Math.max(0, (String(+(Number(value) * field.unit.factor).toFixed(6)).split(".")[1] || "").length),
  );
}

// One field: a choice or a typed number, which the arrow keys move by its step.
function fieldChoice(name, field, page) {
  const frame = { "data-parameter": name, "aria-label": field.label };
  const input = h(
    "select",
    { ...frame, onchange: () => page.set({ [name]: input.value }, false) },
    field.options.map((option) => h("option", { value: option.value }, option.label)),
  );
  const show = (value) => {
    input.value = value;
  };
  return { input, field, show };
}

function fieldNumber(name, field, page, was) {
  // From what was asked for last: the kernel's number may be older than the last step.
  const step = (way) => {
    const { values, shown } = page.asked(name);
    const asked = shown ? Number(values[name].replace(/[%％]$/, "")) / field.unit.factor : Number(values[name]);
    const from = Number.isFinite(asked) ? asked : Number(page.values[name]);
    const next = Math.min(Number(field.high), Math.max(Number(field.low), from + way * Number(field.step))).toFixed(6);
    typed.done();
    show(next);
    page.set({ [name]: next }, false);
  };
  const onkeydown = (event) => {
    const way = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!way) return;
    event.preventDefault();
    step(way);
  };
  const title = was.replace("{value}", shortest(field, field.default) + field.unit.sign);
  const frame = { "data-parameter": name, "aria-label": field.label, title, onkeydown };
  const typed = Entry(frame, (text) => page.set({ [name]: text }, true));
  const show = (value) => {
    const text = shortest(field, value);
    typed.show(text);
    typed.input.style.width = `${Math.max(3, text.length + 1.4)}ch`;
  };
  return { input: typed.input, field, show };
}

function Fields(texts, page, was) {
  const made = new Map();
  const entry = (name, field) => {
    const one = field.options ? fieldChoice(name, field, page) : fieldNumber(name, field, page, was);
    made.set(name, one);
    return field.options ? [one.input] : [one.input, field.unit.sign];
  };
  const changed = (name) => {
    const { field } = made.get(name);
    const value = page.values[name];
    return field.options ? value !== field.default : Number(value) !== Number(field.default);
  };
  const sentence = ({ said, numbers }) =>
    said.split(/⟦(.*?)⟧/).flatMap((piece, at) => (at % 2 ? entry(piece, numbers[piece]) : [piece]));
  const reset = (names, label) => {
    const onclick = () =>
      page.set(Object.fromEntries(names.map((name) => [name, made.get(name).field.default])), false);
    const said = { title: texts.reset, "aria-label": `${label}: ${texts.reset}` };
    return h("button", { type: "button", class: "sim-reset", ...said, hidden: true, onclick }, "↺");
  };
  // Values as the kernel holds them; a field that was moved since is left alone.
  const show = () => {
    for (const [name, one] of made) {
      one.input.classList.toggle("sim-edited", changed(name));
      if (!page.moved(name)) one.show(page.values[name]);
    }
  };
  return { sentence, reset, changed, show };
}

// Rows of a label, a sentence with its fields and what comes of it; below them, lines of what changes.
function FieldTable(body, panel, texts, page) {
  const { rows, headings, was } = panel.frame;
  const fields = Fields(texts, page, was);
  const made = rows.map((row) => {
    const names = Object.keys(row.numbers),
      reset = fields.reset(names, row.label);
    const error = h("p", { class: "sim-error", role: "alert" }),
      cells = headings.slice(2).map(() => h("td"));
    const element = h(
      "tr",
      {},
      h("th", { scope: "row" }, h("span", {}, row.label), reset),
      h("td", {}, h("span", { class: "sim-said" }, fields.sentence(row)), error),
      cells,
    );
    return { element, names, reset, error, cells };
  });
  const heads = headings.map((heading) => h("th", { scope: "col" }, heading));
  const note = h("p", { class: "sim-versus", role: "status" }),
    below = h("div");
  body.append(
    h(
      "div",
      { class: "sim-scroll" },
      h(
        "table",
        { class: "sim-card-table sim-field-table" },
        h("thead", {}, h("tr", {}, heads)),
        h(
          "tbody",
          {},
          made.map((row) => row.element),
        ),
      ),
    ),
    note,
    below,
  );
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
    const mine = new Set(paths.map((path) => path.split(".").pop()));
    for (const row of made) if (row.names.some((name) => mine.has(name))) row.error.textContent = text;
  };
  return { draw, problem };
}
