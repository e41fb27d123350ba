// A question mark that shows and hides an explanation, and folds: what somebody opened stays open while the page lives.

let helps = 0;

// The button for `text`, which stays in the page, hidden: who cannot see reads it as the description of its control.
function Help(page, key, label, text) {
  text.id ||= `sim-help-${(helps += 1)}`;
  const show = (open) => {
    text.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
  };
  const turn = () => {
    page.opened[page.opened.has(key) ? "delete" : "add"](key);
    show(page.opened.has(key));
  };
  const named = { "aria-label": `${page.texts.help}：${label}`, title: page.texts.help, "aria-controls": text.id };
  const button = h("button", { type: "button", class: "sim-ask", ...named, onclick: turn }, "?");
  show(page.opened.has(key));
  return button;
}

// A fold that remembers; while somebody searches, what is opened for them is not remembered.
function Fold(page, key, title, attributes, ...children) {
  const remember = () => {
    if (!page.searching) page.opened[element.open ? "add" : "delete"](key);
  };
  const element = h("details", { ...attributes, ontoggle: remember }, title, ...children);
  element.open = page.opened.has(key);
  return element;
}
