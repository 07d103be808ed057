import type { SealCheck } from "#db/schema/keys.ts";
import { equalBytes, fromUtf8, sha256, toHex } from "#lib/bytes.ts";
import type { WorkerContext } from "#lib/context.ts";
import { isRefusal } from "#lib/errors.ts";
import { digestOf, digestOfKey } from "#lib/pki/core/algorithms.ts";
import { type Certificate, parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { addSignatureTimestamp, assembleCms, signatureValueOf } from "#lib/pki/core/cms/assemble-cms.ts";
import { parseCms } from "#lib/pki/core/cms/parse-cms.ts";
import { signedAttributes } from "#lib/pki/core/cms/signed-attributes.ts";
import { PADES_RULES, verifyCms } from "#lib/pki/core/cms/verify-cms.ts";
import { parseOcspResponse } from "#lib/pki/core/revocation/ocsp-response.ts";
import { parseTimestampToken, verifyTimestampToken } from "#lib/pki/core/timestamps/timestamp-token.ts";
import { findPath, trustAnchorOf } from "#lib/pki/core/validation/path.ts";
import { fetchStatus, revokedSince } from "#lib/pki/foreign-status.ts";
import { commonNameOf, type IssuedCertificate } from "#lib/pki/issue-certificate.ts";
import { ownStatus } from "#lib/pki/own-status.ts";
import type { SigningKey } from "#lib/ports/keys.ts";

export type { SealCheck };

interface NewSeal {
  readonly key: SigningKey;
  readonly certificate: IssuedCertificate;
  readonly organizationName: string;
}

/**
 * Signs a trial text with a key that shall become the organization's, and looks at everything a stranger would look
 * at: nothing real is signed with it before all of this holds.
 */
export async function checkSeal(ctx: WorkerContext, seal: NewSeal): Promise<SealTrial> {
  const certificate = parseCertificate(seal.certificate.der);
  const now = ctx.now();
  const lives = certificate.notBefore <= now && certificate.notAfter > now;
  const trial = await trialSignature(ctx, seal, certificate);
  const checks = [
    check("key", equalBytes(certificate.publicKey, seal.key.publicKey), seal.key.algorithm),
    check("owner", isNamed(certificate, commonNameOf(seal.organizationName)), certificate.subject.text),
    check("usage", certificate.keyUsage?.includes("contentCommitment") ?? false, "contentCommitment"),
    check("life", lives, certificate.notAfter.toISOString()),
    chainCheck(seal, certificate, now),
    await attempt("status", () => statusCheck(ctx, seal, certificate)),
    ...trial.checks,
  ];
  return { ...trial, checks };
}

/** What was found, and what was signed for it. */
export interface SealTrial {
  readonly checks: readonly SealCheck[];
  /** Of the text that was signed; null when it was not. */
  readonly documentSha256: string | null;
  /** When the time-stamp says that it was signed by; null without one. */
  readonly provenAt: string | null;
}

const check = (name: SealCheck["name"], isGood: boolean, found: string): SealCheck => ({
  name,
  isGood,
  found,
});

const isNamed = ({ subject }: Certificate, name: string): boolean =>
  subject.parts.some(({ value }) => value === name);

function chainCheck({ certificate: { chain } }: NewSeal, certificate: Certificate, at: Date): SealCheck {
  const roots = chain.filter((der) => parseCertificate(der).isSelfIssued);
  const candidates = chain.map(parseCertificate);
  const found = findPath({ certificate, candidates, anchors: roots.map(trustAnchorOf), at });
  return check("chain", found.isValid, found.path.map(({ subject }) => subject.text).join(" ← "));
}

async function statusCheck(ctx: WorkerContext, { certificate: { chain } }: NewSeal, own: Certificate) {
  const status = await ownStatus(ctx.runtime, own, new Date(0));
  const [response] = status?.ocspResponses ?? [];
  if (response) {
    const [single] = parseOcspResponse(response).singles;
    return check("status", single?.status.kind === "good", `OCSP: ${single?.status.kind}`);
  }
  const issuer = parseCertificate(chain[0]!);
  const fetched = await fetchStatus(ctx.runtime, own, issuer);
  return check("status", revokedSince(fetched, own, issuer) === null, fetched.kind.toUpperCase());
}

async function trialSignature(
  ctx: WorkerContext,
  seal: NewSeal,
  certificate: Certificate,
): Promise<SealTrial> {
  const text = fromUtf8(`Trial of ${seal.certificate.id} at ${ctx.now().toISOString()}`);
  const digest = digestOf(digestOfKey(seal.key.algorithm), text);
  const attributes = signedAttributes({ messageDigest: digest, certificate });
  try {
    const cms = assembleCms({
      signedAttributes: attributes,
      signature: await seal.key.sign(attributes),
      ...{ algorithm: seal.key.algorithm, certificate, chain: seal.certificate.chain },
    });
    const { subIndication, signer } = verifyCms(parseCms(cms), digest, PADES_RULES);
    const isOwn = subIndication === null && signer?.sha256 === certificate.sha256;
    const imprint = sha256(signatureValueOf(cms));
    const stamp = await attempt("time-stamp", async () => {
      const token = await ctx.runtime.timestamps.token(imprint);
      addSignatureTimestamp(cms, token);
      const read = parseTimestampToken(token);
      const { subIndication: fault } = verifyTimestampToken(read, imprint);
      return check("time-stamp", fault === null, read.generatedAt.toISOString());
    });
    return {
      checks: [check("signature", isOwn, certificate.sha256), stamp],
      documentSha256: toHex(sha256(text)),
      provenAt: stamp.isGood ? stamp.found : null,
    };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { checks: [check("signature", false, error.code)], documentSha256: null, provenAt: null };
  }
}

async function attempt(name: SealCheck["name"], work: () => Promise<SealCheck>): Promise<SealCheck> {
  try {
    return await work();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return check(name, false, error.code);
  }
}
