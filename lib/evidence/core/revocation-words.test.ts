import { expect, test } from "vitest";
import { revocationSentence } from "./revocation-words.ts";

const [before, signedAt, after] = [1, 2, 3].map((day) => new Date(Date.UTC(2026, 0, day))) as [
  Date,
  Date,
  Date,
];
const reason = "keyCompromise";

test.each([
  [{ revokedAt: null, reason: null, asOf: after }, signedAt, "not-revoked-when-signed"],
  [{ revokedAt: null, reason: null, asOf: signedAt }, signedAt, "not-revoked-when-signed"],
  [{ revokedAt: null, reason: null, asOf: before }, signedAt, "answer-before-signing"],
  [{ revokedAt: null, reason: null, asOf: null }, signedAt, "not-said"],
  [{ revokedAt: null, reason: null, asOf: after }, null, "not-revoked"],
  [{ revokedAt: after, reason, asOf: after }, signedAt, "revoked-after-signing"],
  [{ revokedAt: before, reason, asOf: after }, signedAt, "revoked-before-signing"],
  [{ revokedAt: signedAt, reason, asOf: after }, signedAt, "revoked-before-signing"],
  [{ revokedAt: before, reason, asOf: after }, null, "revoked"],
])("of %j and a signature at %s it says %s", (facts, at, sentence) => {
  expect(revocationSentence(facts, at)).toBe(sentence);
});
