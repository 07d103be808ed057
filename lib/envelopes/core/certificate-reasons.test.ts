import { expect, test } from "vitest";
import { certificateReasons } from "./certificate-reasons.ts";

const signer = (hasSigned: boolean) => ({ role: "signer", hasSigned });
const approver = { role: "approver", hasSigned: false };
const own = { kind: "signer" } as const;
const seal = { kind: "seal" } as const;

test.each([
  ["completed", [signer(true)], [own, seal], true, []],
  ["completed", [signer(true)], [own, seal], false, ["may-not-download"]],
  ["completed", [signer(true), approver], [own, seal], true, ["signs-nothing"]],
  ["draft", [signer(false)], [], true, ["not-sent"]],
  ["sent", [signer(true), signer(false)], [own], true, ["signs-first", "seal-follows"]],
  ["sealing", [signer(true)], [own], true, ["seal-follows"]],
  ["voided", [signer(false)], [], true, ["ended-unsigned"]],
  ["declined", [signer(true), signer(false)], [own, seal], false, ["ended-unsigned", "may-not-download"]],
] as const)(
  "of a %s envelope of %j with %j (download: %s) it says %j",
  (state, role, certificates, mayDownload, said) => {
    expect(certificateReasons({ state, role, certificates, mayDownload })).toEqual(said);
  },
);
