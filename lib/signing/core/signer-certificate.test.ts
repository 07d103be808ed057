import { expect, test } from "vitest";
import { looksLike } from "./credential-name.ts";
import { certificateHindrance, type SignerCertificateFacts } from "./signer-certificate.ts";

const GOOD: SignerCertificateFacts = {
  ...{ isSound: true, isTrusted: true, keyUsage: ["contentCommitment"] },
  statements: { isQualified: true, isForSignatures: true, hasDevice: true },
};
const { statements } = GOOD;

test.for([
  ["all that it takes", {}, null, null],
  ["a path that does not hold", { isSound: false }, "certificate", "certificate"],
  ["no use for signatures", { keyUsage: ["keyEncipherment"] }, "usage", "usage"],
  ["use for authentication", { keyUsage: ["digitalSignature"] }, null, "usage"],
  [
    "no statement that it is qualified",
    { statements: { ...statements, isQualified: false } },
    null,
    "not-qualified",
  ],
  ["a seal's type", { statements: { ...statements, isForSignatures: false } }, null, "not-for-signatures"],
  ["no device", { statements: { ...statements, hasDevice: false } }, null, "no-device"],
  ["an authority that nobody vouches for", { isTrusted: false }, null, "not-trusted"],
] as const)("a certificate with %s", ([, change, advanced, qualified]) => {
  const facts = { ...GOOD, ...change };
  expect(certificateHindrance("advanced", facts)).toBe(advanced);
  expect(certificateHindrance("qualified", facts)).toBe(qualified);
});

test.for([
  ["ANA MARÍA RUIZ", "Ana Ruiz", true],
  ["Ruiz Ana", "Ana Ruiz", true],
  ["Ana Ruiz", "Ben Okafor", false],
  ["Ana Lopez", "Ana Ruiz", false],
  ["", "Ana Ruiz", false],
] as const)("%j looks like %j: %j", ([certified, asked, isAlike]) => {
  expect(looksLike(certified, asked)).toBe(isAlike);
});
