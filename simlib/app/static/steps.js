// The worked steps of a lesson's case: folded, and in the kernel until the trainee has tried.

class Steps extends Part {
  say_steps(say) {
    const { root } = this;
    const was = root.querySelector("details")?.open;
    if (say.kept.number) this.keep(say.kept);
    root.dataset.open = String(Boolean(say.steps));
    if (say.steps) {
      const body = h("div", { class: "sim-worked" });
      body.innerHTML = say.steps; // made by our own kernel from the rule's texts
      const said = say.said ? h("p", { class: "sim-said-of" }, say.said) : null;
      root.replaceChildren(h("details", { open: was ?? false }, h("summary", {}, say.texts.title), said, body));
      if (this.asked) root.querySelector("details").open = true;
      this.asked = false;
      return;
    }
    root.replaceChildren(h("h3", {}, say.texts.title), say.first ? h("p", {}, say.first) : this.question(say));
  }

  question({ texts, kept }) {
    const id = "sim-own-number";
    const input = h("input", { type: "text", id, autocomplete: "off", value: kept.number });
    const onsubmit = (event) => {
      event.preventDefault();
      this.asked = true;
      this.send({ act: "number", number: input.value });
    };
    const label = h("label", { for: id }, texts.ask);
    const button = h("button", { type: "submit" }, texts.open);
    return h("form", { onsubmit }, h("div", { class: "sim-answer" }, label, input, button));
  }

  // A try elsewhere in the lesson may open them.
  say_progress() {
    this.open();
  }
}

function render({ model, el }) {
  const root = h("section", { class: "sim sim-bare sim-steps-box", onkeydown: (event) => event.stopPropagation() });
  el.append(root);
  const steps = new Steps(model, root);
  steps.open();
  return () => steps.close();
}

export default { render };
