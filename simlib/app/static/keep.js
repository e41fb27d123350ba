// A page drawn anew stays where it was: its list's scroll, what has the focus, and what somebody was typing.
function keep(root) {
  const named = (element) => element.closest("[data-parameter]")?.dataset.parameter;
  const entry = (name) => {
    const place = root.querySelector(`[data-parameter="${CSS.escape(name)}"]`);
    return place?.matches("input") ? place : place?.querySelector("input[type=text]");
  };
  const typed = [...root.querySelectorAll("[data-typing]")];
  const drafts = typed.map((input) => [named(input), input.value]);
  // A browser takes the removal of a field for the end of typing; of one that is written anew it says nothing.
  for (const input of typed) input.value = "";
  const held = root.contains(document.activeElement) ? document.activeElement : root;
  const { id, dataset } = held;
  const place = id ? `#${CSS.escape(id)}` : dataset.parameter && `[data-parameter="${CSS.escape(dataset.parameter)}"]`;
  const scrolled = root.querySelector(".sim-side").scrollTop;
  return () => {
    root.querySelector(".sim-side").scrollTop = scrolled;
    for (const [name, text] of drafts) {
      const input = entry(name);
      if (!input) continue;
      input.value = text;
      input.dispatchEvent(new Event("input"));
    }
    if (place) root.querySelector(place)?.focus({ preventScroll: true });
  };
}
