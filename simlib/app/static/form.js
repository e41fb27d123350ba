// The form, drawn from the declarations alone: slider with typed entry, or a choice; the clause beside it.

function Form(spec, texts, page) {
  const onSet = (values, shown) => page.set(values, shown);
  const controls = spec.map((one) =>
    (one.options ? choiceControl : one.dated ? dayControl : numberControl)(one, texts, onSet),
  );
  const folds = [];
  const fold = (topic, at) => {
    const one = Fold(topic, spec, controls, at, texts);
    folds.push(one);
    return one.element;
  };
  const group = (title, kinds) => {
    const mine = spec.map((_, i) => i).filter((i) => kinds.includes(spec[i].kind));
    if (!mine.length) return null;
    const topics = new Set(mine.map((i) => spec[i].topic).filter(Boolean));
    return h(
      "fieldset",
      {},
      h("legend", {}, title),
      mine.filter((i) => !spec[i].topic).map((i) => controls[i].element),
      [...topics].map((topic) =>
        fold(
          topic,
          mine.filter((i) => spec[i].topic === topic),
        ),
      ),
    );
  };
  const element = h(
    "form",
    { class: "sim-form", onsubmit: (event) => event.preventDefault() },
    group(texts.settings, ["setting"]),
    group(texts.parameters, ["lever", "unset"]),
    group(texts.readings, ["reading"]),
    h("button", { type: "button", class: "sim-reset-all", onclick: () => page.reset() }, texts.resetAll),
  );
  return {
    element,
    // Values as the kernel holds them. Left alone: a field somebody types in, and a control that was `moved` since.
    show(values, moved, changed) {
      controls.forEach((control, i) => control.show(values[spec[i].name], moved(spec[i].name)));
      element.querySelector(".sim-reset-all").disabled = !changed;
      for (const one of folds) one.show();
    },
    problem(paths, line) {
      controls.forEach((control, i) => paths.includes(spec[i].path) && control.problem(line));
      for (const one of folds) if (line) one.problem(paths);
    },
    sound() {
      controls.forEach((control) => control.problem(""));
    },
  };
}

// The controls of a topic behind its name, which says how many they are and how many of them were changed.
function Fold(topic, spec, controls, at, texts) {
  const title = h("summary", {});
  const element = h(
    "details",
    { class: "sim-fold" },
    title,
    at.map((i) => controls[i].element),
  );
  return {
    element,
    show() {
      const changed = at.filter((i) => !controls[i].reset.hidden).length;
      const told = changed ? texts.foldChanged.replace("{changed}", changed) : "";
      write(title, texts.fold.replace("{topic}", topic).replace("{count}", at.length) + told);
    },
    problem(paths) {
      if (at.some((i) => paths.includes(spec[i].path))) element.open = true;
    },
  };
}

function controlFrame(one, texts, onReset, ...inputs) {
  const reset = h(
    "button",
    {
      type: "button",
      class: "sim-reset",
      title: texts.reset,
      "aria-label": `${one.label}: ${texts.reset}`,
      onclick: onReset,
    },
    "↺",
  );
  const error = h("p", { class: "sim-error", role: "alert" });
  const badge = one.kind === "unset" ? h("small", { class: "sim-badge" }, one.kindLabel) : null;
  const head = h(
    "div",
    { class: "sim-control-head" },
    h("label", { for: `sim-${one.name}`, id: `sim-${one.name}-label` }, one.label),
    badge,
    reset,
  );
  const inert = one.inert ? h("p", { class: "sim-inert" }, one.inert) : null;
  if (inert)
    inputs.forEach((input) =>
      [input, ...input.querySelectorAll("input")].forEach((field) => {
        field.disabled = true;
      }),
    );
  const clause = h("p", { class: "sim-clause", id: `sim-${one.name}-help` }, one.help, " ", h("cite", {}, one.clause));
  const element = h("div", { class: "sim-control", "data-parameter": one.name }, head, inputs, inert, error, clause);
  return {
    element,
    reset,
    problem(line) {
      error.textContent = line;
      element.classList.toggle("sim-wrong", Boolean(line));
    },
  };
}

function numberControl(one, texts, onSet) {
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
      onSet({ [one.name]: slider.value }, false);
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
  const ends = h(
    "div",
    { class: "sim-ends", "aria-hidden": "true" },
    h("span", {}, inUnit(one.low, one.unit)),
    h("span", {}, inUnit(one.high, one.unit)),
  );
  const frame = controlFrame(
    one,
    texts,
    () => onSet({ [one.name]: one.default }, false),
    h(
      "div",
      { class: "sim-number" },
      h("div", { class: "sim-track" }, slider, marker, ends),
      entry.input,
      h("span", { class: "sim-sign" }, one.unit.sign),
    ),
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

function choiceControl(one, texts, onSet) {
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
  const frame = controlFrame(one, texts, () => onSet({ [one.name]: one.default }, false), select);
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
function dayControl(one, texts, onSet) {
  const input = h("input", {
    type: "date",
    id: `sim-${one.name}`,
    "aria-describedby": `sim-${one.name}-help`,
    onchange: () => onSet({ [one.name]: input.value }, false),
  });
  const frame = controlFrame(one, texts, () => onSet({ [one.name]: one.default }, false), input);
  return {
    ...frame,
    show(value, moved) {
      frame.reset.hidden = value === one.default;
      frame.element.classList.toggle("sim-changed", !frame.reset.hidden);
      if (!moved) input.value = value;
    },
  };
}
