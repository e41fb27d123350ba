// The front door: cards, as the kernel lists them.

function render({ model, el }) {
  const root = h("div", { class: "sim sim-home" });
  el.append(root);
  const open = (query) => model.send({ act: "open", query });
  model.on("msg:custom", (say) => {
    if (say.say === "error") { root.textContent = say.text; return; }
    const query = say.language === "zh" ? "" : `?lang=${say.language}`;
    root.lang = say.language === "zh" ? "zh-CN" : "en";
    if (window.simlib) {
      document.title = say.title;
      document.documentElement.lang = root.lang;
      history.replaceState(null, "", location.pathname + query);
    }
    const shelves = [...new Set(say.cards.map((card) => card.shelf))];
    root.replaceChildren(
      h("header", { class: "sim-top" }, h("div", {}, h("h1", {}, say.title), h("p", {}, say.intro)),
        h("div", { class: "sim-tools" }, h("button", { type: "button", "data-do": "language", onclick: () => open(say.language === "zh" ? "lang=en" : "lang=zh") }, say.switch))),
      ...shelves.map((shelf) => h("section", {}, h("h2", {}, shelf), h("div", { class: "sim-shelf" },
        say.cards.filter((card) => card.shelf === shelf).map((card) =>
          h("a", { class: "sim-panel sim-card", href: card.to + query }, h("h3", {}, card.title), h("p", {}, card.intro),
            h("p", { class: "sim-clause" }, card.documents.join(" · ")), h("span", { class: "sim-go" }, `${say.open} →`)))))),
      h("footer", { class: "sim-clause" }, say.version));
    root.dataset.painted = 1;
    window.simlib?.alive?.();
  });
  open(location.search);
}

export default { render };
