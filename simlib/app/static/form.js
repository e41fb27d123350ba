// The form, drawn from the declarations alone: what is discussed first stands open, the rest folds by topic.

function Form(spec, texts, page, elsewhere = []) {
  const onSet = (values, shown, step) => page.set(values, shown, step);
  const controls = spec.map((one) =>
    (one.options ? choiceControl : one.dated ? dayControl : numberControl)(one, page, onSet),
  );
  const at = (wanted) => spec.map((_, i) => i).filter((i) => wanted(spec[i]));
  const topics = [...new Set(spec.filter((one) => one.topic && !one.inert).map((one) => one.topic))];
  const folds = topics.map((topic) =>
    Topic(
      topic,
      spec,
      controls,
      at((one) => one.topic === topic && !one.inert),
      page,
      texts.fold,
    ),
  );
  const inert = at((one) => one.topic && one.inert);
  if (inert.length) folds.push(Topic("", spec, controls, inert, page, texts.inert));
  const open = at((one) => !one.topic);
  const all = h(
    "button",
    { type: "button", class: "sim-reset-all", title: texts.resetAll, onclick: () => page.reset() },
    texts.resetAllShort,
  );
  const folded = folds.length > 0;
  const finder = folded ? new Finder({ spec, controls, folds, elsewhere, all, page }) : null;
  const element = h(
    "form",
    { class: "sim-form", onsubmit: (event) => event.preventDefault() },
    finder?.element,
    open.length
      ? h(
          "div",
          { class: "sim-group" },
          open.map((i) => controls[i].element),
        )
      : null,
    folds.map((one) => one.element),
    folded ? null : all,
  );
  return {
    element,
    // Values as the kernel holds them. Left alone: a field somebody types in, and a control that was `moved` since.
    show(values, moved, changed) {
      controls.forEach((control, i) => control.show(values[spec[i].name], moved(spec[i].name)));
      all.disabled = !changed;
      for (const one of folds) one.show();
      finder?.show();
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

// The controls of a topic behind its name, which says how many they are and how many of them were changed: the numbers
// first, then what the documents leave open.
function Topic(topic, spec, controls, at, page, heading) {
  const { texts } = page;
  const title = h("summary", {});
  const readings = at.filter((i) => spec[i].kind === "reading");
  const numbers = at.filter((i) => spec[i].kind !== "reading");
  const apart = numbers.length && readings.length ? h("p", { class: "sim-apart" }, texts.readings) : null;
  const list = [...numbers.map((i) => controls[i].element), apart, ...readings.map((i) => controls[i].element)];
  const element = Fold(page, `topic:${topic}`, title, { class: "sim-fold" }, list);
  return {
    element,
    at,
    apart,
    show() {
      const changed = at.filter((i) => !controls[i].reset.hidden).length;
      const told = changed ? texts.foldChanged.replace("{changed}", changed) : "";
      write(title, heading.replace("{topic}", topic).replace("{count}", at.length) + told);
    },
    problem(paths) {
      if (at.some((i) => paths.includes(spec[i].path))) element.open = true;
    },
  };
}
