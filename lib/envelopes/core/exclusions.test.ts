import { expect, test } from "vitest";
import { EXCLUSIONS, exclusionsIn, isConfirmed } from "./exclusions.ts";

const SAMPLES = {
  will: "Last Will and Testament of Ana Ruiz",
  family: "Marital Settlement Agreement.pdf",
  "commercial-code": "PROMISSORY_NOTE-2026.docx",
  court: "Summons in a civil action",
  utilities: "Notice: disconnection of water service",
  home: "Notice of Default and Right to Cure",
  insurance: "Cancellation of health insurance",
  recall: "Safety recall: model 12",
  hazardous: "Hazardous-Materials manifest",
} as const;

test("each kind that the law leaves out is found by its ordinary words", () => {
  for (const kind of EXCLUSIONS) expect(exclusionsIn([SAMPLES[kind]])).toContain(kind);
});

test("ordinary papers, and words that only look alike, are left alone", () => {
  const plain = [
    "Goodwill agreement",
    "I will sign",
    "Lease of 12 Oak Street",
    "Courtesy note",
    "Power of attorney",
  ];
  expect(exclusionsIn(plain)).toEqual([]);
  expect(exclusionsIn([])).toEqual([]);
});

test("what was confirmed counts for those documents, that class and those findings", () => {
  const confirmation = {
    ...{ exclusions: ["will" as const], documentIds: ["a", "b"], classId: "deeds", reason: "Asked counsel" },
    ...{ confirmedBy: "m", confirmedAt: "2026-11-22T06:00:00.000Z" },
  };
  const now = { exclusions: ["will" as const], documentIds: ["a"], classId: "deeds" };
  expect(isConfirmed(confirmation, now)).toBe(true);
  expect(isConfirmed(null, now)).toBe(false);
  expect(isConfirmed(confirmation, { ...now, documentIds: ["a", "c"] })).toBe(false);
  expect(isConfirmed(confirmation, { ...now, classId: null })).toBe(false);
  expect(isConfirmed(confirmation, { ...now, exclusions: ["will", "court"] })).toBe(false);
});
