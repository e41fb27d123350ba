// One function a kind of panel: it gets its frame once and a payload at every move.

const PANELS = {
  cards(body, panel, texts) {
    const list = h("div", { class: "sim-cards", role: "list" });
    const versus = h("p", { class: "sim-versus", role: "status" });
    const warnings = h("ul", { class: "sim-warnings" });
    body.append(list, versus, warnings);
    const made = new Map();
    return ({ cards, versus: line, warnings: lines }) => {
      for (const card of cards) {
        if (!made.has(card.id)) {
          const value = h("div", { class: "sim-value" }), note = h("div", { class: "sim-note" });
          list.append(h("div", { "data-card": card.id, role: "listitem" }, h("div", { class: "sim-label" }, card.label), value, note));
          made.set(card.id, { value, note });
        }
        const { value, note } = made.get(card.id);
        const [text, unit] = card.money ? glance(card.value, texts) : [whole.format(card.value), ""];
        value.replaceChildren(text, h("small", {}, unit));
        value.title = card.money ? `${fen(card.value)} ${texts.yuan}` : "";
        value.dataset.value = card.value;
        const gap = Math.round((card.value - card.document) * 100) / 100;
        const [size, sizeUnit] = card.money ? glance(gap, texts) : [whole.format(gap).replace("-", "−"), ""];
        note.textContent = gap ? `${texts.against} ${signed(size, gap)} ${sizeUnit}` : "\u00a0";
        note.className = `sim-note${gap ? " sim-moved" : ""}`;
      }
      versus.textContent = line;
      warnings.replaceChildren(...lines.map((text) => h("li", {}, text)));
    };
  },
  chart(body, panel, texts, page) {
    const chart = Chart(body, page.pickRow);
    body.classList.add("sim-loading");
    return (figure) => page.plotly.then((Plotly) => { chart.draw(Plotly, figure); body.classList.remove("sim-loading"); });
  },
  table(body, panel, texts, page) {
    const table = Table(body, panel.frame, texts, page.pick);
    page.subject = table.subject;
    return table.draw;
  },
  steps(body) {
    const subject = h("p", { class: "sim-subject" }), list = h("ol", { class: "sim-steps", "aria-live": "polite" });
    body.append(subject, list);
    return ({ subject: name, steps, empty }) => {
      subject.textContent = name || empty;
      subject.classList.toggle("sim-empty", !name);
      list.replaceChildren(...steps.map((step) => h("li", {}, step)));
    };
  },
  readings(body) {
    return ({ lines, headings }) => {
      const most = Math.max(...lines.map((line) => line.moved), 0.01);
      body.replaceChildren(h("div", { class: "sim-scroll" }, h("table", { class: "sim-readings" },
        h("thead", {}, h("tr", {}, headings.map((heading) => h("th", { scope: "col" }, heading)))),
        h("tbody", {}, lines.map((line) => h("tr", {}, h("th", { scope: "row" }, line.reading), h("td", {}, line.now), h("td", {}, line.instead),
          h("td", {}, h("span", { class: "sim-meter", style: `--share:${line.moved / most}` }), line.effect)))))));
    };
  },
};

function Panel(panel, texts, page) {
  const body = h("div", { class: "sim-body" });
  const choices = Object.entries(panel.choices || {});
  const select = choices.length
    ? h("select", { "aria-label": panel.title, onchange: (event) => page.choose(panel.id, event.target.value) },
        choices.map(([value, label]) => h("option", { value, selected: value === panel.choice }, label)))
    : null;
  const element = h("section", { class: `sim-panel${panel.wide ? " sim-wide" : ""}`, "data-panel": panel.id },
    h("header", {}, h("h2", {}, panel.title), select), panel.help ? h("p", { class: "sim-help" }, panel.help) : null, body);
  return { element, draw: PANELS[panel.kind](body, panel, texts, page) };
}
