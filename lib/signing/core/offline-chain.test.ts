import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { expect, test } from "vitest";
import { fromUtf8, toBase64 } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import { CHAIN_LABEL, type SignedEvent } from "./offline-acts.ts";
import { actedAt, checkDeviceChain, eventHash } from "./offline-chain.ts";

const device = generateKeyPairSync("ec", { namedCurve: "P-256" });
const publicKey = new Uint8Array(device.publicKey.export({ type: "spki", format: "der" }));
const START = "ab".repeat(32);
const KIT = { kitId: "kit-1", start: START, publicKey, known: [] };

function signed(body: string, key: KeyObject = device.privateKey): SignedEvent {
  const signature = sign("sha256", fromUtf8(CHAIN_LABEL + body), { key, dsaEncoding: "ieee-p1363" });
  return { body, signature: toBase64(new Uint8Array(signature)) };
}

/** A chain of fills, each naming the one before. */
function chainOf(count: number, change: (body: Record<string, unknown>, at: number) => object = (b) => b) {
  let previous = START;
  return Array.from({ length: count }, (_, sequence) => {
    const whole = {
      ...{ version: 1, kit: "kit-1", sequence, previous, at: "2026-11-21T12:00:00.000Z", offsetMs: 250 },
      ...{ salt: "AAAAAAAAAAAAAAAAAAAAAA", act: { type: "fill", fieldId: "f", value: String(sequence) } },
    };
    const body = JSON.stringify(change(whole, sequence));
    previous = eventHash(body);
    return signed(body);
  });
}

const refusal = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (isRefusal(error)) return error.code;
    throw error;
  }
  return "none";
};
const hashes = (events: readonly SignedEvent[]) => events.map(({ body }) => eventHash(body));

test("a chain is taken in its order, and what is here already is not taken twice", () => {
  const events = chainOf(3);
  const fresh = checkDeviceChain(KIT, events);
  expect(fresh.map(({ sequence }) => sequence)).toEqual([0, 1, 2]);
  expect(fresh[2]).toMatchObject({ offsetMs: 250, act: { value: "2" }, hash: hashes(events)[2] });
  const later = { ...KIT, known: hashes(events.slice(0, 2)) };
  expect(checkDeviceChain(later, events).map(({ sequence }) => sequence)).toEqual([2]);
  expect(checkDeviceChain({ ...KIT, known: hashes(events) }, events)).toEqual([]);
  expect(checkDeviceChain(later, events.slice(2))).toHaveLength(1);
});

test("one left out, one put elsewhere, one of another kit: the chain is broken", () => {
  const events = chainOf(3);
  const broken = "signing/offline-chain-broken";
  expect(refusal(() => checkDeviceChain(KIT, [events[0]!, events[2]!]))).toBe(broken);
  expect(refusal(() => checkDeviceChain(KIT, [events[1]!, events[0]!]))).toBe(broken);
  expect(refusal(() => checkDeviceChain({ ...KIT, start: "cd".repeat(32) }, events))).toBe(broken);
  expect(refusal(() => checkDeviceChain({ ...KIT, kitId: "kit-2" }, events))).toBe(broken);
});

test.each([
  ["no JSON", "{"],
  ["null", "null"],
  ["another version", JSON.stringify({ version: 2 })],
])("%s is no event", (_, body) => {
  expect(refusal(() => checkDeviceChain(KIT, [signed(body)]))).toBe("signing/offline-chain-broken");
});

test.each([
  ["a sequence that is no number", { sequence: "0" }],
  ["a time that is none", { at: "yesterday" }],
  ["an offset of a century", { offsetMs: 1e13 }],
  ["no salt", { salt: "" }],
])("%s is no event", (_, change) => {
  const events = chainOf(1, (body) => ({ ...body, ...change }));
  expect(refusal(() => checkDeviceChain(KIT, events))).toBe("signing/offline-chain-broken");
});

test("a word changed, or another device's key: the signature is wrong", () => {
  const [event] = chainOf(1) as [SignedEvent];
  const changed = { ...event, body: event.body.replace('"value":"0"', '"value":"9"') };
  expect(refusal(() => checkDeviceChain(KIT, [changed]))).toBe("signing/offline-signature-wrong");
  const other = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  expect(refusal(() => checkDeviceChain(KIT, [signed(event.body, other)]))).toBe(
    "signing/offline-signature-wrong",
  );
  expect(refusal(() => checkDeviceChain(KIT, [{ ...event, signature: "" }]))).toBe(
    "signing/offline-signature-wrong",
  );
});

test("two histories of one device do not both stand", () => {
  const events = chainOf(2);
  const other = chainOf(2, (body) => ({ ...body, at: "2026-11-21T13:00:00.000Z" }));
  expect(refusal(() => checkDeviceChain({ ...KIT, known: hashes(events) }, other))).toBe(
    "signing/offline-chain-forked",
  );
});

test("a clock an hour wrong is put right by what was known of it, and never leaves what the server knows", () => {
  const [issued, received] = [new Date("2026-11-21T10:00:00Z"), new Date("2026-11-21T18:00:00Z")];
  const at = (iso: string, offsetMs: number) =>
    actedAt({ at: new Date(iso), offsetMs }, issued, received).toISOString();
  expect(at("2026-11-21T13:00:00Z", -3_600_000)).toBe("2026-11-21T12:00:00.000Z");
  expect(at("2020-01-01T00:00:00Z", 0)).toBe(issued.toISOString());
  expect(at("2030-01-01T00:00:00Z", 0)).toBe(received.toISOString());
});
