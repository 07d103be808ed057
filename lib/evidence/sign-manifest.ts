import { sha256 } from "#lib/bytes.ts";
import type { WorkerContext } from "#lib/context.ts";
import { digestOf, digestOfKey } from "#lib/pki/core/algorithms.ts";
import { parseCertificate, readableCertificates } from "#lib/pki/core/certificates/certificate.ts";
import { addRevocationValues, addSignatureTimestamp, assembleCms } from "#lib/pki/core/cms/assemble-cms.ts";
import { signedAttributes } from "#lib/pki/core/cms/signed-attributes.ts";
import { timestampGranted } from "#lib/pki/core/timestamps/create-timestamp.ts";
import { parseTimestampToken } from "#lib/pki/core/timestamps/timestamp-token.ts";
import { fetchStatus } from "#lib/pki/foreign-status.ts";
import { publishCrl } from "#lib/pki/publish-crl.ts";
import { publishOcspResponse } from "#lib/pki/publish-ocsp-response.ts";
import { openSeal } from "#lib/signing/seal-key.ts";

/**
 * Signs the list of a package's files with the organization's key: a detached CAdES signature with a time-stamp and
 * what validates it, and a time-stamp over the list itself.
 *
 * @throws keys/unavailable, timestamps/unavailable: try again
 * @see EN 319 122-1 §6.3 (B-LT), RFC 3161
 */
export async function signManifest(
  ctx: WorkerContext,
  manifest: Uint8Array,
): Promise<{ readonly cms: Uint8Array; readonly timestamp: Uint8Array }> {
  const { key, certificate: issued } = await openSeal(ctx);
  const { timestamps } = ctx.runtime;
  const certificate = parseCertificate(issued.der);
  const attributes = signedAttributes({
    messageDigest: digestOf(digestOfKey(key.algorithm), manifest),
    certificate,
    signingTime: ctx.now(),
  });
  const signature = await key.sign(attributes);
  const cms = assembleCms({
    ...{ signedAttributes: attributes, signature, algorithm: key.algorithm, certificate },
    chain: issued.chain,
  });
  const signatureToken = await timestamps.token(sha256(signature));
  const manifestToken = await timestamps.token(sha256(manifest));
  const status = await statusOf(ctx, issued.der, [signatureToken, manifestToken]);
  return {
    cms: addRevocationValues(addSignatureTimestamp(cms, signatureToken), status),
    timestamp: timestampGranted(manifestToken),
  };
}

/** What is known of the seal's certificate and of the authority that issued it, now. */
export async function sealStatus(ctx: WorkerContext): Promise<{ sealOcsp: Uint8Array; rootCrl: Uint8Array }> {
  const { runtime } = ctx;
  const { certificate } = await openSeal(ctx);
  const authorities = await runtime.authorities();
  return {
    sealOcsp: await publishOcspResponse(runtime, authorities, certificate.der),
    rootCrl: await publishCrl(runtime, authorities.root),
  };
}

async function statusOf(ctx: WorkerContext, sealDer: Uint8Array, tokens: readonly Uint8Array[]) {
  const { runtime } = ctx;
  const authorities = await runtime.authorities();
  const read = tokens.map(parseTimestampToken);
  const newest = new Date(Math.max(...read.map(({ generatedAt }) => generatedAt.getTime())));
  const ocspResponses = [await publishOcspResponse(runtime, authorities, sealDer)];
  const crls = [await publishCrl(runtime, authorities.root, newest)];
  const root = parseCertificate(authorities.root.certificateDer);
  const others = new Map(
    readableCertificates(read.flatMap(({ cms }) => cms.certificates)).map((one) => [one.sha256, one]),
  );
  for (const certificate of others.values()) {
    const isOurs = certificate.issuer.text === root.subject.text;
    const issuer = [...others.values()].find(({ subject }) => subject.text === certificate.issuer.text);
    if (isOurs || certificate.isSelfIssued || !issuer) continue;
    const status = await fetchStatus(runtime, certificate, issuer);
    if (status) (status.kind === "crl" ? crls : ocspResponses).push(status.der);
  }
  return { crls, ocspResponses };
}
