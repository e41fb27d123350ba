// What a browser keeps of the lessons: who works here, in which language, and what was answered, by lesson and trainee.

const PLACE = "simlib.course.";
// Where a browser keeps nothing (private windows, full disks) the page does, for all its parts, until it is left.
const fallback = (window.simlibKept ||= new Map());

function stored(name) {
  if (fallback.has(name)) return fallback.get(name);
  try {
    return localStorage.getItem(PLACE + name) ?? "";
  } catch {
    return "";
  }
}

function store(name, text) {
  try {
    if (text) localStorage.setItem(PLACE + name, text);
    else localStorage.removeItem(PLACE + name);
    fallback.delete(name);
  } catch {
    fallback.set(name, text);
  }
}

const trainee = () => stored("trainee");
// A name is the same one in every width and case, with spaces or without: as the numbers are drawn.
const shelf = (lesson) => `answers.${lesson}.${trainee().normalize("NFKC").toLowerCase().replaceAll(/\s+/gu, "")}`;

// All that is kept of a lesson, by the part of it.
function keptOf(lesson) {
  try {
    const found = JSON.parse(stored(shelf(lesson)) || "{}");
    return found && typeof found === "object" ? found : {};
  } catch {
    return {};
  }
}

// Read again before it is written: other parts of the page, and other windows, keep theirs beside it.
function keepPart(lesson, part, values) {
  const all = keptOf(lesson);
  all[part] = { ...all[part], ...values };
  store(shelf(lesson), JSON.stringify(all));
}

const forgetAll = (lesson) => store(shelf(lesson), "");

// The page's language: that of the address, or the one chosen last. Prose stands there in both; the style sheet shows
// the one that the page is marked with.
function language() {
  const asked = new URLSearchParams(location.search).get("lang");
  return document.documentElement.dataset.simLanguage || asked || stored("language") || "zh";
}

function markLanguage(chosen) {
  const page = document.documentElement;
  page.dataset.simLanguage = chosen;
  if (window.simlib) page.lang = chosen === "zh" ? "zh-CN" : "en";
}

function speak(chosen) {
  store("language", chosen);
  markLanguage(chosen);
  if (window.simlib) {
    const asked = new URLSearchParams(location.search);
    if (chosen === "zh") asked.delete("lang");
    else asked.set("lang", chosen);
    const query = asked.toString();
    history.replaceState(null, "", location.pathname + (query && `?${query}`) + location.hash);
  }
  window.dispatchEvent(new CustomEvent("simlib-language"));
}

// A part of a lesson: opened with what is kept of it, drawn as the kernel says.
class Part {
  constructor(model, root) {
    Object.assign(this, { model, root, ...model.get("part") });
    this.abort = new AbortController();
    window.addEventListener("simlib-language", () => this.open(), { signal: this.abort.signal });
    this.hear = (say, buffers) => this.listen(say, buffers);
    model.on("msg:custom", this.hear);
    markLanguage(language());
  }

  open() {
    const kept = this.name ? keptOf(this.lesson)[this.name] : null;
    this.send({ act: "open", query: `?lang=${language()}`, trainee: trainee(), ...(kept ? { kept } : {}) });
  }

  send(content) {
    this.model.send(content);
  }

  keep(values) {
    if (this.name) keepPart(this.lesson, this.name, values);
  }

  listen(say, buffers) {
    if (say.language) this.root.lang = say.language === "zh" ? "zh-CN" : "en";
    this[`say_${say.say}`]?.(say, buffers);
    this.root.dataset.painted = Number(this.root.dataset.painted || 0) + 1;
    window.simlib?.alive?.();
  }

  say_again() {
    this.open();
  }

  close() {
    this.abort.abort();
    this.model.off("msg:custom", this.hear);
  }
}
