// An exercise: the question, a field or options, and what the kernel says to an answer. It knows no answer itself.

const SILENT = 10000;   // ms without an answer before the page says so
const MARKS = { right: "✓", wrong: "✗", unread: "!" };
let fields = 0;         // exercises drawn so far, for names that differ

function render({ model, el }) {
  // JupyterLab would take keys pressed on a radio button for its own shortcuts.
  const root = h("section", { class: "sim sim-bare sim-exercise", onkeydown: (event) => event.stopPropagation() });
  el.append(root);
  const name = `sim-exercise-${(fields += 1)}`;
  let parts, lost;

  const send = (content) => {
    clearTimeout(lost);
    lost = setTimeout(() => { window.simlib?.lost?.("silent"); if (parts) parts.button.disabled = false; }, SILENT);
    model.send(content);
  };

  function field(say) {
    const options = Object.entries(say.options);
    if (say.start) {
      const area = h("textarea", { id: name, rows: say.start.split("\n").length + 2, spellcheck: "false", autocapitalize: "off", autocomplete: "off" }, say.start);
      return { element: h("div", { class: "sim-answer sim-written" }, h("label", { for: name }, say.texts.answer), area), value: () => area.value };
    }
    if (!options.length) {
      const input = h("input", { type: "text", id: name, autocomplete: "off", placeholder: say.example });
      return { element: h("div", { class: "sim-answer" }, h("label", { for: name }, say.texts.answer), input), value: () => input.value };
    }
    const choices = options.map(([key, label]) => h("label", {}, h("input", { type: "radio", name, value: key }), h("span", {}, label)));
    const element = h("div", { class: "sim-options", role: "radiogroup", "aria-labelledby": `${name}-question` }, choices);
    return { element, value: () => element.querySelector("input:checked")?.value || "" };
  }

  function draw(say) {
    const answer = field(say);
    parts = {
      button: h("button", { type: "submit", class: "sim-check" }, say.texts.check),
      hintButton: h("button", { type: "button", "aria-expanded": "false", hidden: true, onclick: () => toggle(parts.hint.hidden) }, say.texts.hint),
      hint: h("p", { class: "sim-hint", hidden: true }),
      feedback: h("div", { class: "sim-feedback", "aria-live": "polite" }),
      tries: h("span"), progress: h("span"), bar: h("progress", { max: say.count, "aria-hidden": "true" }),
    };
    const check = (event) => { event.preventDefault(); parts.button.disabled = true; send({ act: "check", answer: answer.value() }); };
    root.lang = say.language === "zh" ? "zh-CN" : "en";
    root.dataset.exercise = say.id;
    root.replaceChildren(...[
      h("h3", {}, say.title), h("p", { class: "sim-question", id: `${name}-question` }, say.question),
      h("form", { onsubmit: check }, answer.element, h("div", { class: "sim-buttons" }, parts.button, parts.hintButton)),
      parts.feedback, parts.hint,
      say.solution ? h("details", { class: "sim-solution" }, h("summary", {}, say.texts.solution), h("ol", {}, say.solution.map((step) => h("li", {}, step)))) : null,
      h("footer", { class: "sim-note" }, parts.tries, h("span", { class: "sim-progress" }, parts.bar, parts.progress)),
    ].filter(Boolean));
  }

  function toggle(open) {
    parts.hint.hidden = !open;
    parts.hintButton.setAttribute("aria-expanded", String(open));
  }

  function mark({ feedback, tries, hint, solved }) {
    parts.button.disabled = false;
    root.classList.toggle("sim-solved", solved);
    parts.tries.textContent = tries;
    parts.hintButton.hidden = !hint;
    parts.hint.textContent = hint || "";
    if (!hint) toggle(false);
    parts.feedback.className = `sim-feedback${feedback ? ` sim-${feedback.tone}` : ""}`;
    parts.feedback.replaceChildren(...(feedback
      ? [h("span", { class: "sim-mark", "aria-hidden": "true" }, MARKS[feedback.tone]), h("p", {}, h("b", {}, feedback.verdict), " ", feedback.text)] : []));
  }

  const progress = (say) => { parts.progress.textContent = say.progress; parts.bar.value = say.done; };
  const says = {
    exercise(say) { draw(say); mark(say); progress(say); },
    marked: mark,
    progress,
    error(say) { parts.button.disabled = false; parts.feedback.className = "sim-feedback sim-unread"; parts.feedback.replaceChildren(h("p", {}, say.text)); },
  };
  const listen = (say) => {
    clearTimeout(lost);
    if (parts || say.say === "exercise") says[say.say]?.(say);
    root.dataset.painted = Number(root.dataset.painted || 0) + 1;
    window.simlib?.alive?.();
  };
  model.on("msg:custom", listen);
  send({ act: "open", query: location.search });
  return () => { clearTimeout(lost); model.off("msg:custom", listen); };
}

export default { render };
