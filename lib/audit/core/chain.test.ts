import { expect, test } from "vitest";
import { fromUtf8, sha256, toHex } from "#lib/bytes.ts";
import { canonicalJson } from "./canonical-json.ts";
import { CHAIN_START, firstBreak, type Link, linkHash } from "./chain.ts";
import { commit, commitmentTo, opens, personal, reveal } from "./commitment.ts";

function chainOf(words: readonly string[]): Link[] {
  let previous: Uint8Array = CHAIN_START;
  return words.map((word, sequence) => {
    const body = canonicalJson({ sequence, word });
    const hash = linkHash(previous, body);
    previous = hash;
    return { sequence, body, hash };
  });
}

test("a chain holds as it was made", () => {
  expect(firstBreak([])).toBeNull();
  expect(firstBreak(chainOf(["sent", "viewed", "signed"]))).toBeNull();
});

test("the chain breaks where an event was removed, moved, changed or put in", () => {
  const chain = chainOf(["sent", "viewed", "signed", "sealed"]);
  expect(firstBreak(chain.toSpliced(1, 1))).toBe(1);
  expect(firstBreak([chain[0]!, chain[2]!, chain[1]!, chain[3]!])).toBe(1);
  expect(firstBreak(chain.with(2, { ...chain[2]!, body: '{"sequence":2,"word":"declined"}' }))).toBe(2);
  expect(firstBreak(chain.toSpliced(3, 0, chain[3]!))).toBe(4);
  expect(firstBreak(chain.slice(1))).toBe(0);
});

test("a link binds what came before with a prefix of its own", () => {
  const body = '{"sequence":0}';
  expect(toHex(linkHash(CHAIN_START, body))).toBe(
    toHex(sha256(Uint8Array.of(2), CHAIN_START, fromUtf8(body))),
  );
  expect(() => linkHash(new Uint8Array(31), body)).toThrow(RangeError);
});

test("one value has one JSON text (RFC 8785)", () => {
  expect(canonicalJson({ b: 1, a: [true, null, "x\u20ac"], "\u00e9": 1e21, c: undefined })).toBe(
    '{"a":[true,null,"x€"],"b":1,"é":1e+21}',
  );
  expect(canonicalJson({ "\u{1f600}": 1, "\ufb33": 2 })).toBe('{"\u{1f600}":1,"\ufb33":2}');
  expect(() => canonicalJson(Number.NaN)).toThrow(TypeError);
  expect(() => canonicalJson("\ud800")).toThrow(TypeError);
});

test("personal values become commitments that open only with their salt", () => {
  let count = 0;
  const data = { who: personal("Ana"), list: [{ email: personal("ana@example.com") }], plain: 7 };
  const { json, openings } = commit(data, () => new Uint8Array(16).fill(++count));
  expect(JSON.stringify(json)).not.toMatch(/Ana|ana@/);
  expect(openings.map(({ path }) => path)).toEqual(["who", "list.0.email"]);
  expect(reveal(json, openings)).toEqual({ who: "Ana", list: [{ email: "ana@example.com" }], plain: 7 });
  expect(reveal(json, openings.slice(1))).toEqual({
    who: null,
    list: [{ email: "ana@example.com" }],
    plain: 7,
  });
  expect(opens(json, { ...openings[0]!, value: "Eve" })).toBe(false);
  expect(commitmentTo(new Uint8Array(16), "Ana")).not.toBe(commitmentTo(new Uint8Array(16).fill(1), "Ana"));
});
