/** What a pattern may be: it is the sender's, and is tried on what strangers type. */
export const PATTERN_LIMITS = { length: 200, states: 2_000, repeats: 200, depth: 30 } as const;

/** Why a pattern cannot be used. */
export type PatternProblem =
  | "empty"
  | "too-long"
  | "too-large"
  | "unknown-sign"
  | "open-group"
  | "open-class";

type Test = (character: string) => boolean;
type Node =
  | { readonly kind: "one"; readonly test: Test }
  | { readonly kind: "row"; readonly nodes: readonly Node[] }
  | { readonly kind: "either"; readonly nodes: readonly Node[] }
  | { readonly kind: "repeat"; readonly node: Node; readonly least: number; readonly most: number };

/** A state of the machine: reads one character, or goes on without. */
interface State {
  readonly test: Test | null;
  readonly next: number[];
}

export interface Pattern {
  /** Whether the whole text is of that form. */
  fits(text: string): boolean;
}

/**
 * A pattern in the usual notation: `[A-Z]{2}\d{6}`, `(yes|no)`, `.`, `*`, `+`, `?`, `\d`, `\w`, `\s`. It is run as
 * a set of states over the text, one step a character, so that no text and no pattern takes more than their product.
 * There are no look-arounds and no back-references: those cannot be run this way.
 *
 * @see K. Thompson, Regular Expression Search Algorithm, CACM 11 (1968)
 */
export function parsePattern(source: string): Pattern | PatternProblem {
  if (source === "") return "empty";
  if (source.length > PATTERN_LIMITS.length) return "too-long";
  try {
    const parser = new Parser([...source.replace(/^\^/, "").replace(/(?<!\\)\$$/, "")]);
    const states: State[] = [];
    const end = build(parser.all(), states);
    return { fits: (text) => run(states, end, text) };
  } catch (error) {
    if (error instanceof PatternFault) return error.problem;
    throw error;
  }
}

class PatternFault extends Error {
  readonly problem: PatternProblem;
  constructor(problem: PatternProblem) {
    super(problem);
    this.problem = problem;
  }
}

const CLASSES: Readonly<Record<string, Test>> = {
  d: (character) => /^\d$/.test(character),
  D: (character) => !/^\d$/.test(character),
  w: (character) => /^[\p{L}\p{N}_]$/u.test(character),
  W: (character) => !/^[\p{L}\p{N}_]$/u.test(character),
  s: (character) => /^\s$/.test(character),
  S: (character) => !/^\s$/.test(character),
};

class Parser {
  readonly #signs: readonly string[];
  #at = 0;
  #depth = 0;

  constructor(signs: readonly string[]) {
    this.#signs = signs;
  }

  all(): Node {
    const node = this.#either();
    if (this.#at < this.#signs.length) throw new PatternFault("open-group");
    return node;
  }

  #either(): Node {
    if (++this.#depth > PATTERN_LIMITS.depth) throw new PatternFault("too-large");
    const nodes = [this.#row()];
    while (this.#signs[this.#at] === "|") {
      this.#at++;
      nodes.push(this.#row());
    }
    this.#depth--;
    return nodes.length === 1 ? nodes[0]! : { kind: "either", nodes };
  }

  #row(): Node {
    const nodes: Node[] = [];
    while (this.#at < this.#signs.length && !"|)".includes(this.#signs[this.#at]!))
      nodes.push(this.#repeated(this.#atom()));
    return { kind: "row", nodes };
  }

  #atom(): Node {
    const sign = this.#signs[this.#at++]!;
    if (sign === "(") {
      if (this.#signs[this.#at] === "?") {
        if (this.#signs[this.#at + 1] !== ":") throw new PatternFault("unknown-sign");
        this.#at += 2;
      }
      const node = this.#either();
      if (this.#signs[this.#at++] !== ")") throw new PatternFault("open-group");
      return node;
    }
    if (sign === "[") return { kind: "one", test: this.#class() };
    if (sign === ".") return { kind: "one", test: () => true };
    if (sign === "\\") return { kind: "one", test: this.#escaped() };
    if ("*+?{}^$".includes(sign)) throw new PatternFault("unknown-sign");
    return { kind: "one", test: (character) => character === sign };
  }

  #escaped(): Test {
    const sign = this.#signs[this.#at++];
    if (sign === undefined) throw new PatternFault("unknown-sign");
    const known = CLASSES[sign];
    if (known) return known;
    if (/[\p{L}\p{N}]/u.test(sign)) throw new PatternFault("unknown-sign");
    return (character) => character === sign;
  }

  #class(): Test {
    const isNegated = this.#signs[this.#at] === "^";
    if (isNegated) this.#at++;
    const tests: Test[] = [];
    for (;;) {
      const sign = this.#signs[this.#at++];
      if (sign === undefined) throw new PatternFault("open-class");
      if (sign === "]" && tests.length > 0) break;
      if (sign === "\\" && CLASSES[this.#signs[this.#at] ?? ""]) {
        tests.push(this.#escaped());
        continue;
      }
      const from = sign === "\\" ? (this.#signs[this.#at++] ?? "") : sign;
      const isRange = this.#signs[this.#at] === "-" && (this.#signs[this.#at + 1] ?? "]") !== "]";
      if (!isRange) {
        tests.push((character) => character === from);
        continue;
      }
      this.#at++;
      const next = this.#signs[this.#at++]!;
      const to = next === "\\" ? (this.#signs[this.#at++] ?? "") : next;
      const [low, high] = [from.codePointAt(0) ?? 0, to.codePointAt(0) ?? 0];
      if (low > high) throw new PatternFault("unknown-sign");
      tests.push((character) => {
        const point = character.codePointAt(0)!;
        return point >= low && point <= high;
      });
    }
    return (character) => tests.some((test) => test(character)) !== isNegated;
  }

  #repeated(node: Node): Node {
    const sign = this.#signs[this.#at];
    if (sign === "*" || sign === "+" || sign === "?") {
      this.#at++;
      const [least, most] = sign === "?" ? [0, 1] : [sign === "+" ? 1 : 0, Number.POSITIVE_INFINITY];
      return this.#repeated({ kind: "repeat", node, least, most });
    }
    if (sign !== "{") return node;
    const rest = this.#signs.slice(this.#at, this.#at + 12).join("");
    const found = /^\{(\d{1,3})(?:(,)(\d{1,3})?)?\}/.exec(rest);
    if (!found) throw new PatternFault("unknown-sign");
    this.#at += [...found[0]].length;
    const least = Number(found[1]);
    const most = found[2] ? (found[3] ? Number(found[3]) : Number.POSITIVE_INFINITY) : least;
    if (least > most || least > PATTERN_LIMITS.repeats || (most < Infinity && most > PATTERN_LIMITS.repeats))
      throw new PatternFault("too-large");
    return this.#repeated({ kind: "repeat", node, least, most });
  }
}

/** Writes the machine for a node. Its first state is 0. @returns the state that stands for "all of it fits". */
function build(root: Node, states: State[]): number {
  const add = (test: Test | null): number => {
    if (states.length >= PATTERN_LIMITS.states) throw new PatternFault("too-large");
    return states.push({ test, next: [] }) - 1;
  };
  const join = (from: number, to: number) => states[from]!.next.push(to);
  /** Continues from a state; gives the one after the node. */
  const write = (node: Node, from: number): number => {
    switch (node.kind) {
      case "one": {
        const reading = add(node.test);
        const after = add(null);
        join(from, reading);
        join(reading, after);
        return after;
      }
      case "row":
        return node.nodes.reduce((at, inner) => write(inner, at), from);
      case "either": {
        const after = add(null);
        for (const inner of node.nodes) {
          const begin = add(null);
          join(from, begin);
          join(write(inner, begin), after);
        }
        return after;
      }
      case "repeat": {
        let at = from;
        for (let count = 0; count < node.least; count++) at = write(node.node, at);
        if (node.most === Number.POSITIVE_INFINITY) {
          const loop = add(null);
          join(at, loop);
          join(write(node.node, loop), loop);
          return loop;
        }
        const after = add(null);
        for (let count = node.least; count < node.most; count++) {
          join(at, after);
          at = write(node.node, at);
        }
        join(at, after);
        return after;
      }
    }
  };
  return write(root, add(null));
}

function run(states: readonly State[], end: number, text: string): boolean {
  let current = reachable(states, [0]);
  for (const character of text) {
    const next: number[] = [];
    for (const index of current) {
      const { test, next: following } = states[index]!;
      if (test?.(character)) next.push(...following);
    }
    if (next.length === 0) return false;
    current = reachable(states, next);
  }
  return current.has(end);
}

/** Those states and all that follow from them without reading. */
function reachable(states: readonly State[], from: readonly number[]): Set<number> {
  const found = new Set<number>();
  const open = [...from];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (found.has(index)) continue;
    found.add(index);
    const { test, next } = states[index]!;
    if (test === null) open.push(...next);
  }
  return found;
}
