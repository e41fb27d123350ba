// The comparison page: scenarios to choose from, and panels of numbers side by side.

// Beside the panels: a box for each scenario, and which of the chosen ones is the baseline.
function Chooser(spec, texts, page) {
  const { words } = spec, offers = spec.groups.flatMap((group) => group.offers);
  let chosen = [], baseline = spec.baseline;
  const boxes = new Map(), radios = new Map();
  const send = () => page.set({ scenarios: chosen, baseline });
  const tick = (name, on) => { chosen = on ? [...chosen, name] : chosen.filter((one) => one !== name); mark(); send(); };
  const offer = (one) => {
    const box = h("input", { type: "checkbox", id: `sim-s-${one.name}`, "aria-describedby": one.question ? `sim-q-${one.name}` : null, onchange: () => tick(one.name, box.checked) });
    const radio = h("input", { type: "radio", name: "sim-baseline", id: `sim-b-${one.name}`, "aria-label": `${words.baseline}: ${one.title}`, onchange: () => { baseline = one.name; send(); } });
    const pick = h("label", { class: "sim-baseline", hidden: true }, radio, words.baseline);
    const number = h("b", { class: "sim-number" });
    boxes.set(one.name, { box, number, one });
    radios.set(one.name, { radio, pick });
    return h("div", { class: "sim-offer", "data-scenario": one.name }, h("label", { class: "sim-choice" }, box, number, h("span", {}, one.title)), pick,
      one.question ? h("p", { class: "sim-clause", id: `sim-q-${one.name}` }, one.question) : null);
  };
  const count = h("p", { class: "sim-clause", role: "status" });
  const file = h("input", { type: "file", accept: ".yaml,.yml", hidden: true, onchange: () => { page.upload(file.files[0]); file.value = ""; } });
  const rule = h("select", { id: "sim-rule", onchange: () => page.set({ rule: rule.value }) }, spec.rules.map(({ value, label }) => h("option", { value, selected: value === spec.rule }, label)));
  const reset = h("button", { type: "button", class: "sim-reset-all", onclick: () => page.reset() }, words.first);
  const element = h("form", { class: "sim-form sim-chooser", onsubmit: (event) => event.preventDefault() },
    spec.rules.length ? h("fieldset", {}, h("legend", {}, h("label", { for: "sim-rule" }, words.rule)), rule) : null,
    h("fieldset", {}, h("legend", {}, words.scenarios), count, spec.groups.flatMap((group) => [h("h3", {}, group.label), ...group.offers.map(offer)]),
      h("p", { class: "sim-clause sim-of-data" }, words.data), file, h("button", { type: "button", "data-do": "bring", onclick: () => file.click() }, words.bring)),
    reset);
  // What is chosen, at once; numbers and colours are the kernel's and come with its answer.
  function mark() {
    for (const [name, { box, number, one }] of boxes) {
      box.checked = chosen.includes(name);
      box.disabled = !box.checked && chosen.length >= spec.most;
      number.textContent = box.checked && one.number ? one.number : "";
      number.hidden = !number.textContent;
      number.style.background = one.colour ? `var(--sim-${one.colour.slice(1)})` : "";
      const { radio, pick } = radios.get(name);
      pick.hidden = !box.checked;
      radio.checked = name === baseline;
    }
    write(count, words.count.replace("{count}", chosen.length).replace("{most}", spec.most));
  }
  chosen = offers.filter((one) => one.number).sort((a, b) => a.number - b.number).map((one) => one.name);
  mark();
  let known = { scenarios: chosen, baseline };
  const restore = () => { chosen = [...known.scenarios]; baseline = known.baseline; mark(); };
  return {
    element,
    show(values, settled, changed) { known = values; if (settled) restore(); reset.disabled = !changed; },
    problem() {},
    sound: restore,   // after a refusal the boxes stand as the kernel has them
  };
}

// A number, and below it a difference, in every cell; columns with their scenario's colour.
PANELS.matrix = (body, panel, texts) => {
  const line = h("p", { class: "sim-versus", role: "status" }), warnings = h("ul", { class: "sim-warnings" }), box = h("div", { class: "sim-scroll" });
  body.append(line, box, warnings);
  const exact = (value, type) => (type === "money" ? `${fen(value)} ${texts.yuan}` : "");
  // A difference too small for the decimals of its number is not shown as nothing.
  const gapOf = (gap, type, decimals) => (type === "number" && gap && !Number(gap.toFixed(decimals)) ? [gap.toPrecision(2).replace("-", "−"), ""] : SHOWN[type](gap, texts, decimals));
  const cell = ({ value, gap, type, gapType, decimals, quiet }, still) => {
    const [text, unit] = SHOWN[type](value, texts, decimals), [size, sign] = gapOf(gap, gapType, decimals);
    const title = [exact(value, type), gap ? exact(gap, gapType) : ""].filter(Boolean).join(" · ");
    return h("td", { class: quiet && !gap ? "sim-quiet" : "", "data-value": value, "data-gap": gap, title: title || null },
      h("div", {}, text, unit ? h("small", {}, ` ${unit}`) : null),
      still ? null : h("div", { class: `sim-gap ${gap > 0 ? "sim-gain" : gap < 0 ? "sim-loss" : "sim-none"}` }, gap ? `${signed(size, gap)} ${sign}`.trim() : "\u00a0"));
  };
  return (payload) => {
    const heads = payload.columns.map(({ label, number, colour, mark }) => h("th", { scope: "col" },
      number ? h("b", { class: "sim-number", style: `background:var(--sim-${colour.slice(1)})` }, number) : null, h("span", {}, label), mark ? h("small", { class: "sim-badge" }, mark) : null));
    const rows = payload.rows.map(({ id, label, unit, cells }) => h("tr", { "data-row": id }, h("th", { scope: "row" }, label, unit ? h("small", {}, ` ${unit}`) : null), cells.map((one) => cell(one, cells.every(({ gap }) => !gap)))));
    box.replaceChildren(h("table", { class: "sim-matrix" }, h("thead", {}, h("tr", {}, h("th", { class: "sim-corner" }, payload.corner), heads)), h("tbody", {}, rows)));
    write(line, payload.line || "");
    line.hidden = !payload.line;
    warnings.replaceChildren(...payload.warnings.map((text) => h("li", {}, text)));
  };
};

// One subject's calculation under each scenario, in columns.
PANELS.told = (body) => {
  const subject = h("p", { class: "sim-subject" }), box = h("div", { class: "sim-told", "aria-live": "polite" });
  body.append(subject, box);
  return ({ subject: name, columns, empty }) => {
    subject.textContent = name || empty;
    subject.classList.toggle("sim-empty", !name);
    box.replaceChildren(...columns.map(({ label, number, colour, mark, steps }) => h("section", { "data-scenario": number },
      h("h3", {}, h("b", { class: "sim-number", style: `background:var(--sim-${colour.slice(1)})` }, number), label, mark ? h("small", { class: "sim-badge" }, mark) : null),
      h("ol", { class: "sim-steps" }, steps.map((step) => h("li", { class: step.new ? "sim-new" : "" }, step.text))))));
  };
};
