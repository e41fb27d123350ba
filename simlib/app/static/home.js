// The front door: cards, as the kernel lists them.

function card({ to, title, intro, documents }, query, open) {
  return h(
    "a",
    { class: "sim-panel sim-card", href: to + query },
    h("h3", {}, title),
    h("p", {}, intro),
    h("p", { class: "sim-clause" }, documents.join(" · ")),
    h("span", { class: "sim-go" }, `${open} →`),
  );
}

function page(say, query, open) {
  const other = say.language === "zh" ? "lang=en" : "lang=zh";
  const press = { type: "button", "data-do": "language", onclick: () => open(other) };
  const head = h("div", {}, h("h1", {}, say.title), h("p", {}, say.intro));
  const shelf = (name) => {
    const mine = say.cards.filter((one) => one.shelf === name);
    const cards = mine.map((one) => card(one, query, say.open));
    return h("section", {}, h("h2", {}, name), h("div", { class: "sim-shelf" }, cards));
  };
  return [
    h("header", { class: "sim-top" }, head, h("div", { class: "sim-tools" }, h("button", press, say.switch))),
    h("main", {}, ...Array.from(new Set(say.cards.map((one) => one.shelf)), shelf)),
    h("footer", { class: "sim-clause" }, say.version),
  ];
}

function render({ model, el }) {
  const root = h("div", { class: "sim sim-home" });
  el.append(root);
  const open = (query) => model.send({ act: "open", query });
  model.on("msg:custom", (say) => {
    if (say.say === "error") {
      root.textContent = say.text;
      return;
    }
    const query = say.language === "zh" ? "" : `?lang=${say.language}`;
    root.lang = say.language === "zh" ? "zh-CN" : "en";
    if (window.simlib) {
      document.title = say.title;
      document.documentElement.lang = root.lang;
      history.replaceState(null, "", location.pathname + query);
    }
    root.replaceChildren(...page(say, query, open));
    root.dataset.painted = 1;
    window.simlib?.alive?.();
  });
  open(location.search);
}

export default { render };
