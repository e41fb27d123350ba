// Small helpers: elements, numbers as people read them, arrays as they arrive.

function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child != null));
  return element;
}

// Writing the same text again still costs a layout.
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const ARRAYS = { f8: Float64Array, f4: Float32Array, i4: Int32Array, i1: Int8Array, b1: Uint8Array };

// {"$": 3, type: "f8"} stands for the fourth buffer of the message.
function unpack(value, buffers) {
  if (Array.isArray(value)) return value.map((one) => unpack(one, buffers));
  if (value === null || typeof value !== "object") return value;
  if ("$" in value) {
    const view = buffers[value.$];
    const bytes = view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);
    return new ARRAYS[value.type](bytes);
  }
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, unpack(one, buffers)]));
}

const two = new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const fen = (yuan) => two.format(Object.is(yuan, -0) ? 0 : yuan).replace("-", "−");
const signed = (text, value) => (value > 0 ? "+" + text : text);

// Money for a glance: 345.67 万元, 1.23 m yuan. The exact amount stands in the title.
function glance(yuan, texts) {
  const [size, unit] = texts.scales.find(([least]) => Math.abs(yuan) >= least) || texts.scales.at(-1);
  return [fen(yuan / size), unit];
}

// A decimal written out, scaled by the unit's factor, without a trace of binary noise.
function inUnit(text, unit, decimals = unit.decimals) {
  return (Number(text) * unit.factor).toFixed(decimals);
}

// A typed number: what somebody types is theirs until they are done, whatever the kernel says meanwhile.
function Entry(attributes, onDone) {
  const done = () => {
    delete input.dataset.typing;
  };
  const input = h("input", {
    type: "text",
    inputmode: "decimal",
    autocomplete: "off",
    ...attributes,
    oninput: () => {
      input.dataset.typing = "";
    },
    onblur: done,
    onchange: () => {
      done();
      onDone(input.value);
    },
  });
  return {
    input,
    done,
    show: (text) => {
      if (!("typing" in input.dataset)) input.value = text;
    },
  };
}

function saveAs(name, mime, bytes) {
  const link = h("a", { href: URL.createObjectURL(new Blob([bytes], { type: mime })), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

// The widgets of a page look for their models at the same time, for two seconds: who keeps the browser busy meanwhile
// makes the others miss theirs. So heavy work waits until none is looking any more.
async function othersShown() {
  const looking = () =>
    [...document.querySelectorAll(".lm-Panel")].some((panel) => panel.textContent === "Loading widget...");
  for (let waited = 0; waited < 2500 && looking(); waited += 25) await new Promise((next) => setTimeout(next, 25));
}
