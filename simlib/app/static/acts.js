// What a visitor does: one act at a time reaches the kernel, with a number that its answer carries; the others wait.

const PIECE = 512 * 1024; // bytes of an upload a message
const SILENCE = 10000; // ms without an answer before the page says so
const REST = 200; // ms without an act before the hand counts as resting

const REPEATED = new Set(["set", "pick", "choose", "reset", "speak", "use"]);

// Whether an act says all that the one before it said: a drag skips what nobody would see.
function supersedes(later, former) {
  if (!REPEATED.has(later.act) || later.act !== former.act || later.panel !== former.panel) return false;
  return Object.keys(former.values || {}).every((name) => name in later.values);
}

class Acts {
  // `send` carries a message, `working` is told when an answer is long in coming, `rested` when the hand rests.
  constructor({ send, working, rested }) {
    Object.assign(this, { send, working, rested });
    this.number = 0; // of the last act that was sent
    this.waiting = null; // the act whose answer is not painted yet
    this.queue = []; // what was done meanwhile, in order: acts, and functions that only wait for their turn
    this.idle = null;
  }

  do(act) {
    if (!this.waiting) {
      this.start(act);
      return;
    }
    const last = this.queue.at(-1);
    if (last && supersedes(act, last)) this.queue.pop();
    this.queue.push(act);
  }

  start(act) {
    if (typeof act === "function") {
      act();
      return;
    }
    clearTimeout(this.idle);
    this.number += 1;
    this.waiting = { number: this.number, shown: setTimeout(this.working, 150), act, file: act.file, at: 0 };
    if (act.file) {
      this.piece();
      return;
    }
    this.waiting.slow = setTimeout(() => window.simlib?.lost?.("slow"), SILENCE);
    this.send({ ...act, seq: this.number });
  }

  // The next piece of a file; the kernel asks for each, because the socket drops large messages.
  async piece() {
    const { waiting } = this;
    if (!waiting?.file) return;
    const { number, file, at, act } = waiting;
    waiting.at += PIECE;
    try {
      const bytes = await file.slice(at, at + PIECE).arrayBuffer();
      const end = waiting.at >= file.size;
      this.send({ act: "upload", name: file.name, more: act.more, start: at === 0, end, seq: number }, [bytes]);
    } catch (error) {
      reportError(error);
      this.answered(number);
    }
  }

  // The answer to this act is painted: the next one's turn, or else the hand may rest.
  answered(number) {
    if (!this.waits(number)) return;
    clearTimeout(this.waiting.shown);
    clearTimeout(this.waiting.slow);
    this.waiting = null;
    while (this.queue.length && !this.waiting) this.start(this.queue.shift());
    if (!this.waiting) this.idle = setTimeout(() => this.rest(), REST);
  }

  // What takes its time is asked for once the hand rests, by the number of the last act: who acts again before the
  // answer comes has made it old.
  rest() {
    this.rested();
    this.send({ act: "idle", seq: this.number });
  }

  // What is worked out bit by bit goes on as long as nobody acts; who acts rests again, and it goes on then.
  goOn(number) {
    if (this.waiting === null && this.knows(number)) this.send({ act: "idle", seq: number, further: true });
  }

  waits(number) {
    return this.waiting !== null && this.waiting.number === number;
  }

  // Whether an answer knows of every act that was sent.
  knows(number) {
    return number === this.number;
  }

  // Whether a further act waits for its turn; with a name, whether one that sets this value does.
  further(name) {
    return this.queue.some((act) => (name ? act.values && name in act.values : act.act));
  }

  // The last act under way that sets this value.
  setting(name) {
    const acts = [...(this.waiting ? [this.waiting.act] : []), ...this.queue];
    return acts.findLast((act) => act.values && name in act.values);
  }

  // Whether after this answer nothing is under way.
  last(number) {
    return !this.further() && (!this.waiting || this.waits(number));
  }
}
