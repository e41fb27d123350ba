// On paper: a sheet that says what is printed, and charts drawn to the paper's width.

// What the page begins with on paper, for which `drawing` is laid out anew.
function Sheet(root, drawing, signal) {
  const title = h("p", { class: "sim-sheet-title" });
  const intro = h("p", { class: "sim-help" });
  const list = h("dl");
  const code = h("img", { hidden: true });
  const element = h("section", { class: "sim-sheet sim-paper-only" }, h("div", {}, title, intro, list), code);
  const day = h("dd");
  const show = ({ lines, code: drawn, codeLabel, date }, page) => {
    write(title, page.title);
    write(intro, page.intro);
    const pairs = lines.map(({ label, said }) => [h("dt", {}, label), ...said.map((one) => h("dd", {}, one))]);
    list.replaceChildren(h("dt", {}, date), day, ...pairs.flat());
    code.hidden = !drawn;
    if (drawn) code.src = drawn;
    code.alt = codeLabel;
  };
  const dated = () => {
    const now = new Date();
    const two = (number) => String(number).padStart(2, "0");
    write(day, `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`);
  };
  const again = () => drawing?.again();
  const before = () => {
    dated();
    again();
  };
  printed(root, { before, after: again }, signal);
  return { element, show };
}

// The address of a page of our own server, without what is shown there.
const ownAddress = (ours) => (ours ? location.origin + location.pathname : "");

// Whether pages are laid out for paper now: their colours are those of the light scheme.
let onPaper = false;

// Before printing the page takes the paper's width and charts are drawn anew; afterwards all is as it was. Browsers
// tell of printing, or only of the medium: either will do.
function printed(root, { before, after }, signal) {
  const turn = (paper) => {
    if (root.classList.contains("sim-printing") === paper) return;
    onPaper = paper;
    root.classList.toggle("sim-printing", paper);
    (paper ? before : after)();
  };
  addEventListener("beforeprint", () => turn(true), { signal });
  addEventListener("afterprint", () => turn(matchMedia("print").matches), { signal });
  matchMedia("print").addEventListener("change", ({ matches }) => turn(matches), { signal });
}
