import { beforeAll, expect, test } from "vitest";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import {
  type Authority,
  DAY_MS,
  NOON,
  testSigner,
  testWorld,
  type World,
  YEAR_MS,
} from "#lib/pki/core/testing.ts";
import { trustAnchorOf } from "#lib/pki/core/validation/path.ts";
import { type JudgeRequest, judgeCertificate } from "./judge.ts";

let world: World;
let signer: Authority;
beforeAll(async () => {
  world = await testWorld();
  signer = await testSigner(world.issuing);
});

const judge = (more: Partial<JudgeRequest> = {}, at = NOON) => {
  const above = [world.issuing, world.root].map(({ certificateDer }) => parseCertificate(certificateDer));
  const judged = judgeCertificate({
    certificate: parseCertificate(signer.certificateDer),
    heap: above,
    terms: { ours: above, anchors: [trustAnchorOf(world.root.certificateDer)], at },
    status: { kind: "told", revokedAt: null, reason: null },
    isSigner: true,
    ...more,
  });
  return { verdict: judged.verdict, codes: judged.reasons.map(({ code }) => code) };
};

test("one that holds is valid, with nothing to note", () => {
  expect(judge()).toEqual({ verdict: "valid", codes: [] });
});

test("one whose time is over is expired, and its chain is judged at its last moment", () => {
  const after = parseCertificate(signer.certificateDer).notAfter.getTime() + 100 * YEAR_MS;
  expect(judge({}, new Date(after))).toEqual({ verdict: "expired", codes: ["expired"] });
});

test("revoked counts before anything else", () => {
  const revokedAt = new Date(NOON.getTime() - DAY_MS);
  const status = { kind: "told", revokedAt, reason: "keyCompromise" } as const;
  expect(judge({ status })).toMatchObject({ verdict: "revoked", codes: ["revoked"] });
});

test("without an issuer or an answer nothing is settled", () => {
  const terms = { ours: [], anchors: [], at: NOON };
  expect(judge({ heap: [], terms }).verdict).toBe("unknown");
  expect(judge({ status: { kind: "silent", why: "no-answer" } })).toEqual({
    verdict: "unknown",
    codes: ["status-no-answer"],
  });
});

test("an authority's certificate where a signer's should be is wrong", () => {
  const certificate = parseCertificate(world.issuing.certificateDer);
  expect(judge({ certificate }).verdict).toBe("faulty");
  expect(judge({ certificate, isSigner: false }).verdict).toBe("valid");
});
