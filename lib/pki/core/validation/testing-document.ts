import { fromUtf8, sha256 } from "#lib/bytes.ts";
import { digestOf, digestOfKey } from "#lib/pki/core/algorithms.ts";
import { WHEREOF_OID } from "#lib/pki/core/asn1/oids.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { addSignatureTimestamp, assembleCms, signatureValueOf } from "#lib/pki/core/cms/assemble-cms.ts";
import { signedAttributes } from "#lib/pki/core/cms/signed-attributes.ts";
import { createCrl, type RevokedCertificate } from "#lib/pki/core/revocation/create-crl.ts";
import { createOcspResponse } from "#lib/pki/core/revocation/create-ocsp-response.ts";
import { certIdOf } from "#lib/pki/core/revocation/ocsp-request.ts";
import type { CertificateStatus } from "#lib/pki/core/revocation/ocsp-response.ts";
import { type Authority, DAY_MS, randomOctets, type World, YEAR_MS } from "#lib/pki/core/testing.ts";
import { createTimestampToken } from "#lib/pki/core/timestamps/create-timestamp.ts";
import { encodeImprint } from "#lib/pki/core/timestamps/timestamp-request.ts";
import { type EvidenceInput, type EvidenceItem, readEvidence } from "#lib/pki/core/validation/evidence.ts";
import type { ValidationContext } from "#lib/pki/core/validation/judge.ts";
import { trustAnchorOf } from "#lib/pki/core/validation/path.ts";
import { type SignatureInput, validateSignature } from "#lib/pki/core/validation/validate-signature.ts";
import { type DocumentTimestamp, validateTimestamps } from "#lib/pki/core/validation/validate-timestamps.ts";

/** A document as far as signatures see it: revisions that end at these lengths. */
export const SIGNED_AT = 1000;
export const DSS_AT = 2000;
export const STAMPED_AT = 3000;

export const CONTENT = fromUtf8("what the signer saw");
export const DOCUMENT_DIGEST = sha256(fromUtf8("the document up to the time-stamp"));

export async function tokenOver(
  hash: Uint8Array,
  tsa: Authority,
  world: World,
  now: Date,
): Promise<Uint8Array> {
  const authority = {
    ...tsa,
    chain: [world.root.certificateDer],
    policy: WHEREOF_OID.timestampPolicy,
    accuracySeconds: 1,
  };
  const request = { imprintDer: encodeImprint("sha256", hash), nonceDer: null, wantsCertificates: true };
  return createTimestampToken(request, authority, randomOctets(16), now);
}

export async function signedBySigner(signer: Authority, world: World): Promise<Uint8Array> {
  const { key } = signer;
  const certificate = parseCertificate(signer.certificateDer);
  const messageDigest = digestOf(digestOfKey(key.algorithm), CONTENT);
  const attributes = signedAttributes({ messageDigest, certificate });
  return assembleCms({
    signedAttributes: attributes,
    signature: await key.sign(attributes),
    algorithm: key.algorithm,
    certificate,
    chain: [world.issuing.certificateDer],
  });
}

/** A CMS with a signature time-stamp of `now`. */
export async function stampedBySigner(
  signer: Authority,
  world: World,
  now: Date,
  tsa = world.tsa,
): Promise<Uint8Array> {
  const cms = await signedBySigner(signer, world);
  return addSignatureTimestamp(cms, await tokenOver(sha256(signatureValueOf(cms)), tsa, world, now));
}

export async function ocspOf(
  about: Authority,
  issuer: Authority,
  responder: Authority,
  thisUpdate: Date,
  more: { status?: CertificateStatus; archiveCutoff?: Date; lifeMs?: number } = {},
): Promise<Uint8Array> {
  const certId = certIdOf(parseCertificate(about.certificateDer), parseCertificate(issuer.certificateDer));
  return createOcspResponse(
    {
      answers: [{ certId, status: more.status ?? { kind: "good" } }],
      responderDer: responder.certificateDer,
      producedAt: thisUpdate,
      thisUpdate,
      nextUpdate: new Date(thisUpdate.getTime() + (more.lifeMs ?? 7 * DAY_MS)),
      nonce: null,
      archiveCutoff: more.archiveCutoff,
    },
    responder.key,
  );
}

export async function crlOf(
  authority: Authority,
  thisUpdate: Date,
  revoked: RevokedCertificate[] = [],
  lifeMs = 90 * DAY_MS,
) {
  const nextUpdate = new Date(thisUpdate.getTime() + lifeMs);
  return createCrl(
    { issuerDer: authority.certificateDer, number: 1, thisUpdate, nextUpdate, revoked },
    authority.key,
  );
}

export const serialOf = ({ certificateDer }: Authority): string => parseCertificate(certificateDer).serialHex;
export const inDss = (der: Uint8Array, position = DSS_AT): EvidenceItem => ({ der, position });
export const fetched = (der: Uint8Array): EvidenceItem => ({ der, position: null });

/**
 * What a sealed document holds: status of the signer and the TSA, a CRL of the root, a document time-stamp.
 */
export async function sealedEvidence(
  signer: Authority,
  world: World,
  sealedAt: Date,
): Promise<EvidenceInput> {
  const archiveCutoff = new Date(sealedAt.getTime() - YEAR_MS);
  return {
    certificates: [inDss(world.tsa.certificateDer), inDss(world.issuing.certificateDer)],
    crls: [inDss(await crlOf(world.root, sealedAt))],
    ocspResponses: [inDss(await ocspOf(signer, world.issuing, world.responder, sealedAt, { archiveCutoff }))],
  };
}

export async function documentTimestamp(
  world: World,
  now: Date,
  tsa: Authority = world.tsa,
  coversUpTo = STAMPED_AT,
): Promise<DocumentTimestamp> {
  return {
    tokenDer: await tokenOver(DOCUMENT_DIGEST, tsa, world, now),
    documentDigest: DOCUMENT_DIGEST,
    coversUpTo,
  };
}

export function contextOf(
  evidence: EvidenceInput,
  world: World,
  now: Date,
  more: Partial<ValidationContext> = {},
): ValidationContext {
  return {
    evidence: readEvidence(evidence),
    anchors: [trustAnchorOf(world.root.certificateDer)],
    now,
    ...more,
  };
}

/** The report on the signature, with those on the document time-stamps it rests on. */
export function validated(
  cms: Uint8Array,
  timestamps: readonly DocumentTimestamp[],
  context: ValidationContext,
  more: Partial<SignatureInput> = {},
) {
  const reports = validateTimestamps(timestamps, context);
  const input = { cms, contentDigest: sha256(CONTENT), position: SIGNED_AT, ...more };
  return { ...validateSignature(input, reports, context), documentTimestamps: reports };
}
