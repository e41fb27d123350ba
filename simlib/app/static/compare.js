// The comparison page: scenarios to choose from, and panels of numbers side by side.

// Beside the panels: a box for each scenario, and which of the chosen ones is the baseline.
class Chooser {
  constructor(spec, texts, page) {
    Object.assign(this, { spec, page, boxes: new Map() });
    const offers = spec.groups.flatMap((group) => group.offers);
    const first = offers.filter((one) => one.number).sort((a, b) => a.number - b.number);
    this.known = { scenarios: first.map((one) => one.name), baseline: spec.baseline }; // by the kernel
    this.build(spec, spec.words);
    this.restore();
  }

  build(spec, words) {
    this.count = h("p", { class: "sim-clause", role: "status" });
    const look = { id: "sim-rule", onchange: () => this.page.set({ rule: this.rule.value }) };
    const rules = spec.rules.map(({ value, label }) => h("option", { value }, label));
    this.rule = h("select", look, rules);
    const back = { type: "button", class: "sim-reset-all", onclick: () => this.page.reset() };
    this.reset = h("button", back, words.first);
    const offers = spec.groups.flatMap(({ label, offers: all }) => [
      h("h2", {}, label),
      all.map((one) => this.offer(one)),
    ]);
    const looked = h("legend", {}, h("label", { for: "sim-rule" }, words.rule));
    const data = h("p", { class: "sim-clause sim-of-data" }, words.data);
    const scenarios = [h("legend", {}, words.scenarios), this.count, ...offers.flat(), data, ...this.bring(words)];
    this.element = h(
      "form",
      { class: "sim-form sim-chooser", onsubmit: (event) => event.preventDefault() },
      rules.length ? h("fieldset", {}, looked, this.rule) : null,
      h("fieldset", {}, scenarios),
      this.reset,
    );
  }

  bring(words) {
    const file = fileChooser(".yaml,.yml", this.page);
    return [file, h("button", { type: "button", "data-do": "bring", onclick: () => file.click() }, words.bring)];
  }

  offer(one) {
    const { name, title, question } = one;
    const { words } = this.spec;
    const told = question ? `sim-q-${name}` : null;
    const onchange = () => this.tick(name, box.checked);
    const box = h("input", { type: "checkbox", id: `sim-s-${name}`, "aria-describedby": told, onchange });
    const label = { id: `sim-b-${name}`, "aria-label": `${words.baseline}: ${title}` };
    const radio = h("input", { type: "radio", name: "sim-baseline", ...label, onchange: () => this.measure(name) });
    const pick = h("label", { class: "sim-baseline", hidden: true }, radio, words.baseline);
    const number = h("b", { class: "sim-number" });
    this.boxes.set(name, { box, number, one, radio, pick });
    return h(
      "div",
      { class: "sim-offer", "data-scenario": name },
      h("label", { class: "sim-choice" }, box, number, h("span", {}, title)),
      pick,
      question ? h("p", { class: "sim-clause", id: told }, question) : null,
    );
  }

  tick(name, on) {
    this.chosen = on ? [...this.chosen, name] : this.chosen.filter((one) => one !== name);
    this.mark();
    this.send();
  }

  measure(name) {
    this.baseline = name;
    this.send();
  }

  send() {
    this.page.set({ scenarios: this.chosen, baseline: this.baseline });
  }

  // What is chosen, at once; numbers and colours are the kernel's and come with its answer.
  mark() {
    const { chosen, baseline, spec } = this;
    for (const [name, { box, number, one, radio, pick }] of this.boxes) {
      box.checked = chosen.includes(name);
      box.disabled = !box.checked && chosen.length >= spec.most;
      number.textContent = box.checked && one.number ? one.number : "";
      number.hidden = !number.textContent;
      number.style.background = one.colour ? `var(--sim-${one.colour.slice(1)})` : "";
      pick.hidden = !box.checked;
      radio.checked = name === baseline;
    }
    write(this.count, spec.words.count.replace("{count}", chosen.length).replace("{most}", spec.most));
  }

  show(values, moved, changed) {
    this.known = values;
    if (!moved("scenarios")) this.restoreBoxes();
    if (!moved("rule")) this.restoreRule();
    this.reset.disabled = !changed;
  }

  // After a refusal all stands as the kernel has it.
  restore() {
    this.restoreBoxes();
    this.restoreRule();
  }
  restoreBoxes() {
    this.chosen = [...this.known.scenarios];
    this.baseline = this.known.baseline;
    this.mark();
  }
  restoreRule() {
    this.rule.value = this.spec.rule ?? "";
  }

  problem() {}
  sound() {}
}

// A number, and below it a difference, in every cell; columns with their scenario's colour.
PANELS.matrix = (body, panel, texts) => {
  const line = h("p", { class: "sim-versus", role: "status" });
  const warnings = h("ul", { class: "sim-warnings" });
  const said = h("ul", { class: "sim-said-each" });
  const box = h("div", { class: "sim-scroll" });
  body.append(line, h("div", { role: "status" }, said), box, warnings);
  const row = ({ id, label, unit, cells }) => {
    const still = cells.every(({ gap }) => !gap);
    const head = h("th", { scope: "row" }, label, unit ? h("small", {}, ` ${unit}`) : null);
    const numbers = cells.map((one) => matrixCell(one, still, texts));
    return h("tr", { "data-row": id }, head, numbers);
  };
  return (payload) => {
    const heads = payload.columns.map((one) => h("th", { scope: "col" }, matrixHead(one)));
    const sentence = ({ number, colour, text }) =>
      h("li", {}, numbered(number, colour), h("p", { class: "sim-said" }, text));
    renew(said, payload.said || [], sentence);
    said.hidden = !payload.said;
    const corner = h("th", { class: "sim-corner" }, payload.corner);
    const lines = h("tbody", {}, payload.rows.map(row));
    box.replaceChildren(h("table", { class: "sim-matrix" }, h("thead", {}, h("tr", {}, corner, heads)), lines));
    write(line, payload.line || "");
    line.hidden = !payload.line;
    warnings.replaceChildren(...payload.warnings.map((text) => h("li", {}, text)));
  };
};

const numbered = (number, colour) =>
  h("b", { class: "sim-number", style: `background:var(--sim-${colour.slice(1)})` }, number);

function matrixHead({ label, number, colour, mark }) {
  const badge = mark ? h("small", { class: "sim-badge" }, mark) : null;
  return [number ? numbered(number, colour) : null, h("span", {}, label), badge];
}

function matrixCell({ value, gap, type, gapType, decimals, quiet }, still, texts) {
  const exact = (amount, kind) => (kind === "money" ? `${fen(amount)} ${texts.yuan}` : "");
  const [text, unit] = SHOWN[type](value, texts, decimals);
  const title = [exact(value, type), gap ? exact(gap, gapType) : ""].filter(Boolean).join(" · ");
  const place = { class: quiet && !gap ? "sim-quiet" : "", "data-value": value, "data-gap": gap, title: title || null };
  const figure = h("div", {}, text, unit ? h("small", {}, ` ${unit}`) : null);
  return h("td", place, figure, still ? null : matrixGap(gap, gapType, decimals, texts));
}

function matrixGap(gap, type, decimals, texts) {
  const tone = gap > 0 ? "sim-gain" : gap < 0 ? "sim-loss" : "sim-none";
  // A difference too small for the decimals of its number is not shown as nothing.
  const tiny = type === "number" && gap && !Number(gap.toFixed(decimals));
  const [size, sign] = tiny ? [gap.toPrecision(2).replace("-", "−"), ""] : SHOWN[type](gap, texts, decimals);
  return h("div", { class: `sim-gap ${tone}` }, gap ? `${signed(size, gap)} ${sign}`.trim() : "\u00a0");
}

// One subject's calculation under each scenario, in columns.
PANELS.told = (body) => {
  const subject = h("p", { class: "sim-subject" }),
    box = h("div", { class: "sim-told", "aria-live": "polite" });
  body.append(subject, box);
  return ({ subject: name, columns, empty }) => {
    subject.textContent = name || empty;
    subject.classList.toggle("sim-empty", !name);
    box.replaceChildren(
      ...columns.map(({ label, number, colour, mark, steps }) =>
        h(
          "section",
          { "data-scenario": number },
          h("h3", {}, numbered(number, colour), label, mark ? h("small", { class: "sim-badge" }, mark) : null),
          h(
            "ol",
            { class: "sim-steps" },
            steps.map((step) => h("li", { class: step.new ? "sim-new" : "" }, step.text)),
          ),
        ),
      ),
    );
  };
};
