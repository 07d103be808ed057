import { expect, test } from "vitest";
import type { Ceremony, CeremonyPerson } from "./finish.ts";
import { kitExpiry, mayAskMore, offlineBlocks } from "./offline-blocks.ts";
import { conflictOf, type KitFacts } from "./offline-conflict.ts";

const NOW = new Date("2026-11-21T12:00:00Z");
const KIT: KitFacts = {
  expiresAt: new Date("2026-11-28T12:00:00Z"),
  removedAt: null,
  documents: [{ documentId: "d", sha256: "b" }],
};
const PERSON: CeremonyPerson = { id: "r", role: "signer", order: 1, state: "consented", firstRevision: 1 };

function ceremony(change: Partial<Ceremony> = {}, person: Partial<CeremonyPerson> = {}): Ceremony {
  return {
    ...{ envelopeState: "sent", isPrepared: true, isDestroyed: false, turn: 1 },
    recipient: { ...PERSON, ...person },
    documents: [{ id: "d", revisions: ["a", "b", "c"].map((sha256, number) => ({ number, sha256 })) }],
    ...{ fields: [], form: { fields: [], rules: [], values: new Map(), settled: new Map() } },
    values: new Map(),
    ...change,
  };
}

test("nothing stands in the way of whoever could go on online, also when another signed meanwhile", () => {
  expect(conflictOf(ceremony(), KIT, NOW)).toBeNull();
});

test.each([
  ["voided", ceremony({ envelopeState: "voided" }), KIT],
  ["expired", ceremony({ envelopeState: "expired" }), KIT],
  ["declined", ceremony({ envelopeState: "declined" }), KIT],
  ["completed", ceremony({ envelopeState: "completed" }), KIT],
  ["delegated", ceremony({}, { state: "delegated" }), KIT],
  ["delegated", ceremony({}, { state: "released" }), KIT],
  ["already-signed", ceremony({}, { state: "finished" }), KIT],
  ["already-declined", ceremony({ envelopeState: "declined" }, { state: "declined" }), KIT],
  ["out-of-turn", ceremony({ turn: 2 }), KIT],
  ["out-of-turn", ceremony({ isPrepared: false }), KIT],
  ["document-changed", ceremony({}, { firstRevision: 2 }), KIT],
  ["document-changed", ceremony(), { ...KIT, documents: [{ documentId: "d", sha256: "z" }] }],
  ["document-changed", ceremony(), { ...KIT, documents: [] }],
  ["kit-expired", ceremony(), { ...KIT, expiresAt: new Date("2026-11-21T11:00:00Z") }],
  ["kit-removed", ceremony(), { ...KIT, removedAt: NOW }],
  ["kit-changed", ceremony(), { ...KIT, removedAt: NOW, isChanged: true }],
])("%s", (reason, now, kit) => {
  expect(conflictOf(now, kit, NOW)).toBe(reason);
});

test("sensitive answers, a consumer's notice and a Finish that may ask for a code wait for the network", () => {
  const fields = [
    { id: "text", type: "text", settings: {} },
    { id: "secret", type: "ssn", settings: { isSensitive: true } },
    { id: "file", type: "attachment", settings: {} },
    { id: "stamp", type: "stamp", settings: {} },
  ] as const;
  const facts = {
    fields,
    mayBeRaised: false,
    attests: false,
    signsElsewhere: false,
    mode: "business",
    hasConsented: false,
  } as const;
  expect(offlineBlocks(facts)).toEqual({
    ...{ isFinishBlocked: false, isConsentBlocked: false, fieldIds: ["secret"] },
  });
  expect(offlineBlocks({ ...facts, mayBeRaised: true, mode: "consumer" })).toMatchObject({
    ...{ isFinishBlocked: true, isConsentBlocked: true },
  });
  expect(offlineBlocks({ ...facts, mode: "consumer", hasConsented: true }).isConsentBlocked).toBe(false);
  // What a witness or a notary states is dated by the server.
  expect(offlineBlocks({ ...facts, attests: true }).isFinishBlocked).toBe(true);
  // A provider asks its own person before it signs.
  expect(offlineBlocks({ ...facts, signsElsewhere: true }).isFinishBlocked).toBe(true);
});

test("Finish waits for the network where a rule may ask for more than was shown", () => {
  const rule = { id: "1", name: "Large", minimum: "sms-code", conditions: [], roles: ["signer"] } as const;
  expect(mayAskMore([], "signer", [])).toBe(false);
  expect(mayAskMore([rule], "signer", [])).toBe(true);
  expect(mayAskMore([rule], "signer", ["email-code"])).toBe(true);
  expect(mayAskMore([rule], "signer", ["passkey"])).toBe(false);
  expect(mayAskMore([rule], "approver", [])).toBe(false);
});

test("a kit ends after seven days, or with its envelope", () => {
  expect(kitExpiry(NOW, null)).toEqual(new Date("2026-11-28T12:00:00Z"));
  const sooner = new Date("2026-11-22T00:00:00Z");
  expect(kitExpiry(NOW, sooner)).toEqual(sooner);
  expect(kitExpiry(NOW, new Date("2027-01-01T00:00:00Z"))).toEqual(new Date("2026-11-28T12:00:00Z"));
});
