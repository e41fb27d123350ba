// One function a kind of panel: it gets its frame once and a payload at every move.

// A headline's number and its unit, by type.
const SHOWN = {
  money: (value, texts) => glance(value, texts),
  number: (value, texts, decimals) => [value.toFixed(decimals ?? 2).replace("-", "−"), ""],
  integer: (value) => [whole.format(value).replace("-", "−"), ""],
};

const PRINTED_STEPS = 18;
const MANY = 6; // names on an axis that need the paper's whole width

const NUMERIC = /^[+−-]?[\d,.]+%?$/;
const DAY = /^\d{4}-\d\d-\d\d/;

const PANELS = {
  said: Said,
  movers: Movers,
  chart(body, panel, texts, page) {
    const chart = new Chart(body, page);
    const told = Told(chart, panel, texts, page);
    body.append(...told.elements);
    body.classList.add("sim-loading");
    const draw = (figure) => {
      chart.draw(window.Plotly, figure);
      body.classList.remove("sim-loading");
    };
    return {
      draw: (figure) => (window.Plotly ? draw(figure) : page.plotly.then(() => draw(figure))),
      rest: told.rest,
      again: () => {
        const many = chart.last?.layout.xaxis?.ticktext?.length > MANY;
        body.parentElement.classList.toggle("sim-spread", onPaper && many);
        chart.again?.();
      },
    };
  },
  table(body, panel, texts, page) {
    const table = new Table(body, panel.frame, texts, page, panel);
    page.table = table;
    return (payload) => table.draw(payload);
  },
  // Two bars a row, back to back, with their amounts: what a kind of institution gives up and what it gets.
  bars(body) {
    const table = h("table", { class: "sim-bars" }),
      heads = h("tr"),
      rows = h("tbody");
    table.append(h("thead", {}, heads), rows);
    body.append(table);
    return ({ headings, lines }) => {
      if (heads.textContent !== headings.join(""))
        heads.replaceChildren(
          ...headings
            .slice(0, 5)
            .map((heading, at) =>
              h("th", { scope: "col" }, heading, at === 4 && headings[5] ? h("small", {}, headings[5]) : null),
            ),
        );
      while (rows.childElementCount > lines.length) rows.lastChild.remove();
      while (rows.childElementCount < lines.length) {
        rows.append(
          h(
            "tr",
            {},
            h("th", { scope: "row" }),
            h("td", { class: "sim-right" }),
            h("td", { class: "sim-bar sim-out" }, h("span"), h("i")),
            h("td", { class: "sim-bar sim-in" }, h("i"), h("span")),
            h("td", { class: "sim-right" }, h("span"), "change" in lines[0] ? h("small") : null),
          ),
        );
      }
      const most = Math.max(...lines.flatMap((line) => [line.out, line.in]), 0.01);
      lines.forEach((line, at) => {
        const [label, count, out, into, sums] = rows.children[at].children;
        write(label, line.label);
        write(count, whole.format(line.count));
        for (const [cell, amount] of [
          [out, line.out],
          [into, line.in],
        ]) {
          write(cell.querySelector("span"), fen(amount));
          cell.querySelector("i").style.setProperty("--share", amount / most);
        }
        [...sums.children].forEach((cell, nth) => {
          const amount = nth ? line.change : line.net;
          write(cell, signed(fen(amount), amount));
          cell.className = amount > 0 ? "sim-gain" : amount < 0 ? "sim-loss" : "sim-none";
        });
      });
    };
  },
  steps(body, panel, texts) {
    const who = h("span"),
      why = h("span", { class: "sim-picked-for" }),
      subject = h("p", { class: "sim-subject" }, who, " ", why),
      list = h("ol", { class: "sim-steps", "aria-live": "polite" });
    const cut = h("p", { class: "sim-note", hidden: true });
    body.append(subject, list, cut);
    // Case by case it may fill sheets of paper: there it ends, and says so.
    const again = () => {
      const rest = [...list.children].slice(PRINTED_STEPS);
      for (const one of rest) one.hidden = onPaper;
      cut.hidden = !onPaper || !rest.length;
      write(cut, texts.more.replace("{count}", rest.length));
    };
    const draw = ({ subject: name, picked, steps, empty }) => {
      write(who, name || empty);
      write(why, picked || "");
      subject.classList.toggle("sim-empty", !name);
      list.replaceChildren(...steps.map((step) => h("li", {}, step)));
    };
    return { draw, again };
  },
  // Shares as bars, each with the document's own as a line.
  meters(body) {
    const table = h("table", { class: "sim-meters" }),
      heads = h("tr"),
      rows = h("tbody");
    table.append(h("thead", {}, heads), rows);
    body.append(h("div", { class: "sim-scroll" }, table));
    return ({ headings, lines }) => {
      if (heads.textContent !== headings.join(""))
        heads.replaceChildren(...headings.map((heading) => h("th", { scope: "col" }, heading)));
      while (rows.childElementCount > lines.length) rows.lastChild.remove();
      while (rows.childElementCount < lines.length) {
        rows.append(
          h(
            "tr",
            {},
            h("th", { scope: "row" }),
            h("td", {}, h("div", { class: "sim-share" }, h("i"), h("b")), h("span")),
          ),
        );
      }
      const most = Math.max(...lines.flatMap((line) => [line.share, line.document]), 0.01);
      lines.forEach((line, at) => {
        const [label, cell] = rows.children[at].children;
        write(label, line.label);
        cell.querySelector("i").style.setProperty("--share", line.share / most);
        cell.querySelector("b").style.setProperty("--share", line.document / most);
        write(cell.querySelector("span"), line.text);
      });
    };
  },
  lines(body) {
    const numeric = (lines, at) =>
      at > 0 && lines.some((cells) => cells[at]) && lines.every((cells) => !cells[at] || NUMERIC.test(cells[at]));
    let shown = "";
    return ({ headings, lines }) => {
      const now = JSON.stringify([headings, lines]);
      if (now === shown) return;
      shown = now;
      const heads = headings.map((heading, at) =>
        h("th", { scope: "col", class: numeric(lines, at) ? "sim-right" : "" }, heading),
      );
      const cell = (text, at) =>
        h(
          at ? "td" : "th",
          at
            ? { class: NUMERIC.test(text) ? "sim-right" : text.length < 9 || DAY.test(text) ? "sim-short" : "" }
            : { scope: "row" },
          text.replaceAll(/(?<!\d)-(?=\d)/g, "−"),
        );
      body.replaceChildren(
        h(
          "div",
          { class: "sim-scroll" },
          h(
            "table",
            { class: "sim-readings sim-lines-table" },
            h("thead", {}, h("tr", {}, heads)),
            h(
              "tbody",
              {},
              lines.map((cells) => h("tr", {}, cells.map(cell))),
            ),
          ),
        ),
      );
    };
  },
  card: Card,
  fields: FieldTable,
  // What changes most stands first; what changes nothing here is folded, and opens where somebody looks for it.
  readings(body) {
    const fold = h("details", { class: "sim-fold" });
    return ({ lines, headings, still, progress }) => {
      const most = Math.max(...lines.map((line) => line.moved), 0.01);
      const row = (line) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, line.reading, line.topic ? h("small", {}, line.topic) : null),
          h("td", {}, line.now),
          h("td", {}, line.instead),
          h("td", {}, h("span", { class: "sim-meter", style: `--share:${line.moved / most}` }), line.effect),
        );
      const titles = headings.map((heading) => h("th", { scope: "col" }, heading));
      const table = (shown) =>
        h(
          "div",
          { class: "sim-scroll" },
          h(
            "table",
            { class: "sim-readings" },
            h(
              "thead",
              {},
              h(
                "tr",
                {},
                titles.map((one) => one.cloneNode(true)),
              ),
            ),
            h("tbody", {}, shown.map(row)),
          ),
        );
      const [moving, resting] = [true, false].map((moves) => lines.filter((line) => line.open === moves));
      fold.replaceChildren(h("summary", {}, still), table(resting));
      const wait = progress ? h("p", { class: "sim-note", role: "status" }, progress) : null;
      body.replaceChildren(
        ...[wait, moving.length ? table(moving) : null, resting.length ? fold : null].filter(Boolean),
      );
    };
  },
};

function Panel(panel, texts, page) {
  const body = h("div", { class: "sim-body" });
  const choices = Object.entries(panel.choices || {});
  const select = choices.length
    ? h(
        "select",
        { "aria-label": panel.title, onchange: (event) => page.choose(panel.id, event.target.value) },
        choices.map(([value, label]) => h("option", { value, selected: value === panel.choice }, label)),
      )
    : null;
  const help = panel.help ? h("p", { class: "sim-help" }, panel.help) : null;
  const ask = help ? Help(page, `panel:${panel.id}`, panel.title, help) : null;
  const element = h(
    "section",
    { class: `sim-panel${panel.wide ? " sim-wide" : ""}`, "data-panel": panel.id },
    h("header", {}, h("h2", {}, panel.title), ask, select),
    help,
    body,
  );
  const made = PANELS[panel.kind](body, panel, texts, page);
  const { draw = made, problem, rest, again } = made;
  return { element, kind: panel.kind, draw, problem, rest, again };
}
