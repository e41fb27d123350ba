// Moves of many values at once: the shipped scenarios of this page's rule, and steps back and forth.

function Moves(say, page) {
  const { texts } = page;
  const option = ({ name, title, question }) => h("option", { value: name, title: question }, title);
  const own = h("option", { value: "own", hidden: true }, texts.ownValues);
  const select = h(
    "select",
    { id: "sim-preset", "aria-label": texts.presets, onchange: () => page.prefer(select.value) },
    own,
    say.presets.map(option),
  );
  const step = (name, sign, keys) => {
    const named = { "aria-label": texts[name], title: `${texts[name]} (${keys})` };
    return h("button", { type: "button", "data-do": name, ...named, onclick: () => page.step(name) }, sign);
  };
  const [undo, redo] = [step("undo", "↶", "Ctrl+Z"), step("redo", "↷", "Ctrl+Y")];
  const element = h("div", { class: "sim-moves" }, select, undo, redo);
  addEventListener("keydown", (event) => keyed(event, page), { signal: page.signal });
  const show = ({ preset, undo: back, redo: forth }) => {
    select.value = preset ?? "own";
    const one = say.presets.find(({ name }) => name === preset);
    select.title = one?.question || "";
    undo.disabled = !back;
    redo.disabled = !forth;
  };
  return { element, show };
}

// Ctrl+Z is the browser's own wherever somebody types.
function keyed(event, page) {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.defaultPrevented) return;
  const typing = "input:not([type=range], [type=checkbox], [type=radio]), textarea, [contenteditable]";
  if (event.target.closest?.(typing) || !(page.ours || page.root.contains(event.target))) return;
  const key = event.key.toLowerCase();
  const name = key === "y" || (key === "z" && event.shiftKey) ? "redo" : key === "z" ? "undo" : null;
  if (!name) return;
  event.preventDefault();
  page.step(name);
}
