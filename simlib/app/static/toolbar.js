// Above the panels: the title, the data, what can be downloaded, and what went wrong.

const MOST_LINES = 200;

function Toolbar(say, texts, page) {
  const button = (name, onclick) => h("button", { type: "button", "data-do": name, onclick }, texts[name]);
  const busy = h("span", { class: "sim-busy", role: "status" }, texts.busy);
  const file = fileChooser(say.accept, page);
  const known = say.sources.some((source) => source.name === say.source);
  const options = known ? say.sources : [...say.sources, { name: say.source, label: say.source }];
  const source = h(
    "select",
    { id: "sim-source", onchange: () => page.use(source.value) },
    options.map((one) => h("option", { value: one.name, selected: one.name === say.source }, one.label)),
  );
  const other = say.language === "zh" ? "en" : "zh";
  const tools = [
    h("label", { for: "sim-source" }, texts.data),
    source,
    file,
    say.presets ? button("present", () => page.present(true)) : null,
    button("share", (event) => page.share(event.target)),
    button("language", () => page.speak(other)),
    page.home ? h("a", { href: page.home + (other === "en" ? "" : "?lang=en"), "data-do": "home" }, texts.home) : null,
    Menu(
      texts.moreActs,
      [
        button("upload", () => file.click()),
        button("print", () => page.print()),
        ...say.saves.map((name) => button(name, () => page.save(name.slice(4).toLowerCase()))),
      ],
      page,
    ),
  ];
  const about = h("p", { class: "sim-intro", title: say.intro }, say.intro);
  const element = h(
    "header",
    { class: "sim-top" },
    h("h1", {}, say.title),
    h("div", { class: "sim-about" }, about, busy),
    h("div", { class: "sim-tools" }, tools),
  );
  // After a refusal the data stand as the kernel has them.
  const restore = () => {
    source.value = say.source;
  };
  return { element, busy, restore };
}

// What is done seldom, behind one button; it closes when something was done, elsewhere as well.
function Menu(label, buttons, page) {
  const element = h("details", { class: "sim-menu" }, h("summary", {}, label), h("div", {}, buttons));
  const close = () => {
    element.open = false;
  };
  for (const button of buttons) button.addEventListener("click", close);
  const options = { signal: page.signal };
  addEventListener("pointerdown", (event) => element.contains(event.target) || close(), options);
  addEventListener("keydown", (event) => event.key === "Escape" && close(), options);
  return element;
}

function fileChooser(accept, page) {
  const chosen = () => {
    page.upload(file.files[0]);
    file.value = "";
  };
  const file = h("input", { type: "file", accept, hidden: true, onchange: chosen });
  return file;
}

// Lines below the toolbar, until they are closed.
function Notices(texts) {
  const element = h("div", { class: "sim-notices" });
  const clear = () => element.replaceChildren();
  const show = (lines, tone) => {
    clear();
    if (!lines.length) return;
    const shown = lines.slice(0, MOST_LINES).map((line) => h("li", {}, line));
    if (lines.length > MOST_LINES) {
      shown.push(h("li", {}, texts.more.replace("{count}", lines.length - MOST_LINES)));
    }
    const title = tone === "problem" ? h("p", {}, texts.problems.replace("{count}", lines.length)) : null;
    const close = h("button", { type: "button", "aria-label": texts.close, onclick: clear }, "×");
    element.append(h("div", { class: `sim-notice sim-${tone}`, role: "alert" }, title, h("ul", {}, shown), close));
  };
  return { element, show };
}

// What of the data may be a slip: folded, each with why and what to do. It comes when the page rests.
function Doubts(texts) {
  const count = h("summary"),
    list = h("ul"),
    element = h("details", { class: "sim-doubts", hidden: true }, count, list);
  const show = (doubts) => {
    const shown = JSON.stringify(doubts);
    if (element.dataset.shown === shown) return;
    element.dataset.shown = shown;
    element.hidden = !doubts.length;
    count.textContent = texts.doubts.replace("{count}", doubts.length);
    list.replaceChildren(
      ...doubts.map(({ name, said, notes }) =>
        h("li", { "data-doubt": name }, h("p", {}, said), h("ul", {}, ...notes.map((note) => h("li", {}, note)))),
      ),
    );
  };
  return { element, show };
}

// How the data were read, folded: what was assumed for each table, and what lies beside it unread.
function Readings(lines, texts) {
  if (!lines?.length) return "";
  const title = texts.assumed.replace("{count}", lines.length);
  const shown = lines.slice(0, MOST_LINES).map((line) => h("li", {}, line));
  return h("details", { class: "sim-read" }, h("summary", {}, title), h("ul", {}, shown));
}
