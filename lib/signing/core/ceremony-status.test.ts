import { expect, test } from "vitest";
import { ceremonyStatus } from "./ceremony-status.ts";
import type { Ceremony, CeremonyPerson } from "./finish.ts";

const person: CeremonyPerson = { id: "ana", role: "signer", order: 1, state: "notified", firstRevision: 1 };
const under = (change: Partial<Ceremony> = {}): Ceremony => ({
  ...{ envelopeState: "sent", isPrepared: true, isDestroyed: false, recipient: person, turn: 1 },
  ...{ documents: [], fields: [], values: new Map() },
  form: { fields: [], rules: [], values: new Map(), settled: new Map() },
  ...change,
});
const as = (change: Partial<CeremonyPerson>) => ({ recipient: { ...person, ...change } });

test("it is ready for whoever's turn it is", () => {
  expect(ceremonyStatus(under(), false)).toBe("ready");
});

test("nobody acts before the documents are prepared", () => {
  expect(ceremonyStatus(under({ isPrepared: false }), false)).toBe("preparing");
});

test("whoever is not asked yet waits, and so does who only gets a copy", () => {
  expect(ceremonyStatus(under({ turn: 2 }), false)).toBe("waiting");
  expect(ceremonyStatus(under(as({ state: "waiting" })), false)).toBe("waiting");
  expect(ceremonyStatus(under(as({ role: "copy" })), false)).toBe("waiting");
});

test("who has finished sees that until everything is complete", () => {
  expect(ceremonyStatus(under(as({ state: "finished" })), false)).toBe("finished");
  expect(ceremonyStatus(under({ ...as({ state: "finished" }), envelopeState: "sealing" }), false)).toBe(
    "finished",
  );
  expect(ceremonyStatus(under({ ...as({ state: "finished" }), envelopeState: "completed" }), false)).toBe(
    "completed",
  );
});

test("how things ended is said to each as it concerns them", () => {
  expect(ceremonyStatus(under({ ...as({ state: "declined" }), envelopeState: "declined" }), true)).toBe(
    "declined",
  );
  expect(ceremonyStatus(under({ envelopeState: "declined" }), true)).toBe("declined-by-other");
  expect(ceremonyStatus(under({ envelopeState: "voided" }), true)).toBe("voided");
  expect(ceremonyStatus(under({ envelopeState: "expired" }), true)).toBe("expired");
});

test("a link that has ended gives nothing any more", () => {
  expect(ceremonyStatus(under({ envelopeState: "completed" }), true)).toBe("ended");
  expect(ceremonyStatus(under(), true)).toBe("ended");
  // Who sits down at a shared device after somebody else opens their link from the history.
  expect(ceremonyStatus(under(as({ state: "finished" })), true)).toBe("ended");
  expect(ceremonyStatus(under({ ...as({ state: "finished" }), envelopeState: "sealing" }), true)).toBe(
    "ended",
  );
});

test("of what was destroyed nobody learns more than that", () => {
  const destroyed = { isDestroyed: true, envelopeState: "completed" } as const;
  expect(ceremonyStatus(under(destroyed), false)).toBe("destroyed");
  expect(ceremonyStatus(under({ ...destroyed, ...as({ state: "declined" }) }), true)).toBe("destroyed");
});
