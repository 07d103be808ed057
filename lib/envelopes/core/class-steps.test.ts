import { expect, test } from "vitest";
import { type Asked, CLASS_STEPS, consentModeIn, guardOf, stepBlockers } from "./class-steps.ts";

const asked: Asked = {
  ...{ steps: CLASS_STEPS, classId: "deeds", hasAgreement: false, confirmation: null, beginnings: [] },
};
const draft = { title: "Deed", recipients: [{ role: "signer" }] } as const;
const documents = [{ id: "a", name: "deed.pdf" }];

test("what a class asks for stands in the way until it is there", () => {
  expect(stepBlockers(asked, draft, documents).map(({ code }) => code)).toEqual([
    ...["witness-required", "notary-required", "agreement-required", "counsel-required"],
  ]);
  const confirmation = {
    ...{ exclusions: [], documentIds: ["a"], classId: "deeds", reason: "Asked", confirmedBy: "m" },
    confirmedAt: "2026-11-22T06:00:00.000Z",
  };
  const all = [{ role: "signer" }, { role: "witness" }, { role: "notary" }] as const;
  expect(
    stepBlockers({ ...asked, hasAgreement: true, confirmation }, { ...draft, recipients: all }, documents),
  ).toEqual([]);
  expect(stepBlockers({ ...asked, steps: [] }, draft, documents)).toEqual([]);
});

test("a class for consumers makes them agree as consumers, whatever the sender chose", () => {
  expect(consentModeIn({ steps: ["consumer"] }, { consentMode: "business" })).toBe("consumer");
  expect(consentModeIn({ steps: ["counsel"] }, { consentMode: "business" })).toBe("business");
  expect(consentModeIn({ steps: [] }, { consentMode: "consumer" })).toBe("consumer");
});

test("a document's beginning counts while the document is there", () => {
  const read = { ...asked, beginnings: [{ documentId: "b", words: "last will and testament of" }] };
  expect(guardOf(read, draft, documents).exclusions).toEqual([]);
  expect(guardOf(read, draft, [...documents, { id: "b", name: "scan.pdf" }]).exclusions).toEqual(["will"]);
});
