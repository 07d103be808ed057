import {
  add,
  compare,
  type Decimal,
  divide,
  multiply,
  negate,
  ONE,
  parseDecimal,
  roundTo,
  shortened,
  subtract,
  ZERO,
} from "./decimal.ts";

/** What a formula may be: it is the sender's, and is worked out with every key a stranger presses. */
export const FORMULA_LIMITS = { length: 500, depth: 30, parts: 300, digits: 60 } as const;

/** Why a formula cannot be read; the words are the screens'. */
export interface FormulaFault {
  readonly problem:
    | "empty"
    | "too-long"
    | "unknown-sign"
    | "unexpected"
    | "ends-early"
    | "unknown-function"
    | "wrong-count"
    | "too-large";
  /** The piece it is about, as the sender wrote it. */
  readonly piece: string;
}

export type Formula =
  | { readonly kind: "number"; readonly value: Decimal }
  | { readonly kind: "field"; readonly label: string }
  | { readonly kind: "negative"; readonly inner: Formula }
  | {
      readonly kind: "pair";
      readonly sign: Sign;
      readonly left: Formula;
      readonly right: Formula;
    }
  | { readonly kind: "call"; readonly name: FunctionName; readonly inputs: readonly Formula[] };

type Sign = "+" | "-" | "*" | "/" | "=" | "<>" | "<" | "<=" | ">" | ">=";

/** Functions, with how many things each takes. */
export const FUNCTIONS = {
  round: [1, 2],
  min: [1, 50],
  max: [1, 50],
  sum: [1, 50],
  if: [3, 3],
} as const;
type FunctionName = keyof typeof FUNCTIONS;

class Fault extends Error {
  readonly fault: FormulaFault;
  constructor(problem: FormulaFault["problem"], piece: string) {
    super(problem);
    this.fault = { problem, piece };
  }
}

interface Token {
  readonly kind: "number" | "label" | "name" | "sign" | "end";
  readonly text: string;
}

const TOKEN =
  /\s*(?:(?<number>\d+(?:\.\d+)?)|\[(?<label>[^[\]]+)\]|(?<name>[A-Za-z]+)|(?<sign><>|<=|>=|[-+*/()=<>,;×÷−]))/uy;
const SAME_SIGN = new Map([
  ["×", "*"],
  ["÷", "/"],
  ["−", "-"],
  [";", ","],
]);

function* tokens(source: string): Generator<Token> {
  let at = 0;
  while (source.slice(at).trim() !== "") {
    TOKEN.lastIndex = at;
    const groups = TOKEN.exec(source)?.groups;
    if (!groups) throw new Fault("unknown-sign", source.slice(at).trim().slice(0, 12));
    at = TOKEN.lastIndex;
    for (const kind of ["number", "label", "name", "sign"] as const) {
      const text = groups[kind];
      if (text !== undefined) yield { kind, text: SAME_SIGN.get(text) ?? text };
    }
  }
  yield { kind: "end", text: "" };
}

/**
 * Reads a formula: numbers, `[labels of fields]`, `+ - * /`, comparisons, parentheses, `round`, `min`, `max`, `sum`,
 * `if(condition, then, else)`. Nothing in it is ever run as a program.
 */
export function parseFormula(source: string): Formula | FormulaFault {
  if (source.trim() === "") return { problem: "empty", piece: "" };
  if (source.length > FORMULA_LIMITS.length) return { problem: "too-long", piece: "" };
  try {
    return new Parser([...tokens(source)]).whole();
  } catch (error) {
    if (error instanceof Fault) return error.fault;
    throw error;
  }
}

export const isFault = (formula: Formula | FormulaFault): formula is FormulaFault => "problem" in formula;

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(all: readonly Token[]) {
    if (all.length > FORMULA_LIMITS.parts) throw new Fault("too-large", "");
    this.#tokens = all;
  }

  whole(): Formula {
    const formula = this.#comparison();
    if (this.#peek().kind !== "end") throw new Fault("unexpected", this.#peek().text);
    return formula;
  }

  #peek(): Token {
    return this.#tokens[this.#at]!;
  }

  #take(...signs: readonly string[]): string | null {
    const { kind, text } = this.#peek();
    if (kind !== "sign" || !signs.includes(text)) return null;
    this.#at++;
    return text;
  }

  #need(sign: string): void {
    if (this.#take(sign) === null)
      throw new Fault(this.#peek().kind === "end" ? "ends-early" : "unexpected", this.#peek().text || sign);
  }

  #pairs(signs: readonly Sign[], inner: () => Formula): Formula {
    let left = inner();
    for (let sign = this.#take(...signs); sign !== null; sign = this.#take(...signs))
      left = { kind: "pair", sign: sign as Sign, left, right: inner() };
    return left;
  }

  #comparison(): Formula {
    if (++this.#depth > FORMULA_LIMITS.depth) throw new Fault("too-large", "");
    const sum = () => this.#pairs(["+", "-"], () => this.#pairs(["*", "/"], () => this.#single()));
    const formula = this.#pairs(["=", "<>", "<=", ">=", "<", ">"], sum);
    this.#depth--;
    return formula;
  }

  #single(): Formula {
    let isNegative = false;
    for (let sign = this.#take("-", "+"); sign !== null; sign = this.#take("-", "+"))
      if (sign === "-") isNegative = !isNegative;
    const inner = this.#atom();
    return isNegative ? { kind: "negative", inner } : inner;
  }

  #atom(): Formula {
    if (this.#take("(") !== null) {
      const inner = this.#comparison();
      this.#need(")");
      return inner;
    }
    const { kind, text } = this.#peek();
    this.#at++;
    if (kind === "number") {
      const value = parseDecimal(text);
      if (!value) throw new Fault("too-large", text.slice(0, 12));
      return { kind: "number", value };
    }
    if (kind === "label") return { kind: "field", label: text.trim() };
    if (kind === "name") return this.#call(text);
    throw new Fault(kind === "end" ? "ends-early" : "unexpected", text);
  }

  #call(text: string): Formula {
    const name = text.toLowerCase();
    if (!Object.hasOwn(FUNCTIONS, name)) throw new Fault("unknown-function", text.slice(0, 30));
    this.#need("(");
    const inputs = [this.#comparison()];
    while (this.#take(",") !== null) inputs.push(this.#comparison());
    this.#need(")");
    const [least, most] = FUNCTIONS[name as FunctionName];
    if (inputs.length < least || inputs.length > most) throw new Fault("wrong-count", text);
    return { kind: "call", name: name as FunctionName, inputs };
  }
}

/** How two labels are compared: as people read them. */
export const plainLabel = (label: string): string => label.normalize("NFKC").trim().toLowerCase();

/** Labels a formula names, each once. */
export function labelsIn(formula: Formula): string[] {
  const found = new Map<string, string>();
  const walk = (node: Formula): void => {
    if (node.kind === "field") found.set(plainLabel(node.label), node.label);
    else if (node.kind === "negative") walk(node.inner);
    else if (node.kind === "pair") {
      walk(node.left);
      walk(node.right);
    } else if (node.kind === "call") for (const input of node.inputs) walk(input);
  };
  walk(formula);
  return [...found.values()];
}

export type Result = { readonly value: Decimal } | { readonly problem: "formula-zero" | "formula-large" };

class Unworkable extends Error {
  readonly problem: "formula-zero" | "formula-large";
  constructor(problem: "formula-zero" | "formula-large") {
    super(problem);
    this.problem = problem;
  }
}

/** Works a formula out, exactly. @param numberOf what a field holds; an empty one counts as nothing. */
export function workOut(formula: Formula, numberOf: (label: string) => Decimal): Result {
  try {
    return { value: resultOf(formula, numberOf) };
  } catch (error) {
    if (error instanceof Unworkable) return { problem: error.problem };
    throw error;
  }
}

function resultOf(node: Formula, numberOf: (label: string) => Decimal): Decimal {
  switch (node.kind) {
    case "number":
      return node.value;
    case "field":
      return numberOf(node.label);
    case "negative":
      return negate(resultOf(node.inner, numberOf));
    case "pair":
      return small(pairValue(node.sign, resultOf(node.left, numberOf), resultOf(node.right, numberOf)));
    case "call":
      return small(callValue(node, numberOf));
  }
}

function small(value: Decimal): Decimal {
  if (value.units.toString().length > FORMULA_LIMITS.digits) throw new Unworkable("formula-large");
  return value;
}

const truth = (holds: boolean): Decimal => (holds ? ONE : ZERO);

function pairValue(sign: Sign, left: Decimal, right: Decimal): Decimal {
  switch (sign) {
    case "+":
      return add(left, right);
    case "-":
      return subtract(left, right);
    case "*":
      return multiply(left, right);
    case "/": {
      const quotient = divide(left, right);
      if (!quotient) throw new Unworkable("formula-zero");
      return quotient;
    }
    case "=":
      return truth(compare(left, right) === 0);
    case "<>":
      return truth(compare(left, right) !== 0);
    case "<":
      return truth(compare(left, right) < 0);
    case "<=":
      return truth(compare(left, right) <= 0);
    case ">":
      return truth(compare(left, right) > 0);
    case ">=":
      return truth(compare(left, right) >= 0);
  }
}

const MOST_PLACES = 12;

function callValue(
  { name, inputs }: Extract<Formula, { kind: "call" }>,
  numberOf: (label: string) => Decimal,
): Decimal {
  // Only the branch that counts is worked out: if([Count] > 0, [Total] / [Count], 0).
  if (name === "if") {
    const holds = resultOf(inputs[0]!, numberOf).units !== 0n;
    return resultOf(inputs[holds ? 1 : 2]!, numberOf);
  }
  const values = inputs.map((input) => resultOf(input, numberOf));
  const [first, second] = values as [Decimal, Decimal?];
  if (name === "sum") return values.reduce(add);
  if (name === "round") {
    const { units, places } = second ? shortened(second) : ZERO;
    if (places > 0 || units < 0n || units > MOST_PLACES) throw new Unworkable("formula-large");
    return roundTo(first, Number(units));
  }
  const wanted = name === "min" ? -1 : 1;
  return values.reduce((best, value) => (compare(value, best) === wanted ? value : best));
}
