// One sheet of a visitor's file: what it was taken for, its headings, what was assumed and what is refused, each with
// what may be chosen instead. It is drawn anew with every answer.

class SheetPanel {
  constructor(sheet, texts, page) {
    Object.assign(this, { sheet, texts, page });
  }

  mend(what, key, value) {
    const { file: of, sheet } = this.sheet;
    this.page.do({ act: "mend", of, sheet, what, key, value });
  }

  // What a control is known by when the page is drawn anew, and has a name for who cannot see it.
  known(what, key = "") {
    return { "data-place": [this.sheet.file, this.sheet.sheet, what, key].join("\n"), "data-mend": what };
  }

  select(what, key, offers, chosen, label) {
    const onchange = () => this.mend(what, key, select.value);
    const options = offers.map(({ value, label: shown }) =>
      h("option", { value, selected: value === chosen || null }, shown),
    );
    const select = h("select", { ...this.known(what, key), "aria-label": label, onchange }, options);
    return select;
  }

  element(open) {
    const { sheet, texts } = this;
    const state = h("span", { class: `sim-state sim-state-${sheet.state}` }, texts.states[sheet.state]);
    const rows =
      sheet.found && texts.rowCount.replace("{table}", sheet.found).replace("{count}", whole.format(sheet.rows));
    return h(
      "section",
      { class: "sim-panel sim-sheet", "data-sheet": sheet.name, "data-state": sheet.state, "data-table": sheet.found },
      h("header", {}, h("h2", {}, sheet.name), state),
      rows ? h("p", { class: "sim-subject" }, rows) : null,
      sheet.why ? h("p", { class: "sim-help" }, sheet.why, sheet.table ? "" : ` ${texts.isData}`) : null,
      sheet.wide ? h("p", { class: "sim-help" }, sheet.wide) : null,
      sheet.tables.length ? this.choices() : null,
      sheet.problems?.length ? this.problems() : null,
      sheet.refused ? this.context(sheet.refused) : null,
      sheet.columns?.length ? this.columns(open) : null,
      this.lines("assumptions", sheet.assumed),
      this.lines("totals", sheet.totals),
    );
  }

  // The table that the sheet is, where its header stands, and how its institutions are known.
  choices() {
    const { sheet, texts } = this;
    const named = (what, select) => h("label", {}, h("span", {}, what), select);
    const name = (what) => `${sheet.name}: ${what}`;
    const onchange = () => this.mend("by_name", "", box.checked ? "yes" : "");
    const box = h("input", { type: "checkbox", ...this.known("by_name"), checked: sheet.named === true, onchange });
    const headers = sheet.headers?.length > 1;
    return h(
      "div",
      { class: "sim-mends" },
      named(texts.table, this.select("table", "", sheet.tables, sheet.table, name(texts.table))),
      headers ? named(texts.header, this.select("header", "", sheet.headers, sheet.header, name(texts.header))) : null,
      sheet.named == null ? null : h("label", {}, box, h("span", {}, texts.byName)),
    );
  }

  // What is wrong with the sheet as a whole. Where a column is missing, one value may stand for all its rows.
  problems() {
    const { texts } = this;
    const line = ({ line: text, column, options }) =>
      h("li", {}, text, column ? this.constant(column, options, texts) : null);
    return h("ul", { class: "sim-refusals" }, this.sheet.problems.map(line));
  }

  constant(column, options, texts) {
    const fill = () => input.value.trim() && this.mend("constant", column, input.value.trim());
    const onkeydown = (event) => event.key === "Enter" && fill();
    const label = `${column}: ${texts.constant}`;
    if (options.length) {
      const offers = [{ value: "", label: texts.choose }, ...options];
      const choice = this.select("constant", column, offers, "", label);
      return h("label", { class: "sim-constant" }, texts.constant, " ", choice);
    }
    const input = h("input", { type: "text", ...this.known("constant", column), "aria-label": label, onkeydown });
    const press = h("button", { type: "button", onclick: fill }, texts.fill);
    return h("span", { class: "sim-constant" }, texts.constant, " ", input, " ", press);
  }

  // The refused cells where they stand, and below each row the rules.
  context({ heads, gaps, lines, more }) {
    const { texts } = this;
    const place = (at) => (gaps[at] ? "sim-skip" : "");
    const head = heads.map((text, at) => h("th", { scope: "col", class: place(at) }, text));
    const cell = ({ text, wrong }, at) =>
      h(
        "td",
        { class: [place(at), wrong ? "sim-wrong-cell" : ""].join(" ") },
        wrong ? h("mark", {}, text || "—") : text,
      );
    const rows = lines.flatMap(({ row, cells, rules }) => [
      h("tr", { "data-row": row }, h("th", { scope: "row" }, row), cells.map(cell)),
      h(
        "tr",
        { class: "sim-rules" },
        h(
          "td",
          { colspan: heads.length + 1 },
          h(
            "ul",
            {},
            rules.map((one) => this.rule(one)),
          ),
        ),
      ),
    ]);
    const table = h(
      "table",
      { class: "sim-context" },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, texts.row), head)),
      h("tbody", {}, rows),
    );
    const region = { class: "sim-scroll", tabindex: "0", role: "region", "aria-label": texts.refusals };
    return h(
      "div",
      {},
      h("h3", {}, texts.refusals),
      h("div", region, table),
      more ? h("p", { class: "sim-help" }, more) : null,
    );
  }

  rule({ label, rule, value, key, options }) {
    const { texts } = this;
    const said = [label, value ? `“${value}”` : ""].filter(Boolean).join(" ");
    if (!options.length) return h("li", {}, h("b", {}, said), " ", rule);
    const means = texts.means.replace("{value}", value);
    const offers = [{ value: "", label: texts.choose }, ...options];
    const choose = h("label", {}, " ", means, " ", this.select("value", key, offers, "", `${label}: ${means}`));
    return h("li", {}, h("b", {}, said), " ", rule, choose);
  }

  columns(open) {
    const { sheet, texts } = this;
    const heads = [texts.heading, texts.taken, texts.unit, texts.cells];
    const rows = sheet.columns.map((one) => this.column(one));
    const asked = sheet.columns.some((one) => one.near.length || one.twice) || sheet.state === "refused";
    const title = texts.columns.replace("{count}", sheet.columns.length);
    const table = h(
      "table",
      { class: "sim-readings sim-headings" },
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          heads.map((text) => h("th", { scope: "col" }, text)),
        ),
      ),
      h("tbody", {}, rows),
    );
    return this.fold("columns", title, h("div", { class: "sim-scroll" }, table), open || asked);
  }

  column(one) {
    const { sheet, texts } = this;
    const name = texts.mend.replace("{name}", one.heading);
    const taken = texts.taken_as.replace("{column}", one.taken || texts.unused);
    const offers = sheet.options.map((offer) => (offer.value || one.said ? offer : { value: "", label: taken }));
    const press = ({ value, label }) =>
      h(
        "button",
        { type: "button", ...this.known("near", value), onclick: () => this.mend("column", one.heading, value) },
        label,
      );
    const near = one.near.length ? h("div", { class: "sim-near" }, texts.near, one.near.map(press)) : null;
    const keep = () => this.mend("keep", one.heading, "yes");
    const personal = h(
      "div",
      { class: "sim-near" },
      texts.personal,
      h("button", { type: "button", ...this.known("keep", one.heading), onclick: keep }, texts.keep),
    );
    return h(
      "tr",
      { "data-heading": one.heading, class: one.twice ? "sim-claimed" : "" },
      h("th", { scope: "row" }, one.heading),
      h(
        "td",
        {},
        one.personal ? null : this.select("column", one.heading, offers, one.said, name),
        one.sum ? h("div", { class: "sim-clause" }, one.sum) : null,
        one.twice ? h("div", { class: "sim-error" }, texts.twice) : null,
        near,
        one.personal ? personal : null,
      ),
      h(
        "td",
        {},
        one.units.length
          ? this.select("unit", one.heading, one.units, one.unit, `${one.heading}: ${texts.unit}`)
          : null,
      ),
      h("td", { class: "sim-clause" }, one.cells.join(" · ")),
    );
  }

  lines(name, texts) {
    if (!texts?.length) return null;
    const title = this.texts[name].replace("{count}", texts.length);
    return this.fold(
      name,
      title,
      h(
        "ul",
        { class: "sim-told-lines" },
        texts.map((text) => h("li", {}, text)),
      ),
      false,
    );
  }

  // What is folded stays as the visitor left it.
  fold(name, title, content, open) {
    const key = [this.sheet.name, this.sheet.found, name].join("\n");
    const shown = this.page.folds.get(key) ?? open;
    const ontoggle = () => this.page.folds.set(key, fold.open);
    const fold = h("details", { "data-fold": name, open: shown, ontoggle }, h("summary", {}, title), content);
    return fold;
  }
}
