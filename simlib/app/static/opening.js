// The head of a lesson: time, contents, language, whose exercises these are, and what is done with the answers.

const SURE = 4000; // ms in which a second press clears

// The headings of the page's prose, in the language that is shown.
function headings() {
  const chosen = language() === "zh" ? "zh-CN" : "en";
  const found = document.querySelectorAll(`.sim-prose[lang="${chosen}"] :is(h2)`);
  return [...found].filter((one) => !one.closest(".report"));
}

function contents(texts) {
  const items = headings().map((heading) => {
    const text = heading.textContent.replace(/[¶\s]+$/u, "");
    heading.id ||= text.replaceAll(/\s+/gu, "-");
    heading.tabIndex = -1;
    const onclick = (event) => {
      event.preventDefault();
      heading.scrollIntoView({ block: "start" });
      heading.focus({ preventScroll: true });
    };
    return h("li", {}, h("a", { href: `#${encodeURIComponent(heading.id)}`, onclick }, text));
  });
  const named = { class: "sim-contents", "aria-label": texts.contents };
  return h("nav", named, h("b", {}, texts.contents), h("ol", {}, items));
}

// Prose whose table is wider than the window scrolls, and can be scrolled by keyboard; other prose is no stop.
function reachable(signal) {
  const look = () => {
    for (const prose of document.querySelectorAll(".sim-prose")) {
      const scrolls = getComputedStyle(prose).overflowX !== "visible" && prose.scrollWidth > prose.clientWidth + 1;
      if (scrolls) prose.tabIndex = 0;
      else prose.removeAttribute("tabindex");
    }
  };
  const resized = new ResizeObserver(look);
  resized.observe(document.body);
  signal.addEventListener("abort", () => resized.disconnect());
}

class Opening extends Part {
  say_opening(say) {
    this.texts = say.texts;
    if (window.simlib) document.title = say.title;
    const other = say.language === "zh" ? "en" : "zh";
    const press = { type: "button", "data-do": "language", onclick: () => speak(other) };
    const home = window.simlib ? h("a", { href: `../home.ipynb${location.search}` }, say.home) : null;
    this.progress = h("span", {}, say.progress);
    this.told = h("p", { class: "sim-told", role: "status" });
    this.root.replaceChildren(
      h("header", {}, h("b", { class: "sim-time" }, say.time), this.progress, home, h("button", press, say.switch)),
      contents(say.texts),
      this.who(say),
      h("div", { class: "sim-handed" }, this.exporter(), this.clearer(), this.trainer(say)),
      this.told,
    );
  }

  say_progress(say) {
    if (this.progress) this.progress.textContent = say.progress;
  }

  say_file(say, buffers) {
    saveAs(say.name, say.mime, buffers[0]);
  }

  say_key(say) {
    this.told.textContent = say.text;
  }

  say_error(say) {
    if (this.told) this.told.textContent = say.text;
  }

  who(say) {
    const id = "sim-trainee";
    const input = h("input", { type: "text", id, maxlength: say.longest, autocomplete: "off", value: say.trainee });
    const onsubmit = (event) => {
      event.preventDefault();
      store("trainee", input.value.trim());
      this.send({ act: "trainee", name: trainee() });
    };
    const label = h("label", { for: id }, say.texts.name);
    const button = h("button", { type: "submit" }, say.texts.take);
    return h("form", { class: "sim-who", onsubmit }, label, input, button, h("p", { class: "sim-note" }, say.taken));
  }

  exporter() {
    const onclick = () => this.send({ act: "export", kept: keptOf(this.lesson) });
    return h("button", { type: "button", "data-do": "export", onclick }, this.texts.export);
  }

  // The first press asks, the second clears.
  clearer() {
    const { clear, sure } = this.texts;
    let asked = null;
    const onclick = () => {
      if (asked) {
        clearTimeout(asked);
        forgetAll(this.lesson);
        this.send({ act: "clear" });
        return;
      }
      button.textContent = sure;
      asked = setTimeout(() => {
        asked = null;
        button.textContent = clear;
      }, SURE);
    };
    const button = h("button", { type: "button", "data-do": "clear", onclick }, clear);
    return button;
  }

  trainer({ texts, unlocked }) {
    if (unlocked) return null;
    const id = "sim-key";
    const input = h("input", { type: "password", id, autocomplete: "off" });
    const onsubmit = (event) => {
      event.preventDefault();
      this.send({ act: "key", key: input.value });
      input.value = "";
    };
    const label = h("label", { for: id }, texts.key);
    const form = h("form", { onsubmit }, label, input, h("button", { type: "submit" }, texts.open));
    return h("details", { class: "sim-trainer" }, h("summary", {}, texts.trainer), form);
  }
}

function render({ model, el }) {
  const root = h("section", { class: "sim sim-bare sim-opening", onkeydown: (event) => event.stopPropagation() });
  el.append(root);
  const opening = new Opening(model, root);
  // The prose is there when all cells are.
  const start = () => {
    opening.open();
    reachable(opening.abort.signal);
  };
  if (document.readyState === "complete") start();
  else window.addEventListener("load", start, { once: true });
  return () => opening.close();
}

export default { render };
