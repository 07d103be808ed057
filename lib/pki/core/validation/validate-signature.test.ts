import { beforeAll, describe, expect, test } from "vitest";
import { fromUtf8, sha1, sha256, toHex } from "#lib/bytes.ts";
import { nullValue } from "#lib/pki/core/asn1/der.ts";
import { OID } from "#lib/pki/core/asn1/oids.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { extendedKeyUsage, extension, keyUsage } from "#lib/pki/core/certificates/extensions.ts";
import { signatureValueOf } from "#lib/pki/core/cms/assemble-cms.ts";
import { PKCS7_RULES } from "#lib/pki/core/cms/verify-cms.ts";
import {
  type Authority,
  at,
  DAY_MS,
  HOUR_MS,
  NOON,
  opensslMakes,
  pem,
  testIssuing,
  testResponder,
  testSeal,
  testSigner,
  testTsa,
  testWorld,
  type World,
  wildCertificate,
  YEAR_MS,
} from "#lib/pki/core/testing.ts";
import type { EvidenceInput } from "#lib/pki/core/validation/evidence.ts";
import {
  CONTENT,
  contextOf,
  crlOf,
  documentTimestamp,
  fetched,
  inDss,
  ocspOf,
  sealedEvidence,
  serialOf,
  signedBySigner,
  stampedBySigner,
  validated,
} from "#lib/pki/core/validation/testing-document.ts";

const MINUTE_MS = 60_000;
const SIGNED = at(MINUTE_MS);
/** Two days later, when the signer's certificate has lapsed. */
const SEALED = at(2 * DAY_MS);
const NOTHING: EvidenceInput = { certificates: [], crls: [], ocspResponses: [] };

let world: World;
let signer: Authority;
let stamped: Uint8Array;
let sealed: EvidenceInput;
beforeAll(async () => {
  world = await testWorld();
  signer = await testSigner(world.issuing);
  stamped = await stampedBySigner(signer, world, SIGNED);
  sealed = await sealedEvidence(signer, world, SEALED);
});

const codes = (report: { findings: readonly { code: string }[] }) => report.findings.map(({ code }) => code);

describe("a sealed document", () => {
  test("passes the moment it is sealed, with a certificate that has lapsed", async () => {
    const report = validated(
      stamped,
      [await documentTimestamp(world, SEALED)],
      contextOf(sealed, world, at(2 * DAY_MS + HOUR_MS)),
    );
    expect(report).toMatchObject({
      indication: "TOTAL-PASSED",
      subIndication: null,
      bestSignatureTime: SIGNED,
      baselineLevel: "B-LT",
      findings: [],
    });
    expect(report.signerCertificate?.subject.text).toContain("CN=Ada Lovelace");
    expect(report.path).toHaveLength(2);
    expect(report.statuses.map(({ proof }) => proof?.source)).toEqual(["ocsp", "crl"]);
    expect(report.documentTimestamps).toMatchObject([{ indication: "TOTAL-PASSED", generatedAt: SEALED }]);
  });

  test("passes three years later with a fresh status of the TSA", async () => {
    const later = at(3 * YEAR_MS);
    const fresh = { ...sealed, crls: [...sealed.crls, fetched(await crlOf(world.root, later))] };
    const report = validated(
      stamped,
      [await documentTimestamp(world, SEALED)],
      contextOf(fresh, world, later),
    );
    expect(report).toMatchObject({
      indication: "TOTAL-PASSED",
      bestSignatureTime: SIGNED,
      baselineLevel: "B-LT",
    });
  });

  test("is indeterminate three years later without one, unless the operator accepts its age", async () => {
    const later = at(3 * YEAR_MS);
    const timestamps = [await documentTimestamp(world, SEALED)];
    const strict = validated(stamped, timestamps, contextOf(sealed, world, later));
    expect(strict).toMatchObject({ indication: "INDETERMINATE", subIndication: "OUT_OF_BOUNDS_NO_POE" });
    expect(strict.documentTimestamps[0]).toMatchObject({
      indication: "INDETERMINATE",
      subIndication: "TRY_LATER",
    });
    const patient = contextOf(sealed, world, later, { statusMaxAgeMs: 5 * YEAR_MS });
    expect(validated(stamped, timestamps, patient).indication).toBe("TOTAL-PASSED");
  });

  test("passes when its TSA has expired and a second one stamped it in time", async () => {
    const renewed = at(4 * YEAR_MS);
    const later = at(8 * YEAR_MS);
    const second = await testTsa(world.root, at(4 * YEAR_MS - DAY_MS), "Second TSA");
    const evidence = {
      ...sealed,
      crls: [
        ...sealed.crls,
        inDss(await crlOf(world.root, at(4 * YEAR_MS - HOUR_MS)), 4000),
        fetched(await crlOf(world.root, later)),
      ],
    };
    const first = await documentTimestamp(world, SEALED);
    const again = await documentTimestamp(world, renewed, second, 5000);
    const report = validated(stamped, [first, again], contextOf(evidence, world, later));
    expect(report.documentTimestamps.map(({ subIndication }) => subIndication)).toEqual([null, null]);
    expect(report).toMatchObject({ indication: "TOTAL-PASSED", bestSignatureTime: SIGNED });
    const alone = validated(stamped, [first], contextOf(evidence, world, later));
    expect(alone.indication).toBe("INDETERMINATE");
  });

  test("is not proven by a time-stamp that does not cover it", async () => {
    const early = await documentTimestamp(world, SEALED, world.tsa, 500);
    const report = validated(
      await signedBySigner(signer, world),
      [early],
      contextOf(sealed, world, at(3 * DAY_MS)),
    );
    expect(report).toMatchObject({ indication: "INDETERMINATE", subIndication: "OUT_OF_BOUNDS_NO_POE" });
  });

  test("is proven by its document time-stamp when it has no own", async () => {
    const early = await documentTimestamp(world, at(HOUR_MS));
    const evidence = {
      ...sealed,
      ocspResponses: [inDss(await ocspOf(signer, world.issuing, world.responder, at(MINUTE_MS)))],
      crls: [inDss(await crlOf(world.root, at(MINUTE_MS)))],
    };
    const report = validated(
      await signedBySigner(signer, world),
      [early],
      contextOf(evidence, world, at(3 * DAY_MS)),
    );
    expect(report).toMatchObject({
      indication: "TOTAL-PASSED",
      bestSignatureTime: at(HOUR_MS),
      baselineLevel: "B-LT",
    });
  });
});

describe("a signature that is not intact", () => {
  const context = () => contextOf(sealed, world, at(2 * DAY_MS));

  test("fails when the document changed", () => {
    const report = validated(stamped, [], context(), { contentDigest: sha256(fromUtf8("changed")) });
    expect(report).toMatchObject({ indication: "TOTAL-FAILED", subIndication: "HASH_FAILURE" });
  });

  test("fails when its value changed", () => {
    const value = signatureValueOf(stamped);
    const hex = toHex(stamped);
    const changed = new Uint8Array(Buffer.from(hex, "hex"));
    changed[hex.indexOf(toHex(value)) / 2 + 20]! ^= 1;
    expect(validated(changed, [], context())).toMatchObject({
      indication: "TOTAL-FAILED",
      subIndication: "SIG_CRYPTO_FAILURE",
    });
  });

  test("fails when it cannot be read", () => {
    for (const bytes of [new Uint8Array(), fromUtf8("no CMS"), stamped.subarray(0, 500)]) {
      expect(validated(bytes, [], context())).toMatchObject({
        indication: "TOTAL-FAILED",
        subIndication: "FORMAT_FAILURE",
      });
    }
  });
});

describe("without a time-stamp", () => {
  const fresh = async (now: Date): Promise<EvidenceInput> => ({
    certificates: [],
    crls: [fetched(await crlOf(world.root, now))],
    ocspResponses: [fetched(await ocspOf(signer, world.issuing, world.responder, now))],
  });

  test("a signature passes while its certificate is valid and its status fresh", async () => {
    const report = validated(
      await signedBySigner(signer, world),
      [],
      contextOf(await fresh(NOON), world, at(HOUR_MS)),
    );
    expect(report).toMatchObject({
      indication: "TOTAL-PASSED",
      baselineLevel: "B-B",
      bestSignatureTime: at(HOUR_MS),
    });
  });

  test("it is indeterminate once the certificate has lapsed", async () => {
    const report = validated(
      await signedBySigner(signer, world),
      [],
      contextOf(await fresh(NOON), world, at(DAY_MS)),
    );
    expect(report).toMatchObject({ indication: "INDETERMINATE", subIndication: "OUT_OF_BOUNDS_NO_POE" });
  });

  test("it is indeterminate without a status, or with one that is due for renewal", async () => {
    const cms = await signedBySigner(signer, world);
    expect(validated(cms, [], contextOf(NOTHING, world, at(HOUR_MS)))).toMatchObject({
      subIndication: "TRY_LATER",
    });
    const stale = await ocspOf(signer, world.issuing, world.responder, NOON, { lifeMs: MINUTE_MS });
    const evidence = { ...(await fresh(NOON)), ocspResponses: [fetched(stale)] };
    const report = validated(cms, [], contextOf(evidence, world, at(HOUR_MS)));
    expect(report).toMatchObject({ indication: "INDETERMINATE", subIndication: "TRY_LATER" });
    expect(codes(report)).toEqual(["status-unknown"]);
  });

  test("it is indeterminate when the authority's status is missing", async () => {
    const evidence = { ...(await fresh(NOON)), crls: [] };
    const report = validated(
      await signedBySigner(signer, world),
      [],
      contextOf(evidence, world, at(HOUR_MS)),
    );
    expect(report).toMatchObject({ indication: "INDETERMINATE", subIndication: "TRY_LATER" });
  });
});

describe("trust", () => {
  test("ends where no anchor is", async () => {
    const other = await testWorld();
    const report = validated(
      stamped,
      [await documentTimestamp(world, SEALED)],
      contextOf(sealed, other, at(2 * DAY_MS)),
    );
    expect(report).toMatchObject({
      indication: "INDETERMINATE",
      subIndication: "NO_CERTIFICATE_CHAIN_FOUND",
      anchor: null,
    });
    expect(report.signatureTimestamps).toMatchObject([{ subIndication: "NO_CERTIFICATE_CHAIN_FOUND" }]);
    expect(report.baselineLevel).toBe("B-B");
  });

  test("in time-stamps can have anchors of its own", async () => {
    const context = contextOf(sealed, world, at(2 * DAY_MS), { timestampAnchors: [] });
    expect(validated(stamped, [], context).signatureTimestamps).toMatchObject([
      { subIndication: "NO_CERTIFICATE_CHAIN_FOUND" },
    ]);
  });

  test("does not make a TSA a signer", async () => {
    const crl = fetched(await crlOf(world.root, NOON));
    const cms = await signedBySigner(world.tsa, world);
    const { digestOf } = await import("#lib/pki/core/algorithms.ts");
    const report = validated(cms, [], contextOf({ ...NOTHING, crls: [crl] }, world, at(HOUR_MS)), {
      contentDigest: digestOf("sha384", CONTENT),
    });
    expect(report).toMatchObject({ indication: "INDETERMINATE", subIndication: "CHAIN_CONSTRAINTS_FAILURE" });
  });

  test("does not reach statuses of a foreign responder", async () => {
    const other = await testWorld();
    const foreign = await ocspOf(signer, world.issuing, other.responder, SEALED, { archiveCutoff: NOON });
    const evidence = { ...sealed, ocspResponses: [inDss(foreign)] };
    const report = validated(
      stamped,
      [await documentTimestamp(world, SEALED)],
      contextOf(evidence, world, at(3 * DAY_MS)),
    );
    expect(report).toMatchObject({ indication: "INDETERMINATE", subIndication: "TRY_LATER" });
  });
});

describe("status", () => {
  const revokedAt = (instant: Date) =>
    ({ kind: "revoked", revokedAt: instant, reason: "keyCompromise" }) as const;
  const judged = async (instant: Date, madeAfter: Date | null = null) => {
    const ocsp = await ocspOf(signer, world.issuing, world.responder, SEALED, { status: revokedAt(instant) });
    const evidence = { ...sealed, ocspResponses: [...sealed.ocspResponses, inDss(ocsp)] };
    return validated(
      stamped,
      [await documentTimestamp(world, SEALED)],
      contextOf(evidence, world, at(3 * DAY_MS)),
      { madeAfter },
    );
  };

  test("revoked after the signature is proven leaves it passed", async () => {
    const report = await judged(at(HOUR_MS));
    expect(report).toMatchObject({ indication: "TOTAL-PASSED", subIndication: null });
    expect(codes(report)).toEqual(["revoked-later"]);
  });

  test("revoked before is indeterminate, and failed where the signature was made after", async () => {
    expect(await judged(at(-MINUTE_MS))).toMatchObject({
      indication: "INDETERMINATE",
      subIndication: "REVOKED_NO_POE",
    });
    expect(await judged(at(-MINUTE_MS), NOON)).toMatchObject({
      indication: "TOTAL-FAILED",
      subIndication: "REVOKED",
    });
  });

  test("of an authority revoked before is indeterminate", async () => {
    const revoked = [
      { serialHex: serialOf(world.issuing), revokedAt: at(-HOUR_MS), reason: "caCompromise" as const },
    ];
    const evidence = { ...sealed, crls: [inDss(await crlOf(world.root, SEALED, revoked))] };
    const report = validated(
      stamped,
      [await documentTimestamp(world, SEALED)],
      contextOf(evidence, world, at(3 * DAY_MS)),
    );
    expect(report).toMatchObject({ indication: "INDETERMINATE", subIndication: "REVOKED_CA_NO_POE" });
  });

  test("by an authority revoked later counts only if it is proven to be older", async () => {
    const revoked = [
      { serialHex: serialOf(world.issuing), revokedAt: at(10 * DAY_MS), reason: "caCompromise" as const },
    ];
    const later = at(20 * DAY_MS);
    const evidence = { ...sealed, crls: [...sealed.crls, fetched(await crlOf(world.root, later, revoked))] };
    const timestamps = [await documentTimestamp(world, SEALED)];
    expect(validated(stamped, timestamps, contextOf(evidence, world, later)).indication).toBe("TOTAL-PASSED");
    const unproven = { ...evidence, ocspResponses: sealed.ocspResponses.map(({ der }) => fetched(der)) };
    expect(validated(stamped, timestamps, contextOf(unproven, world, later))).toMatchObject({
      subIndication: "TRY_LATER",
    });
  });

  test("of a lapsed certificate counts only if the authority keeps it", async () => {
    const ocsp = await ocspOf(signer, world.issuing, world.responder, SEALED);
    const evidence = { ...sealed, ocspResponses: [inDss(ocsp)] };
    const report = validated(
      stamped,
      [await documentTimestamp(world, SEALED)],
      contextOf(evidence, world, at(3 * DAY_MS)),
    );
    expect(report).toMatchObject({ indication: "INDETERMINATE", subIndication: "TRY_LATER" });
  });

  test("signed by a responder that has expired counts only if it is proven to be older", async () => {
    const later = at(100 * DAY_MS);
    const fresh = { ...sealed, crls: [...sealed.crls, fetched(await crlOf(world.root, later))] };
    const timestamps = [await documentTimestamp(world, SEALED)];
    expect(validated(stamped, timestamps, contextOf(fresh, world, later)).indication).toBe("TOTAL-PASSED");
    const unproven = { ...fresh, ocspResponses: sealed.ocspResponses.map(({ der }) => fetched(der)) };
    expect(validated(stamped, timestamps, contextOf(unproven, world, later))).toMatchObject({
      subIndication: "TRY_LATER",
    });
  });

  test("by a responder without ocsp-nocheck counts only with a status of the responder", async () => {
    const responder = await wildCertificate({
      subject: "Checked OCSP",
      issuer: world.issuing,
      extensions: [extendedKeyUsage([OID.ocspSigning], false), keyUsage(["digitalSignature"])],
    });
    const cms = await signedBySigner(signer, world);
    const ocspResponses = [fetched(await ocspOf(signer, world.issuing, responder, NOON))];
    const rootCrl = fetched(await crlOf(world.root, NOON));
    const judged = async (crls: Uint8Array[]) =>
      validated(
        cms,
        [],
        contextOf({ ...NOTHING, crls: [rootCrl, ...crls.map(fetched)], ocspResponses }, world, at(HOUR_MS)),
      );
    expect(await judged([])).toMatchObject({ subIndication: "TRY_LATER" });
    const revoked = [
      { serialHex: serialOf(responder), revokedAt: at(-HOUR_MS), reason: "keyCompromise" as const },
    ];
    // The issuing authority's CRL speaks for the signer too, so only the responder's part may differ.
    const scoped = await judged([await crlOf(world.issuing, at(-2 * HOUR_MS), [], 3 * HOUR_MS)]);
    expect(scoped).toMatchObject({ indication: "TOTAL-PASSED" });
    expect(scoped.statuses[0]!.proof?.source).toBe("ocsp");
    expect(await judged([await crlOf(world.issuing, at(-2 * HOUR_MS), revoked, 3 * HOUR_MS)])).toMatchObject({
      subIndication: "TRY_LATER",
    });
  });

  test("unknown is no status", async () => {
    const ocsp = await ocspOf(signer, world.issuing, world.responder, SEALED, {
      status: { kind: "unknown" },
      archiveCutoff: NOON,
    });
    const evidence = { ...sealed, ocspResponses: [inDss(ocsp)] };
    const report = validated(
      stamped,
      [await documentTimestamp(world, SEALED)],
      contextOf(evidence, world, at(3 * DAY_MS)),
    );
    expect(report).toMatchObject({ indication: "INDETERMINATE", subIndication: "TRY_LATER" });
  });

  test("is not asked for an end entity whose authority publishes none", async () => {
    const short = await wildCertificate({
      subject: "Short",
      issuer: world.issuing,
      notAfter: at(DAY_MS),
      extensions: [keyUsage(["contentCommitment"]), extension(OID.noRevocationAvailable, false, nullValue())],
    });
    const crls = [fetched(await crlOf(world.root, NOON))];
    const report = validated(
      await signedBySigner(short, world),
      [],
      contextOf({ ...NOTHING, crls }, world, at(HOUR_MS)),
    );
    expect(report).toMatchObject({
      indication: "TOTAL-PASSED",
      statuses: [{ isExempt: true, proof: null }, { isExempt: false }],
    });
  });

  test("from the future is not believed", async () => {
    const ocsp = fetched(await ocspOf(signer, world.issuing, world.responder, at(2 * HOUR_MS)));
    const evidence = { ...NOTHING, crls: [fetched(await crlOf(world.root, NOON))], ocspResponses: [ocsp] };
    const report = validated(
      await signedBySigner(signer, world),
      [],
      contextOf(evidence, world, at(HOUR_MS)),
    );
    expect(report).toMatchObject({ subIndication: "TRY_LATER" });
  });

  test("of a TSA revoked before its token is proven makes the token worthless", async () => {
    const revoked = [{ serialHex: serialOf(world.tsa), revokedAt: NOON, reason: "keyCompromise" as const }];
    const evidence = { ...sealed, crls: [inDss(await crlOf(world.root, SEALED, revoked))] };
    const report = validated(
      stamped,
      [await documentTimestamp(world, SEALED)],
      contextOf(evidence, world, at(3 * DAY_MS)),
    );
    expect(report.documentTimestamps).toMatchObject([{ subIndication: "REVOKED_NO_POE" }]);
    expect(report).toMatchObject({ indication: "INDETERMINATE", subIndication: "OUT_OF_BOUNDS_NO_POE" });
  });
});

describe("times", () => {
  const crls = async (now: Date) => ({ ...sealed, crls: [fetched(await crlOf(world.root, now))] });

  test("before the certificate's fail", async () => {
    const cms = await stampedBySigner(signer, world, at(-2 * HOUR_MS));
    const report = validated(cms, [], contextOf(await crls(at(2 * DAY_MS)), world, at(2 * DAY_MS)));
    expect(report).toMatchObject({
      indication: "TOTAL-FAILED",
      subIndication: "NOT_YET_VALID",
      bestSignatureTime: at(-2 * HOUR_MS),
    });
  });

  test("after the certificate's are indeterminate, and failed where the signature was made after", async () => {
    const cms = await stampedBySigner(signer, world, at(25 * HOUR_MS));
    const context = contextOf(await crls(at(2 * DAY_MS)), world, at(2 * DAY_MS));
    expect(validated(cms, [], context)).toMatchObject({
      indication: "INDETERMINATE",
      subIndication: "OUT_OF_BOUNDS_NO_POE",
    });
    const report = validated(cms, [], context, { madeAfter: at(24 * HOUR_MS) });
    expect(report).toMatchObject({ indication: "TOTAL-FAILED", subIndication: "EXPIRED" });
  });

  test("that contradict each other are indeterminate", async () => {
    const cms = await stampedBySigner(signer, world, at(HOUR_MS));
    const evidence = await sealedEvidence(signer, world, at(2 * MINUTE_MS));
    const before = await documentTimestamp(world, at(3 * MINUTE_MS));
    const report = validated(cms, [before], contextOf(evidence, world, at(DAY_MS)));
    expect(report.signatureTimestamps).toMatchObject([{ subIndication: "TIMESTAMP_ORDER_FAILURE" }]);
    expect(report).toMatchObject({ indication: "INDETERMINATE", subIndication: "TIMESTAMP_ORDER_FAILURE" });
  });

  test("of a token in the future prove nothing", async () => {
    const report = validated(stamped, [], contextOf(await crls(NOON), world, at(30_000)));
    expect(report.signatureTimestamps).toMatchObject([{ subIndication: "TIMESTAMP_ORDER_FAILURE" }]);
    expect(report.indication).toBe("INDETERMINATE");
  });

  test("claimed beside the proven ones are named and decide nothing", async () => {
    const timestamps = [await documentTimestamp(world, SEALED)];
    const judged = (claimedAt: Date) =>
      validated(stamped, timestamps, contextOf(sealed, world, at(3 * DAY_MS)), { claimedAt });
    expect(codes(judged(SIGNED))).toEqual([]);
    expect(codes(judged(at(-YEAR_MS)))).toEqual(["claimed-time-outside", "claimed-time-differs"]);
    expect(judged(at(-YEAR_MS)).indication).toBe("TOTAL-PASSED");
  });

  test("claimed are let differ by as much as whoever asks has settled, and by ten minutes otherwise", async () => {
    const timestamps = [await documentTimestamp(world, SEALED)];
    const judged = (minutes: number, claimToleranceMs?: number) => {
      const context = contextOf(sealed, world, at(3 * DAY_MS));
      const claimedAt = new Date(SIGNED.getTime() + minutes * MINUTE_MS);
      const given = claimToleranceMs === undefined ? context : { ...context, claimToleranceMs };
      return codes(validated(stamped, timestamps, given, { claimedAt }));
    };
    expect(judged(5)).toEqual([]);
    expect(judged(30)).toEqual(["claimed-time-differs"]);
    expect(judged(5, MINUTE_MS)).toEqual(["claimed-time-differs"]);
    expect(judged(30, 60 * MINUTE_MS)).toEqual([]);
  });
});

describe("what is weak", () => {
  test("needs a proof from before it was", async () => {
    const seal = await testSeal(world.issuing);
    const cms = opensslMakes(
      "s.cms",
      [
        "cms",
        "-sign",
        "-in",
        "c.bin",
        "-binary",
        "-md",
        "sha1",
        "-signer",
        "c.pem",
        "-inkey",
        "k.pem",
        "-certfile",
        "i.pem",
        "-outform",
        "DER",
        "-out",
        "s.cms",
      ],
      {
        "c.bin": CONTENT,
        "c.pem": pem(seal.certificateDer),
        "i.pem": pem(world.issuing.certificateDer),
        "k.pem": seal.key.keyObject.export({ type: "pkcs8", format: "pem" }).toString(),
      },
    );
    const evidence = {
      ...NOTHING,
      crls: [fetched(await crlOf(world.root, NOON)), fetched(await crlOf(world.issuing, NOON))],
    };
    const report = validated(cms, [], contextOf(evidence, world, at(HOUR_MS)), {
      rules: PKCS7_RULES,
      contentDigest: sha1(CONTENT),
    });
    expect(report).toMatchObject({
      indication: "INDETERMINATE",
      subIndication: "CRYPTO_CONSTRAINTS_FAILURE_NO_POE",
      baselineLevel: null,
    });
  });
});

describe("evidence", () => {
  test("that cannot be read is named and left out", async () => {
    const context = contextOf(
      { ...sealed, crls: [...sealed.crls, inDss(fromUtf8("no CRL"))] },
      world,
      at(3 * DAY_MS),
    );
    expect(codes(context.evidence)).toEqual(["evidence-unreadable"]);
    expect(validated(stamped, [await documentTimestamp(world, SEALED)], context).indication).toBe(
      "TOTAL-PASSED",
    );
  });

  test("of an issuing authority that was renewed under the same name is told apart", async () => {
    const renewed = await testIssuing(world.root, at(-DAY_MS));
    const other = await testSigner(renewed);
    const responder = await testResponder(renewed);
    const cms = await stampedBySigner(other, { ...world, issuing: renewed }, SIGNED);
    const evidence = await sealedEvidence(other, { ...world, issuing: renewed, responder }, SEALED);
    const both = {
      ...evidence,
      certificates: [...evidence.certificates, inDss(world.issuing.certificateDer)],
    };
    const report = validated(
      cms,
      [await documentTimestamp(world, SEALED)],
      contextOf(both, world, at(3 * DAY_MS)),
    );
    expect(report.indication).toBe("TOTAL-PASSED");
    expect(report.path[1]!.sha256).toBe(parseCertificate(renewed.certificateDer).sha256);
  });
});
