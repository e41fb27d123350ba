// Search among a page's parameters, by name, clause or article, and the view of those that were changed.

const MOST_ELSEWHERE = 6;
const ARTICLE = /^第?(\d+)条?$/;

// Whether every word is in what a parameter is found by; a number is that of an article, not a piece of a year.
function finds({ find, articles }, words) {
  return words.every((word) => {
    const number = ARTICLE.exec(word)?.[1];
    return (number && articles.includes(number)) || (number !== word && find.includes(word));
  });
}

class Finder {
  // `folds` are opened where they hold what is found; `elsewhere` are parameters that a panel edits; `all` is the
  // button that resets everything.
  constructor({ spec, controls, folds, elsewhere, all, page }) {
    Object.assign(this, { spec, controls, folds, elsewhere, page });
    this.viewed = null; // those of the view of changed ones: one that is set back there stays until the view is left
    this.opened = []; // the folds as they stood before somebody searched
    page.searching = false;
    const { texts } = page;
    const named = { placeholder: texts.find, "aria-label": texts.find };
    const press = (event) => event.key === "Enter" && this.first()?.focus();
    this.search = h("input", {
      type: "search",
      class: "sim-find",
      ...named,
      oninput: () => this.look(),
      onkeydown: press,
    });
    const onlyChanged = { type: "button", "data-do": "onlyChanged", "aria-pressed": "false" };
    this.only = h("button", { ...onlyChanged, onclick: () => this.turn() });
    this.status = h("p", { class: "sim-note", role: "status", hidden: true });
    this.links = h("ul", { class: "sim-elsewhere" });
    this.element = h("div", { class: "sim-finder" }, this.search, this.only, all, this.status, this.links);
  }

  get changed() {
    return this.spec.filter((_, i) => !this.controls[i].reset.hidden).map((one) => one.name);
  }

  changedElsewhere({ name, default: was }) {
    const { values } = this.page;
    return name in values && values[name] !== was && Number(values[name]) !== Number(was);
  }

  field(name) {
    return this.page.root.querySelector(`main [data-parameter="${CSS.escape(name)}"]`);
  }

  first() {
    const shown = this.controls.find(({ element }) => element.checkVisibility());
    return shown?.element.querySelector("input[type=text], input[type=date], select");
  }

  look() {
    const { spec, controls, viewed, page } = this;
    const words = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const filters = words.length > 0 || viewed !== null;
    const wanted = (one) => finds(one, words) && (viewed === null || viewed.has(one.name));
    controls.forEach((control, i) => {
      control.element.hidden = !wanted(spec[i]);
    });
    this.unfold(filters, wanted);
    const others = filters ? this.elsewhere.filter((one) => this.offers(one, words)) : [];
    this.links.replaceChildren(...others.slice(0, MOST_ELSEWHERE).map((one) => this.link(one)));
    const count = spec.filter(wanted).length + others.length;
    this.status.hidden = !filters;
    write(this.status, (count ? page.texts.foundSome : page.texts.foundNone).replace("{count}", count));
  }

  unfold(filters, wanted) {
    const { folds, page } = this;
    if (filters && !page.searching) this.opened = folds.map((one) => one.element.open);
    folds.forEach((one, number) => {
      const any = one.at.some((i) => wanted(this.spec[i]));
      one.element.hidden = !any;
      if (one.apart) one.apart.hidden = filters;
      if (filters) one.element.open = any;
      else if (page.searching) one.element.open = this.opened[number];
    });
    page.searching = filters;
  }

  offers(one, words) {
    return finds(one, words) && (this.viewed === null || this.changedElsewhere(one)) && this.field(one.name);
  }

  link({ name, label }) {
    const go = () => {
      this.field(name).scrollIntoView({ block: "center" });
      this.field(name).focus({ preventScroll: true });
    };
    return h("li", {}, h("button", { type: "button", onclick: go }, label));
  }

  turn() {
    this.viewed = this.viewed ? null : new Set(this.changed);
    this.only.setAttribute("aria-pressed", String(this.viewed !== null));
    this.look();
  }

  show() {
    const { changed, viewed, only } = this;
    const count = changed.length + this.elsewhere.filter((one) => this.changedElsewhere(one)).length;
    write(only, this.page.texts.onlyChanged.replace("{count}", count));
    only.disabled = !count && viewed === null;
    if (!viewed || changed.every((name) => viewed.has(name))) return;
    for (const name of changed) viewed.add(name);
    this.look();
  }
}
