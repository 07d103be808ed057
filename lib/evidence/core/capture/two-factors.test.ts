import { expect, test } from "vitest";
import { missingProof } from "./two-factors.ts";

const act = (methods: string[], over: object = {}) => ({
  ...{ type: "recipient.signed", actor: { kind: "recipient", id: "ana" } },
  ...{ data: { authentication: { methods } }, ...over },
});
const ana = { id: "ana", role: "signer" };

test("two factors of the signer's own act are enough", () => {
  expect(missingProof(act(["link", "sms-code"]), ana)).toBeNull();
  expect(missingProof(act(["link", "email-code", "passkey"]), ana)).toBeNull();
});

test("one factor is told with what it was", () => {
  expect(missingProof(act(["link", "email-code"]), ana)).toBe(
    "two factors are asked for, and the person showed one: link, email-code",
  );
  expect(missingProof(act([]), ana)).toContain("none on record");
});

test("an act of somebody else, another act, and somebody who does not sign are none", () => {
  const wrong = "the act it was issued for is not one of this person as a signer";
  expect(missingProof(null, ana)).toBe(wrong);
  expect(missingProof(act(["link", "sms-code"], { type: "recipient.approved" }), ana)).toBe(wrong);
  expect(missingProof(act(["link", "sms-code"]), { id: "ben", role: "signer" })).toBe(wrong);
  expect(missingProof(act(["link", "sms-code"]), { id: "ana", role: "approver" })).toBe(wrong);
});
