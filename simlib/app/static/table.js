// A sortable, searchable table of any length: only the rows in sight are in the page.

const ROW_HEIGHT = 32;
const PRINTED_ROWS = 40;
const SIGNED = /^(change|difference(_\d)?|score_change|rank_change)$/;

function Table(element, spec, texts, page) {
  const { columns, options, labels } = spec;
  const fixed = spec.texts;
  const count = Object.values(fixed)[0].length;
  const search = h("input", { type: "search", class: "sim-search", placeholder: texts.search, "aria-label": texts.search, oninput: () => { filter(); draw(); } });
  const tally = h("span", { class: "sim-tally", role: "status" });
  const heads = columns.map((column) =>
    h("th", { scope: "col", class: isText(column) ? "" : "sim-right", "aria-sort": "none" },
      h("button", { type: "button", onclick: () => sortBy(column.name) }, column.label, h("small", {}, column.unit && column.type !== "choice" ? column.unit : "\u00a0"))));
  const body = h("tbody");
  const above = h("tbody", { "aria-hidden": "true" }, h("tr", {}, h("td", { colspan: columns.length })));
  const below = above.cloneNode(true);
  const box = h("div", { class: "sim-table", tabindex: "0", role: "region", "aria-label": texts.search, onscroll: () => { scrolled = box.scrollTop; requestAnimationFrame(() => draw()); } },
    h("table", {}, h("thead", {}, h("tr", {}, heads)), above, body, below));
  const empty = h("p", { class: "sim-empty", hidden: true }, texts.noRows);
  element.append(h("div", { class: "sim-table-tools" }, search, tally), box, empty);

  let values = {}, picked = null, scrolled = 0, height = 420, sort = { name: null, down: true }, shown = Uint32Array.from({ length: count }, (_, i) => i), order = shown;
  const haystack = Array.from({ length: count }, (_, i) => Object.values(fixed).map((texts) => texts[i]).join(" ").toLowerCase());

  function isText(column) { return column.name in fixed; }
  function text(column, i) {
    if (isText(column)) return fixed[column.name][i];
    const value = values[column.name]?.[i];
    if (value === undefined || Number.isNaN(value)) return "";
    if (column.type === "choice") return labels[value];
    if (column.type === "money") return fen(value);
    return column.name === "index" ? value.toFixed(4) : String(+value.toFixed(4));
  }
  function sortBy(name) {
    sort = { name, down: sort.name === name ? !sort.down : !(name in fixed) };
    heads.forEach((head, i) => head.setAttribute("aria-sort", columns[i].name === name ? (sort.down ? "descending" : "ascending") : "none"));
    arrange();
    draw();
  }
  function filter() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    shown = words.length ? Uint32Array.from(haystack.keys()).filter((i) => words.every((word) => haystack[i].includes(word))) : Uint32Array.from(haystack.keys());
    arrange();
  }
  function arrange() {
    order = shown;
    const of = fixed[sort.name] || values[sort.name];
    if (of) {
      const way = sort.down ? -1 : 1;
      const compare = sort.name in fixed ? (a, b) => way * of[a].localeCompare(of[b], "zh-CN") : (a, b) => Number.isNaN(of[a]) - Number.isNaN(of[b]) || way * (of[a] - of[b]); // blanks last
      order = Uint32Array.from(shown).sort((a, b) => compare(a, b) || a - b);
    }
    tally.textContent = texts.rows.replace("{count}", whole.format(order.length));
    empty.hidden = order.length > 0;
  }
  // Rows are made once and rewritten: a cell whose text stays costs nothing.
  function line() {
    const row = h("tr", { tabindex: "0", onclick: () => page.pick(fixed[columns[0].name][row.dataset.row]),
      onkeydown: (event) => event.key === "Enter" && page.pick(fixed[columns[0].name][row.dataset.row]) });
    row.append(...columns.map((column) => h("td", { class: isText(column) ? "sim-text" : "sim-right" })));
    return row;
  }
  function fill(row, i) {
    const moved = row.dataset.row !== String(i);
    if (moved) row.dataset.row = i;
    row.setAttribute("aria-selected", String(i === picked));
    columns.forEach((column, at) => {
      if (isText(column) && !moved) return;
      const cell = row.children[at], value = values[column.name]?.[i];
      const signs = SIGNED.test(column.name);
      const shown = signs && value > 0 ? `+${text(column, i)}` : text(column, i);
      if (cell.textContent === shown) return;
      cell.textContent = shown;
      if (isText(column)) cell.title = shown;
      else if (signs) cell.className = `sim-right ${value > 0 ? "sim-gain" : value < 0 ? "sim-loss" : "sim-none"}`;
      else if (column.type === "choice") cell.className = `sim-right sim-band sim-${options[value]}`;
    });
  }
  function draw(first = Math.max(0, Math.floor(scrolled / ROW_HEIGHT) - 4), rows = Math.ceil(height / ROW_HEIGHT) + 8) {
    const last = Math.min(order.length, first + rows);
    above.firstChild.firstChild.style.height = `${first * ROW_HEIGHT}px`;
    below.firstChild.firstChild.style.height = `${(order.length - last) * ROW_HEIGHT}px`;
    while (body.childElementCount > last - first) body.lastChild.remove();
    while (body.childElementCount < last - first) body.append(line());
    for (let at = first; at < last; at += 1) fill(body.children[at - first], order[at]);
  }
  // On paper nothing scrolls: the first rows as they are sorted, and a line that says so.
  const onPaper = h("p", { class: "sim-paper-only" }, texts.paper.replace("{count}", PRINTED_ROWS));
  element.append(onPaper);
  window.addEventListener("beforeprint", () => { box.scrollTop = 0; onPaper.hidden = order.length <= PRINTED_ROWS; draw(0, PRINTED_ROWS); below.firstChild.firstChild.style.height = 0; }, { signal: page.signal });
  window.addEventListener("afterprint", () => draw(), { signal: page.signal });
  new ResizeObserver(() => { height = box.clientHeight; }).observe(box);
  filter();
  return {
    draw(payload) {
      values = payload.values;
      const moved = picked !== payload.picked;
      picked = payload.picked;
      if (sort.name && !(sort.name in fixed)) arrange();
      if (moved && picked != null) {
        const at = order.indexOf(picked);
        if (at >= 0 && (at * ROW_HEIGHT < scrolled || (at + 2) * ROW_HEIGHT > scrolled + height)) box.scrollTop = Math.max(0, (at - 3) * ROW_HEIGHT);
      }
      draw();
    },
    subject: (row) => fixed[columns[0].name][row],
    label: (row) => (fixed.name || fixed[columns[0].name])[row],
  };
}
