import { sha256, toHex } from "#lib/bytes.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { digestOf, digestOfKey } from "#lib/pki/core/algorithms.ts";
import { parseCertificate, readableCertificates } from "#lib/pki/core/certificates/certificate.ts";
import { addRevocationValues, addSignatureTimestamp, assembleCms } from "#lib/pki/core/cms/assemble-cms.ts";
import { signedAttributes } from "#lib/pki/core/cms/signed-attributes.ts";
import { timestampGranted } from "#lib/pki/core/timestamps/create-timestamp.ts";
import { parseTimestampToken } from "#lib/pki/core/timestamps/timestamp-token.ts";
import { type KeyUse, noteKeyUse } from "#lib/signing/note-key-use.ts";
import { openSeal } from "#lib/signing/seal-key.ts";
import { collectStatus } from "#lib/signing/validation-data.ts";

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
  use: KeyUse,
): Promise<{ readonly cms: Uint8Array; readonly timestamp: Uint8Array }> {
  const token = await ctx.runtime.timestamps.token(sha256(manifest));
  return { cms: await signDetached(ctx, manifest, use, [token]), timestamp: timestampGranted(token) };
}

/**
 * A detached CAdES signature with the organization's key, with a time-stamp and what validates both.
 *
 * @param tokens others whose authorities' status goes into it too. @throws keys/unavailable, timestamps/unavailable
 * @see EN 319 122-1 §6.3 (B-LT)
 */
export async function signDetached(
  ctx: WorkerContext,
  content: Uint8Array,
  use: KeyUse,
  tokens: readonly Uint8Array[] = [],
): Promise<Uint8Array> {
  const { key, certificate: issued } = await openSeal(ctx);
  const certificate = parseCertificate(issued.der);
  const attributes = signedAttributes({
    messageDigest: digestOf(digestOfKey(key.algorithm), content),
    certificate,
    signingTime: ctx.now(),
  });
  const signature = await key.sign(attributes);
  const made = { certificateId: issued.id, digestHex: toHex(sha256(content)), level: "B-LT" } as const;
  await inTransaction(ctx, (ctx) => noteKeyUse(ctx, { ...use, ...made }));
  const cms = assembleCms({
    ...{ signedAttributes: attributes, signature, algorithm: key.algorithm, certificate },
    chain: issued.chain,
  });
  const token = await ctx.runtime.timestamps.token(sha256(signature));
  const status = await statusOf(ctx, [issued.der, ...issued.chain], [token, ...tokens]);
  return addRevocationValues(addSignatureTimestamp(cms, token), status);
}

/** What is known of the seal's certificate and of those above it, now; empty where nobody answers for them. */
export async function sealStatus(ctx: WorkerContext): Promise<{ sealOcsp: Uint8Array; rootCrl: Uint8Array }> {
  const { certificate } = await openSeal(ctx);
  const path = readableCertificates([certificate.der, ...certificate.chain]);
  const { ocspResponses, crls } = await collectStatus(ctx, path, new Date(0));
  const none = new Uint8Array();
  return { sealOcsp: ocspResponses[0] ?? none, rootCrl: crls[0] ?? none };
}

async function statusOf(ctx: WorkerContext, path: readonly Uint8Array[], tokens: readonly Uint8Array[]) {
  const read = tokens.map(parseTimestampToken);
  const newest = new Date(Math.max(...read.map(({ generatedAt }) => generatedAt.getTime())));
  const found = new Map(
    readableCertificates([...path, ...read.flatMap(({ cms }) => cms.certificates)]).map((one) => [
      one.sha256,
      one,
    ]),
  );
  return collectStatus(ctx, [...found.values()], newest);
}
