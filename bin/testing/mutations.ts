import { createHash } from "node:crypto";
import { concatBytes, fromLatin1, toLatin1 } from "#lib/bytes.ts";

/** Whole numbers that look random and are the same for the same seed. */
function chooser(seed: string): (below: number) => number {
  let count = 0;
  return (below) => {
    const hash = createHash("sha256").update(`${seed}/${count++}`).digest();
    return below > 0 ? hash.readUIntBE(0, 6) % below : 0;
  };
}

type Choose = (below: number) => number;
type Mutation = (bytes: Uint8Array, choose: Choose) => Uint8Array;

const flipBits: Mutation = (bytes, choose) => {
  const changed = bytes.slice();
  for (let count = choose(8) + 1; count > 0; count--) changed[choose(changed.length)]! ^= 1 << choose(8);
  return changed;
};

const cutOff: Mutation = (bytes, choose) => bytes.subarray(0, choose(bytes.length));

const cutOut: Mutation = (bytes, choose) => {
  const at = choose(bytes.length);
  return concatBytes([bytes.subarray(0, at), bytes.subarray(at + 1 + choose(400))]);
};

const doublePart: Mutation = (bytes, choose) => {
  const at = choose(bytes.length);
  return concatBytes([bytes.subarray(0, at + choose(2_000)), bytes.subarray(at)]);
};

/** Replaces one match of a pattern, wherever in the file it is. */
const replacing =
  (pattern: RegExp, replacement: (found: string, choose: Choose) => string): Mutation =>
  (bytes, choose) => {
    const text = toLatin1(bytes);
    const found = [...text.matchAll(pattern)];
    const match = found[choose(found.length)];
    if (!match) return flipBits(bytes, choose);
    const end = match.index + match[0].length;
    return fromLatin1(text.slice(0, match.index) + replacement(match[0], choose) + text.slice(end));
  };

const NUMBERS = ["0", "-1", "1", "65536", "2147483648", "99999999999999999999", "1e9", "-.5", "..", "1 0 R"];
const changeNumber = replacing(
  /(?<![\w.])\d{1,12}(?![\w.])/g,
  (_, choose) => NUMBERS[choose(NUMBERS.length)]!,
);
const redirect = replacing(/\b\d{1,6} 0 R/g, (_, choose) => `${choose(60)} 0 R`);
const renumber = replacing(/\b\d{1,6} 0 obj/g, (_, choose) => `${choose(60)} 0 obj`);
const rename = replacing(/\/[A-Z]\w+/g, (found, choose) => (choose(2) ? "/Kids" : found.slice(0, -1)));
const unbalance = replacing(/<<|>>|\[|\]|\(|\)/g, (_, choose) => ["", "<<", ">>", "[", "("][choose(5)]!);
const dropWord = replacing(/\b(endobj|endstream|stream|obj|xref|trailer|startxref)\b/g, () => "");

const swapObjects: Mutation = (bytes, choose) => {
  const text = toLatin1(bytes);
  const objects = [...text.matchAll(/\b\d{1,6} 0 obj[\s\S]*?endobj/g)].map(([body]) => body);
  const [one, other] = [objects[choose(objects.length)], objects[choose(objects.length)]];
  if (!one || !other) return flipBits(bytes, choose);
  const bodyOf = (object: string) => object.slice(object.indexOf("obj") + 3);
  const swapped = text.replace(one, () => `${one.slice(0, one.indexOf("obj") + 3)}${bodyOf(other)}`);
  return fromLatin1(swapped);
};

const MUTATIONS = [
  ...[flipBits, cutOff, cutOut, doublePart, changeNumber, changeNumber, redirect, redirect, renumber],
  ...[rename, unbalance, dropWord, swapObjects],
];

/** The file with one to four faults, always the same for the same seed. */
export function mutated(bytes: Uint8Array, seed: string): Uint8Array {
  const choose = chooser(seed);
  let changed = bytes;
  for (let count = choose(4) + 1; count > 0; count--)
    changed = MUTATIONS[choose(MUTATIONS.length)]!(changed, choose);
  return changed;
}
