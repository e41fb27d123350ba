// A lesson's figure asks what one expects before it shows what a move does.

class Guess {
  constructor(page) {
    this.page = page;
    this.element = h("section", { class: "sim-guess", role: "group", "aria-live": "polite", hidden: true });
  }

  // The place of the question survives a page that is drawn anew.
  place() {
    const { root } = this.page;
    if (!root.contains(this.element)) root.querySelector(".sim-main")?.prepend(this.element);
  }

  show({ asked, names, texts, told }) {
    this.place();
    this.element.hidden = !asked && !told;
    if (!asked) {
      this.question = null;
      this.element.replaceChildren(h("p", { class: "sim-guess-told" }, told || ""));
      return;
    }
    if (this.question) {
      this.question.textContent = asked; // the hand is still on the slider: what is ticked stays
      return;
    }
    this.question = h("p", { id: "sim-guess" }, asked);
    const box = (value, text) => h("label", {}, h("input", { type: "checkbox", value }), h("span", {}, text));
    const boxes = [...names.map((name) => box(name, name)), box("", texts.nobody)];
    const ticked = () => boxes.map((one) => one.querySelector("input")).filter((input) => input.checked);
    const show = h("button", { type: "button", class: "sim-check", disabled: true }, texts.show);
    show.onclick = () => this.guess(ticked().flatMap((input) => input.value || []));
    const skip = h("button", { type: "button", onclick: () => this.guess(null) }, texts.skip);
    const group = { class: "sim-options", role: "group", "aria-labelledby": "sim-guess" };
    const choices = h("div", group, boxes);
    choices.addEventListener("change", (event) => {
      // Nobody, or somebody: not both.
      const nobody = event.target.value === "";
      if (event.target.checked) for (const one of ticked()) if ((one.value === "") !== nobody) one.checked = false;
      show.disabled = !ticked().length;
    });
    this.element.replaceChildren(this.question, choices, h("div", { class: "sim-buttons" }, show, skip));
  }

  guess(names) {
    this.page.do({ act: "guess", names });
  }
}

Page.prototype.say_ask = function ask(say) {
  this.draw();
  this.guess ||= new Guess(this);
  this.guess.show(say);
};

Page.prototype.drawn = function drawn() {
  this.guess?.place();
};
