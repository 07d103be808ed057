import { describe, expect, test } from "vitest";
import { sealChecks, TEST_FIELD, TEST_REASON, type TestReport, type WantedTest } from "./seal-checks.ts";

const AT = new Date("2026-11-20T12:00:00Z");
const WANTED: WantedTest = {
  level: "B-LTA",
  ...{ organizationName: "Harbour", certificateSha256: "aa", documentSha256: "dd" },
  ...{ startedAt: AT, endedAt: new Date(AT.getTime() + 2000) },
};
type Signature = TestReport["signatures"][number];
const SIGNATURE: Signature = {
  ...{
    kind: "signature",
    field: TEST_FIELD,
    indication: "TOTAL-PASSED",
    subIndication: null,
    level: "B-LTA",
  },
  signer: { sha256: "aa", name: "Seal" },
  trustAnchor: { sha256: "cc" },
  claims: { name: "Harbour", reason: TEST_REASON },
  time: { provenAt: AT.toISOString() },
  coverage: { changesAfter: "allowed", byteRange: [0, 1, 2, 3] },
  revocation: [{ subject: "Seal", status: "good" }],
  findings: [],
};
const ARCHIVE: Signature = { ...SIGNATURE, kind: "timestamp", field: "Archive" };
const REPORT: TestReport = {
  ...{ verdict: "passed", file: { sha256: "dd" }, signatures: [SIGNATURE, ARCHIVE], findings: [] },
};

const failed = (report: TestReport, wanted: Parameters<typeof sealChecks>[1] = WANTED) =>
  sealChecks(report, wanted)
    .filter(({ isGood }) => !isGood)
    .map(({ code }) => code);
const withSignature = (change: Partial<Signature>): TestReport => ({
  ...REPORT,
  signatures: [{ ...SIGNATURE, ...change }, ARCHIVE],
});

test("a test signature that is all it must be holds in every field", () => {
  expect(failed(REPORT)).toEqual([]);
  expect(sealChecks(REPORT, WANTED)).toHaveLength(12);
});

describe("one that differs in", () => {
  test.for<[string, TestReport]>([
    ["signatures", { ...REPORT, signatures: [SIGNATURE, SIGNATURE, ARCHIVE] }],
    ["document", { ...REPORT, file: { sha256: "other" } }],
    ["field", withSignature({ field: "Other" })],
    ["certificate", withSignature({ signer: { sha256: "bb", name: "Seal" } })],
    ["name", withSignature({ claims: { name: "Meadow", reason: TEST_REASON } })],
    ["reason", withSignature({ claims: { name: "Harbour", reason: null } })],
    ["changes", withSignature({ coverage: { changesAfter: "forbidden", byteRange: null } })],
    ["time", withSignature({ time: { provenAt: null } })],
    ["time", withSignature({ time: { provenAt: "2026-11-20T13:00:00Z" } })],
    ["status", withSignature({ revocation: [{ subject: "Seal", status: "unknown" }] })],
    ["status", withSignature({ revocation: [] })],
    ["archive", { ...REPORT, signatures: [SIGNATURE] }],
    ["level", withSignature({ level: "B-T" })],
    ["validation", { ...REPORT, verdict: "indeterminate" }],
  ])("%s fails there and nowhere else", ([code, report]) => {
    expect(failed(report)).toEqual([code]);
  });

  test("nothing at all but in being there fails everywhere it should", () => {
    expect(failed({ verdict: "failed", file: { sha256: null }, signatures: [], findings: [] })).toHaveLength(
      12,
    );
  });
});

test("lower levels are not asked for what they have not, and a root for no status of itself", () => {
  const plain = withSignature({ level: "B-B", time: { provenAt: null }, revocation: [] });
  expect(failed(plain, { ...WANTED, level: "B-B" })).toEqual([]);
  const own = withSignature({ revocation: [], trustAnchor: { sha256: "aa" } });
  expect(failed(own)).toEqual([]);
  expect(failed(withSignature({ revocation: [{ subject: "Seal", status: "not-needed" }] }))).toEqual([]);
});
