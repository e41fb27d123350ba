// One parameter's control: slider with typed entry, a choice or a day; its clause behind a question mark.

function controlFrame(one, page, onReset, entry, below) {
  const { texts } = page;
  const named = { title: texts.reset, "aria-label": `${one.label}: ${texts.reset}` };
  const reset = h("button", { type: "button", class: "sim-reset", ...named, onclick: onReset }, "↺");
  const error = h("p", { class: "sim-error", role: "alert" });
  const badge = one.kind === "unset" ? h("small", { class: "sim-badge" }, one.kindLabel) : null;
  const clause = h("p", { class: "sim-clause", id: `sim-${one.name}-help` }, one.help, " ", h("cite", {}, one.clause));
  const label = h("label", { for: `sim-${one.name}`, id: `sim-${one.name}-label` }, one.label);
  const ask = Help(page, `control:${one.name}`, one.label, clause);
  const head = h("div", { class: "sim-control-head" }, h("span", {}, label, badge), reset, ask, entry);
  const inert = one.inert ? h("p", { class: "sim-inert" }, one.inert) : null;
  if (inert) {
    for (const input of [...head.querySelectorAll("input"), ...fieldsOf(below)]) input.disabled = true;
  }
  const element = h("div", { class: "sim-control", "data-parameter": one.name }, head, below, inert, error, clause);
  return {
    element,
    reset,
    problem(line) {
      error.textContent = line;
      element.classList.toggle("sim-wrong", Boolean(line));
    },
  };
}

function fieldsOf(element) {
  return element.matches("input, select") ? [element] : element.querySelectorAll("input, select");
}

let drags = 0; // how many have ended: what is set within one drag is one step of the history

function numberControl(one, page, onSet) {
  const { texts } = page;
  const slider = h("input", {
    type: "range",
    min: one.low,
    max: one.high,
    step: one.step,
    value: one.default,
    "aria-labelledby": `sim-${one.name}-label`,
    "aria-describedby": `sim-${one.name}-help`,
    oninput: () => {
      entry.show(inUnit(slider.value, one.unit));
      onSet({ [one.name]: slider.value }, false, `${one.name} ${drags}`);
    },
    onchange: () => {
      drags += 1;
    },
  });
  const entry = Entry({ id: `sim-${one.name}`, "aria-describedby": `sim-${one.name}-help` }, (text) =>
    onSet({ [one.name]: text }, true),
  );
  const marker = h("span", {
    class: "sim-document",
    style: `--at:${(one.default - one.low) / (one.high - one.low)}`,
    title: `${one.kind === "unset" ? one.kindLabel : texts.document} ${inUnit(one.default, one.unit)}${one.unit.sign}`,
  });
  const end = (text) => h("small", { "aria-hidden": "true" }, inUnit(text, one.unit));
  const track = h("div", { class: "sim-track" }, slider, marker);
  const frame = controlFrame(
    one,
    page,
    () => onSet({ [one.name]: one.default }, false),
    h("span", { class: "sim-entry" }, entry.input, h("span", { class: "sim-sign" }, one.unit.sign)),
    h("div", { class: "sim-number" }, end(one.low), track, end(one.high)),
  );
  return {
    ...frame,
    show(value, moved) {
      frame.reset.hidden = Number(value) === Number(one.default);
      frame.element.classList.toggle("sim-changed", !frame.reset.hidden);
      if (moved) return;
      slider.value = value;
      const places = Math.max(
        one.unit.decimals,
        (value.split(".")[1] || "").replace(/0+$/, "").length - Math.log10(one.unit.factor),
      );
      entry.show(inUnit(value, one.unit, places));
    },
  };
}

function choiceControl(one, page, onSet) {
  const { texts } = page;
  const select = h(
    "select",
    {
      id: `sim-${one.name}`,
      "aria-describedby": `sim-${one.name}-help`,
      onchange: () => onSet({ [one.name]: select.value }, false),
    },
    one.options.map((option) =>
      h("option", { value: option.value }, option.label + (option.value === one.default ? texts.chosenReading : "")),
    ),
  );
  const frame = controlFrame(one, page, () => onSet({ [one.name]: one.default }, false), null, select);
  return {
    ...frame,
    show(value, moved) {
      frame.reset.hidden = value === one.default;
      frame.element.classList.toggle("sim-changed", !frame.reset.hidden);
      if (!moved) select.value = value;
    },
  };
}

// A day that may be left blank.
function dayControl(one, page, onSet) {
  const input = h("input", {
    type: "date",
    id: `sim-${one.name}`,
    "aria-describedby": `sim-${one.name}-help`,
    onchange: () => onSet({ [one.name]: input.value }, false),
  });
  const frame = controlFrame(one, page, () => onSet({ [one.name]: one.default }, false), null, input);
  return {
    ...frame,
    show(value, moved) {
      frame.reset.hidden = value === one.default;
      frame.element.classList.toggle("sim-changed", !frame.reset.hidden);
      if (!moved) input.value = value;
    },
  };
}
