// A sortable, searchable table of any length: only the rows in sight are in the page.

const ROW_HEIGHT = 32;
const PRINTED_ROWS = 15;
const SORTED = { up: "ascending", down: "descending", size: "other" };
const SIGNED = /^(change|difference(_\d)?|score_change|rank_change)$/;

class Table {
  // `choice` says how it was sorted when the page was last seen, as "column.way"; else what changes most is first.
  constructor(element, spec, texts, page, { id, choice }) {
    Object.assign(this, { id, sizes: spec.sizes || [] });
    Object.assign(this, { columns: spec.columns, options: spec.options, labels: spec.labels, fixed: spec.texts });
    Object.assign(this, { texts, page, values: {}, picked: null, scrolled: 0, height: 420 });
    const rows = Object.values(this.fixed);
    this.haystack = Array.from(rows[0], (_, i) =>
      rows
        .map((cells) => cells[i])
        .join(" ")
        .toLowerCase(),
    );
    const [name, way] = choice?.split(".") || [];
    this.sort = this.columns.some((column) => column.name === name) ? { name, way } : { name: null, own: true };
    this.build(element);
    this.mark();
    this.printing();
    new ResizeObserver(() => {
      this.height = this.box.clientHeight;
    }).observe(this.box);
    this.filter();
  }

  build(element) {
    const { texts, columns } = this;
    const searched = () => {
      this.filter();
      this.show();
    };
    const named = { placeholder: texts.search, "aria-label": texts.search };
    this.search = h("input", { type: "search", class: "sim-search", ...named, oninput: searched });
    this.tally = h("span", { class: "sim-tally", role: "status" });
    this.heads = columns.map((column) => this.head(column));
    this.body = h("tbody");
    this.above = h("tbody", { "aria-hidden": "true" }, h("tr", {}, h("td", { colspan: columns.length })));
    this.below = this.above.cloneNode(true);
    const scroll = () => {
      this.scrolled = this.box.scrollTop;
      requestAnimationFrame(() => this.show());
    };
    const place = { class: "sim-table", tabindex: "0", role: "region", "aria-label": texts.search, onscroll: scroll };
    const head = h("thead", {}, h("tr", {}, this.heads));
    this.box = h("div", place, h("table", {}, head, this.above, this.body, this.below));
    this.empty = h("p", { class: "sim-empty", hidden: true }, texts.noRows);
    element.append(h("div", { class: "sim-table-tools" }, this.search, this.tally), this.box, this.empty);
    this.onPaper = h("p", { class: "sim-paper-only" }, texts.paper.replace("{count}", PRINTED_ROWS));
    element.append(this.onPaper);
  }

  head(column) {
    const unit = column.unit && column.type !== "choice" ? column.unit : "\u00a0";
    const press = { type: "button", onclick: () => this.sortBy(column.name) };
    const place = { scope: "col", class: this.isText(column) ? "" : "sim-right", "aria-sort": "none" };
    return h("th", place, h("button", press, column.label, h("small", {}, unit)));
  }

  // On paper nothing scrolls: the first rows as they are sorted, and a line that says so.
  printing() {
    const { signal } = this.page;
    const print = () => {
      this.box.scrollTop = 0;
      this.onPaper.hidden = this.order.length <= PRINTED_ROWS;
      this.show(0, PRINTED_ROWS);
      this.below.firstChild.firstChild.style.height = 0;
    };
    window.addEventListener("beforeprint", print, { signal });
    window.addEventListener("afterprint", () => this.show(), { signal });
  }

  isText(column) {
    return column.name in this.fixed;
  }

  text(column, i) {
    if (this.isText(column)) return this.fixed[column.name][i];
    const value = this.values[column.name]?.[i];
    if (value === undefined || Number.isNaN(value)) return "";
    if (column.type === "choice") return this.labels[value];
    if (column.type === "money") return fen(value);
    return column.name === "index" ? value.toFixed(4) : String(+value.toFixed(4));
  }

  // Numbers from the largest down, then from the smallest up, texts the other way about; then as the page opened.
  sortBy(name) {
    const ways = name in this.fixed ? ["up", "down"] : ["down", "up"];
    const way = ways[this.sort.name === name ? ways.indexOf(this.sort.way) + 1 : 0];
    this.sort = way ? { name, way } : { name: null, own: true };
    this.page.sort(this.id, way ? `${name}.${way}` : "");
    if (!way) this.sortOwn();
    this.mark();
    this.arrange();
    this.show();
  }

  mark() {
    const { name, way } = this.sort;
    this.heads.forEach((head, i) =>
      head.setAttribute("aria-sort", this.columns[i].name === name ? SORTED[way] : "none"),
    );
  }

  // Until somebody sorts: by the size of the first that says anything of what changes, or as the data have it.
  sortOwn() {
    const name = this.sizes.find((one) => this.values[one]?.some((value) => value && !Number.isNaN(value))) || null;
    if (name === this.sort.name) return;
    this.sort = { name, way: "size", own: true };
    this.mark();
  }

  filter() {
    const words = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const all = Uint32Array.from(this.haystack.keys());
    const found = (i) => words.every((word) => this.haystack[i].includes(word));
    this.found = words.length ? all.filter(found) : all;
    this.arrange();
  }

  arrange() {
    const { name, way } = this.sort;
    this.order = this.found;
    const of = this.fixed[name] || (way === "size" ? this.values[name]?.map(Math.abs) : this.values[name]);
    if (of) {
      const sign = way === "up" ? 1 : -1;
      const compare =
        name in this.fixed
          ? (a, b) => sign * of[a].localeCompare(of[b], "zh-CN")
          : (a, b) => Number.isNaN(of[a]) - Number.isNaN(of[b]) || sign * (of[a] - of[b]); // blanks last
      this.order = Uint32Array.from(this.found).sort((a, b) => compare(a, b) || a - b);
    }
    this.tally.textContent = this.texts.rows.replace("{count}", whole.format(this.order.length));
    this.empty.hidden = this.order.length > 0;
  }

  subject(row) {
    return this.fixed[this.columns[0].name][row];
  }

  label(row) {
    return (this.fixed.name || this.fixed[this.columns[0].name])[row];
  }

  // Rows are made once and rewritten: a cell whose text stays costs nothing.
  line() {
    const pick = () => this.page.pick(this.subject(row.dataset.row));
    const press = (event) => event.key === "Enter" && pick();
    const row = h("tr", { tabindex: "0", onclick: pick, onkeydown: press });
    row.append(...this.columns.map((column) => h("td", { class: this.isText(column) ? "sim-text" : "sim-right" })));
    return row;
  }

  fill(row, i) {
    const moved = row.dataset.row !== String(i);
    if (moved) row.dataset.row = i;
    row.setAttribute("aria-selected", String(i === this.picked));
    this.columns.forEach((column, at) => {
      if (moved || !this.isText(column)) this.fillCell(row.children[at], column, i);
    });
  }

  fillCell(cell, column, i) {
    const value = this.values[column.name]?.[i];
    const signs = SIGNED.test(column.name);
    const shown = signs && value > 0 ? `+${this.text(column, i)}` : this.text(column, i);
    if (cell.textContent === shown) return;
    cell.textContent = shown;
    if (this.isText(column)) cell.title = shown;
    else if (signs) cell.className = `sim-right ${value > 0 ? "sim-gain" : value < 0 ? "sim-loss" : "sim-none"}`;
    else if (column.type === "choice") cell.className = `sim-right sim-band sim-${this.options[value]}`;
  }

  // The rows in sight, or `rows` of them from the `first`.
  show(first = this.firstInSight, rows = Math.ceil(this.height / ROW_HEIGHT) + 8) {
    const { above, below, body, order } = this;
    const last = Math.min(order.length, first + rows);
    above.firstChild.firstChild.style.height = `${first * ROW_HEIGHT}px`;
    below.firstChild.firstChild.style.height = `${(order.length - last) * ROW_HEIGHT}px`;
    while (body.childElementCount > last - first) body.lastChild.remove();
    while (body.childElementCount < last - first) body.append(this.line());
    for (let at = first; at < last; at += 1) this.fill(body.children[at - first], order[at]);
  }

  get firstInSight() {
    return Math.max(0, Math.floor(this.scrolled / ROW_HEIGHT) - 4);
  }

  draw(payload) {
    this.values = payload.values;
    const moved = this.picked !== payload.picked;
    this.picked = payload.picked;
    if (this.sort.own) this.sortOwn();
    if (!(this.sort.name in this.fixed)) this.arrange();
    if (moved && this.picked !== null && this.picked !== undefined)
      this.bringIntoSight(this.order.indexOf(this.picked));
    this.show();
  }

  bringIntoSight(at) {
    const hidden = at * ROW_HEIGHT < this.scrolled || (at + 2) * ROW_HEIGHT > this.scrolled + this.height;
    if (at >= 0 && hidden) this.box.scrollTop = Math.max(0, (at - 3) * ROW_HEIGHT);
  }
}
