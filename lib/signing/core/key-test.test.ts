import { expect, test } from "vitest";
import { auditFields, isPassed, type LoggedTest, REQUIRED_FIELDS, type TestFacts } from "./key-test.ts";

const FACTS: TestFacts = {
  ...{ subject: "key 1", occasion: "rotation", provider: "pkcs11", algorithm: "ecdsa-p256-sha256" },
  ...{ certificate: "c".repeat(64), document: "d".repeat(64), level: "B-T", outcome: true },
  provenAt: "2026-11-20T12:00:00.000Z",
};
const { subject, outcome, ...data } = FACTS;
const EVENT: LoggedTest = {
  ...{ id: "event 1", sequence: 7, hash: "a".repeat(64), at: new Date("2026-11-20T12:00:01Z") },
  ...{ type: "seal.tested", actor: { kind: "system" }, data: { ...data, seal: subject, passed: outcome } },
};
const GOOD = [{ name: "signature", isGood: true, wanted: null, found: "ok" }];
const missing = (event: Partial<LoggedTest>, facts = FACTS) =>
  auditFields({ ...EVENT, ...event }, facts)
    .filter(({ isPresent }) => !isPresent)
    .map(({ field }) => field);

test("each required field is listed, and all are present where the log says what was done", () => {
  const fields = auditFields(EVENT, FACTS);
  expect(fields.map(({ field }) => field)).toEqual([...REQUIRED_FIELDS]);
  expect(fields.every(({ isPresent }) => isPresent)).toBe(true);
  expect(isPassed(GOOD, fields)).toBe(true);
});

test("what the log lacks, or says otherwise, is missing and the key does not pass", () => {
  expect(missing({ data: {} })).toEqual([
    ...["subject", "occasion", "provider", "algorithm", "certificate", "document", "level", "provenAt"],
    "outcome",
  ]);
  expect(missing({ type: "seal.created", hash: "", actor: {} })).toEqual(["hash", "actor", "action"]);
  expect(missing({}, { ...FACTS, certificate: "e".repeat(64) })).toEqual(["certificate"]);
  expect(missing({ data: { ...EVENT.data, document: null } }, { ...FACTS, document: null })).toEqual([
    "document",
  ]);
  expect(isPassed(GOOD, auditFields({ ...EVENT, data: {} }, FACTS))).toBe(false);
  expect(isPassed([], auditFields(EVENT, FACTS))).toBe(false);
  expect(isPassed([{ ...GOOD[0]!, isGood: false }], auditFields(EVENT, FACTS))).toBe(false);
});
