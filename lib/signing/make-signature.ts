import { sha256 } from "#lib/bytes.ts";
import type { WorkerContext } from "#lib/context.ts";
import {
  completeSignature,
  digestPrepared,
  type HashState,
  prepareDocumentTimestamp,
  prepareSignature,
  type SignaturePlan,
} from "#lib/pdf/signature.ts";
import { digestOfKey } from "#lib/pki/core/algorithms.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { addSignatureTimestamp, assembleCms } from "#lib/pki/core/cms/assemble-cms.ts";
import { signedAttributes } from "#lib/pki/core/cms/signed-attributes.ts";
import type { IssuedCertificate } from "#lib/pki/issue-certificate.ts";
import type { SigningKey } from "#lib/ports/keys.ts";
import type { Head } from "./steps.ts";
import { reached } from "./steps.ts";

export type Level = "B-B" | "B-T" | "B-LT" | "B-LTA";

export interface MadeSignature {
  readonly tail: Uint8Array;
  readonly hashed: HashState;
  /** The time-stamp token on the signature, DER; null at B-B. */
  readonly timestamp: Uint8Array | null;
}

/**
 * One PAdES signature on a document: prepared, hashed, signed with the key, time-stamped, put in its hole.
 *
 * @throws keys/unavailable, timestamps/unavailable: nothing was changed, try again. Never a lower level instead.
 * @see EN 319 142-1 §5, §6
 */
export async function makeSignature(
  ctx: WorkerContext,
  head: Pick<Head, "file" | "source" | "hashed">,
  plan: SignaturePlan,
  signer: { readonly key: SigningKey; readonly certificate: Pick<IssuedCertificate, "der" | "chain"> },
  level: Level,
): Promise<MadeSignature> {
  const { key } = signer;
  const certificate = parseCertificate(signer.certificate.der);
  const prepared = prepareSignature(head.file, plan);
  const hash = digestOfKey(key.algorithm) === "sha384" ? "sha384" : "sha256";
  const { digest, state } = digestPrepared(head.source, prepared, head.hashed, hash);
  const attributes = signedAttributes({ messageDigest: digest, certificate });
  reached("signature: prepared");
  // Putting the CMS together verifies it, with the certificate's key.
  const signature = await key.sign(attributes);
  reached("signature: signed");
  const cms = assembleCms({
    signedAttributes: attributes,
    signature,
    algorithm: key.algorithm,
    certificate,
    chain: signer.certificate.chain,
  });
  const timestamp = level === "B-B" ? null : await ctx.runtime.timestamps.token(sha256(signature));
  reached("signature: time-stamped");
  const contents = timestamp ? addSignatureTimestamp(cms, timestamp) : cms;
  return { tail: completeSignature(prepared, contents), hashed: state, timestamp };
}

/** A document time-stamp over everything in the file so far (ISO 32000-2 §12.8.5). */
export async function makeDocumentTimestamp(
  ctx: WorkerContext,
  head: Pick<Head, "file" | "source" | "hashed">,
  seed: Uint8Array,
): Promise<MadeSignature> {
  const prepared = prepareDocumentTimestamp(head.file, { seed });
  const { digest, state } = digestPrepared(head.source, prepared, head.hashed);
  const token = await ctx.runtime.timestamps.token(digest);
  return { tail: completeSignature(prepared, token), hashed: state, timestamp: token };
}
