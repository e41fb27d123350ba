// An exercise: the question, a field or options, and what the kernel says to an answer. It knows no answer itself.

const SILENT = 10000; // ms without an answer before the page says so
const OPENING = 60000; // and while a whole lesson opens, with numbers to be drawn for its trainee
const MARKS = { right: "✓", wrong: "✗", unread: "!" };

function entry(element, input) {
  const show = (text) => {
    if (text) input.value = text;
  };
  return { element, value: () => input.value, show };
}

// Where the answer is written or chosen, and how it is read.
function answerField(say, name) {
  const label = () => h("label", { for: name }, say.texts.answer);
  const plain = { id: name, autocomplete: "off" };
  if (say.start) {
    const written = { rows: say.start.split("\n").length + 2, spellcheck: "false", autocapitalize: "off" };
    const area = h("textarea", { ...plain, ...written }, say.start);
    return entry(h("div", { class: "sim-answer sim-written" }, label(), area), area);
  }
  const options = Object.entries(say.options);
  if (!options.length) {
    const input = h("input", { type: "text", ...plain, placeholder: say.example });
    return entry(h("div", { class: "sim-answer" }, label(), input), input);
  }
  const choices = options.map(([key, text]) =>
    h("label", {}, h("input", { type: "radio", name, value: key }), h("span", {}, text)),
  );
  const place = { class: "sim-options", role: "radiogroup", "aria-labelledby": `${name}-question` };
  const element = h("div", place, choices);
  return {
    element,
    value: () => element.querySelector("input:checked")?.value || "",
    show: (text) => {
      for (const one of element.querySelectorAll("input")) one.checked = one.value === text;
    },
  };
}

function solution(say) {
  const steps = say.solution.map((step) => h("li", {}, step));
  return h("details", { class: "sim-solution" }, h("summary", {}, say.texts.solution), h("ol", {}, steps));
}

class Exercise extends Part {
  constructor(model, root) {
    super(model, root);
    Object.assign(this, { parts: null, lost: null, field: `sim-${model.get("part").name}` });
  }

  send(content) {
    clearTimeout(this.lost);
    this.lost = setTimeout(
      () => {
        window.simlib?.lost?.("silent");
        if (this.parts) this.parts.button.disabled = false;
      },
      content.act === "open" ? OPENING : SILENT,
    );
    super.send(content);
  }

  listen(say) {
    clearTimeout(this.lost);
    if (this.parts || ["exercise", "again"].includes(say.say)) super.listen(say);
  }

  // What was typed and not sent yet is kept as well.
  say_exercise(say) {
    this.draw(say);
    this.say_marked(say);
    this.say_progress(say);
    const { draft } = keptOf(this.lesson)[this.name] || {};
    this.parts.answer.show(draft || say.kept.answer);
  }

  say_marked({ feedback, tries, hint, solved, kept }) {
    const { parts } = this;
    if (kept.answer) this.keep(kept);
    parts.button.disabled = false;
    this.root.classList.toggle("sim-solved", solved);
    parts.tries.textContent = tries;
    parts.hintButton.hidden = !hint;
    parts.hint.textContent = hint || "";
    if (!hint) this.toggle(false);
    parts.feedback.className = `sim-feedback${feedback ? ` sim-${feedback.tone}` : ""}`;
    parts.feedback.replaceChildren();
    if (!feedback) return;
    const sign = h("span", { class: "sim-mark", "aria-hidden": "true" }, MARKS[feedback.tone]);
    parts.feedback.append(sign, h("p", {}, h("b", {}, feedback.verdict), " ", feedback.text));
  }

  say_progress(say) {
    this.parts.progress.textContent = say.progress;
    this.parts.bar.value = say.done;
  }

  say_error(say) {
    this.parts.button.disabled = false;
    this.parts.feedback.className = "sim-feedback sim-unread";
    this.parts.feedback.replaceChildren(h("p", {}, say.text));
  }

  toggle(open) {
    this.parts.hint.hidden = !open;
    this.parts.hintButton.setAttribute("aria-expanded", String(open));
  }

  draw(say) {
    const { root, field } = this;
    const answer = answerField(say, field);
    const unfold = () => this.toggle(this.parts.hint.hidden);
    const folded = { type: "button", "aria-expanded": "false", hidden: true, onclick: unfold };
    this.parts = {
      answer,
      button: h("button", { type: "submit", class: "sim-check" }, say.texts.check),
      hintButton: h("button", folded, say.texts.hint),
      hint: h("p", { class: "sim-hint", hidden: true }),
      feedback: h("div", { class: "sim-feedback", "aria-live": "polite" }),
      tries: h("span"),
      progress: h("span"),
      bar: h("progress", { max: say.count, "aria-hidden": "true" }),
    };
    const { button, hintButton, hint, feedback, tries, progress, bar } = this.parts;
    const onsubmit = (event) => {
      event.preventDefault();
      button.disabled = true;
      this.send({ act: "check", answer: answer.value() });
    };
    root.dataset.exercise = say.id;
    answer.element.addEventListener("input", () => this.keep({ draft: answer.value() }));
    root.replaceChildren(
      h("h3", {}, say.title),
      h("p", { class: "sim-task", id: `${field}-question` }, say.question),
      h("form", { onsubmit }, answer.element, h("div", { class: "sim-buttons" }, button, hintButton)),
      feedback,
      hint,
      ...(say.solution ? [solution(say)] : []),
      h("footer", { class: "sim-note" }, tries, h("span", { class: "sim-progress" }, bar, progress)),
    );
  }
}

function render({ model, el }) {
  // JupyterLab would take keys pressed on a radio button for its own shortcuts.
  const root = h("section", { class: "sim sim-bare sim-exercise", onkeydown: (event) => event.stopPropagation() });
  el.append(root);
  const exercise = new Exercise(model, root);
  exercise.open();
  return () => {
    clearTimeout(exercise.lost);
    exercise.close();
  };
}

export default { render };
