import { expect, test } from "vitest";
import { againBy } from "./offline-settlement.ts";

test.each([
  ["document-changed", "sent", "viewed", "link"],
  ["out-of-turn", "sent", "waiting", "link"],
  ["kit-removed", "sent", "finished", null],
  ["voided", "voided", "consented", "copy"],
  ["expired", "expired", "notified", "copy"],
  ["expired", "sent", "notified", "link"],
  ["already-declined", "declined", "declined", "copy"],
  ["delegated", "sent", "delegated", null],
  ["delegated", "voided", "delegated", null],
  ["already-signed", "sent", "finished", null],
  ["already-signed", "voided", "finished", null],
  ["completed", "completed", "finished", null],
  ["kit-expired", "sealing", "consented", null],
] as const)("%s, now %s and %s: %s", (reason, envelopeState, personState, by) => {
  expect(againBy(reason, { envelopeState, personState })).toBe(by);
});
