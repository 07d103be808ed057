import { createHash } from "node:crypto";
import type { PreparedHash, StoredCredential } from "#db/schema/signature-providers.ts";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requireSystem } from "#lib/authorize.ts";
import { fromBase64, toBase64 } from "#lib/bytes.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { isRefusal } from "#lib/errors.ts";
import type { CertificateId, EnvelopeId, RecipientId } from "#lib/ids.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { certificatesFromPem } from "#lib/pki/core/certificates/pem.ts";
import { hashOf } from "#lib/ports/csc-names.ts";
import { requireNotRevoked } from "../seals/brought-status.ts";
import { type Identity, signDocuments } from "../sign-revision.ts";
import { type AuthorizationRow, changeAuthorization } from "./store.ts";
import { loadWaiting, type WaitingSigner } from "./waiting-signer.ts";

export interface OfSigner {
  readonly envelopeId: EnvelopeId;
  readonly recipientId: RecipientId;
}

/**
 * Prepares a person's signature in every document with the certificate they chose, as far as the hash that their
 * provider is to sign. Nothing is signed, and doing it again gives the same.
 */
export async function prepareAtProvider(ctx: WorkerContext, input: OfSigner): Promise<void> {
  requireSystem(ctx);
  const waiting = await findWaiting(ctx, input);
  if (waiting?.row?.state !== "chosen") return;
  const credential = chosenOf(waiting.row);
  if (!credential) return;
  const { envelopeId, recipientId } = input;
  const isRevoked = await requireNotRevoked(ctx, {
    der: fromBase64(credential.certificates[0]!),
    chainPem: credential.chainPem ?? "",
  }).then(
    () => false,
    (error: unknown) => {
      if (isRefusal(error, "signing/seal-revoked")) return true;
      throw error;
    },
  );
  if (isRevoked) return refuseChosen(ctx, input, "signing/credential-revoked");
  const prepared = await preparedHashes(ctx, waiting, credential);
  await inTransaction(ctx, async (ctx) => {
    const { row, provider } = await loadWaiting(ctx, envelopeId, recipientId, true);
    if (row?.state !== "chosen" || row.credentialId !== credential.id) return;
    await changeAuthorization(ctx, recipientId, { state: "prepared", prepared });
    const data = {
      ...{ recipient: recipientId, provider: provider.id, certificate: credential.sha256 },
      hashes: prepared.map(({ documentId, hash }) => ({ document: documentId, hash })),
    };
    await appendEvent(ctx, { type: "signer-hashes.prepared", envelopeId, data });
  });
}

/** Null when nobody waits any more. */
export async function findWaiting(
  ctx: WorkerContext,
  { envelopeId, recipientId }: OfSigner,
): Promise<WaitingSigner | null> {
  try {
    return await inTransaction(ctx, (ctx) => loadWaiting(ctx, envelopeId, recipientId));
  } catch (error) {
    if (isRefusal(error, "signing/provider-not-asked")) return null;
    throw error;
  }
}

export const chosenOf = (row: AuthorizationRow): StoredCredential | null =>
  row.offered.find(({ id }) => id === row.credentialId) ?? null;

/** Thrown where the key would be used. */
class NotYet extends Error {}

/** The hash of what is to be signed in each document that has no signature of theirs yet. */
export async function preparedHashes(
  ctx: WorkerContext,
  { loaded, recipient, row }: WaitingSigner,
  credential: StoredCredential,
): Promise<PreparedHash[]> {
  const found: PreparedHash[] = [];
  const { name } = hashOf(credential.algorithm!);
  const identify = async (documentId: string): Promise<Identity> =>
    identityOf(row!, credential, async (attributes) => {
      const hash = createHash(name).update(attributes).digest();
      found.push({ documentId, attributes: toBase64(attributes), hash: toBase64(hash) });
      throw new NotYet();
    });
  await signDocuments(ctx, loaded, recipient, identify, (work) =>
    work.catch((error: unknown) => {
      if (!(error instanceof NotYet)) throw error;
    }),
  );
  return found;
}

/** The person's certificate, with a key that signs by `sign`. */
export function identityOf(
  row: AuthorizationRow,
  credential: StoredCredential,
  sign: (attributes: Uint8Array) => Promise<Uint8Array>,
): Identity {
  const der = fromBase64(credential.certificates[0]!);
  const { publicKey } = parseCertificate(der);
  return {
    key: { id: credential.id, algorithm: credential.algorithm!, publicKey, sign },
    certificate: {
      id: row.certificateId as CertificateId,
      der,
      chain: credential.chainPem ? certificatesFromPem(credential.chainPem) : [],
    },
  };
}

/** The person chooses again, and is told why. */
async function refuseChosen(ctx: WorkerContext, { envelopeId, recipientId }: OfSigner, reason: string) {
  await inTransaction(ctx, async (ctx) => {
    const { row, provider } = await loadWaiting(ctx, envelopeId, recipientId, true);
    if (row?.state !== "chosen") return;
    await changeAuthorization(ctx, recipientId, { state: "listed", credentialId: null, problem: reason });
    const data = { recipient: recipientId, provider: provider.id, reason };
    await appendEvent(ctx, { type: "signer-authorization.failed", envelopeId, data });
  });
}
