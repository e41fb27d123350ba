// What a page says first, and who gains and loses most.

// The same lines again are left as they are.
function renew(place, lines, make) {
  const now = JSON.stringify(lines);
  if (place.dataset.lines !== now) place.replaceChildren(...lines.map(make));
  place.dataset.lines = now;
}

// Large numbers, each with what it is compared with; the exact amount stands in the title.
function Numbers(element) {
  const made = new Map();
  const make = (card) => {
    const [value, unit, note] = [h("span"), h("small"), h("div", { class: "sim-note" })];
    const figure = h("div", { class: "sim-value" }, value, unit);
    element.append(
      h("div", { "data-card": card.id, role: "listitem" }, h("div", { class: "sim-label" }, card.label), figure, note),
    );
    made.set(card.id, { value, unit, note, figure });
  };
  return (cards) => {
    for (const card of cards) {
      if (!made.has(card.id)) make(card);
      const { value, unit, note, figure } = made.get(card.id);
      write(value, card.shown);
      write(unit, card.unit);
      write(note, card.note);
      note.classList.toggle("sim-moved", card.moved);
      figure.title = card.exact;
      figure.dataset.value = card.value;
    }
  };
}

function Folded(list) {
  const title = h("summary");
  const element = h("details", { class: "sim-fold" }, title, list);
  return {
    element,
    show: (text, hidden) => {
      write(title, text);
      element.hidden = hidden;
    },
  };
}

function Said(body) {
  const question = h("p", { class: "sim-question" });
  const said = h("p", { class: "sim-said", role: "status" });
  const since = h("p", { class: "sim-since", hidden: true });
  const [lead, rest] = ["sim-cards sim-lead", "sim-cards"].map((name) => h("div", { class: name, role: "list" }));
  const [warnings, others] = [0, 1].map(() => h("ul", { class: "sim-warnings" }));
  const [more, notes] = [Folded(rest), Folded(others)];
  body.append(question, said, since, lead, warnings, h("div", { class: "sim-folds" }, more.element, notes.element));
  const [large, small] = [Numbers(lead), Numbers(rest)];
  // What the last step alone did is told once nobody moves; till then its place stays, so that nothing jumps.
  return (payload) => {
    if (payload.later) {
      write(since, payload.later.since);
      since.hidden = !payload.later.since;
      since.classList.remove("sim-waits");
      return;
    }
    write(question, payload.question);
    write(said, payload.said);
    since.classList.add("sim-waits");
    large(payload.lead);
    small(payload.rest);
    more.show(payload.restTitle, !payload.rest.length);
    renew(warnings, payload.warnings, ({ text, strong }) => h("li", { class: strong ? "sim-strong" : "" }, text));
    renew(others, payload.others, (text) => h("li", {}, text));
    notes.show(payload.othersTitle, !payload.others.length);
  };
}

// A press picks the institution, another one lets go of it.
function Movers(body, panel, texts, page) {
  const places = [0, 1].map(() => ({ title: h("h3"), list: h("ol", { class: "sim-movers" }) }));
  for (const place of places) {
    place.section = h("section", {}, place.title, place.list);
    body.append(place.section);
  }
  const line = (one, tone) =>
    h(
      "li",
      {},
      h(
        "button",
        { type: "button", "data-subject": one.subject, onclick: () => page.pick(one.subject) },
        h("span", { class: "sim-who" }, one.name),
        h("span", { class: `sim-amount ${tone}` }, one.shown),
        h("small", {}, one.cause),
      ),
    );
  return ({ sides, unit, nobody, picked }) => {
    places.forEach(({ section }, at) => {
      section.hidden = at >= sides.length;
    });
    sides.forEach(({ title, lines }, at) => {
      write(places[at].title, unit ? `${title}（${unit}）` : title);
      renew(places[at].list, lines, (one) => line(one, one.value > 0 ? "sim-gain" : "sim-loss"));
      if (!lines.length) places[at].list.replaceChildren(h("li", { class: "sim-empty" }, nobody));
    });
    for (const button of body.querySelectorAll("button"))
      button.setAttribute("aria-pressed", button.dataset.subject === picked);
  };
}
