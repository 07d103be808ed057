import type { PreparedHash, StoredCredential } from "#db/schema/signature-providers.ts";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requireSystem } from "#lib/authorize.ts";
import { fromBase64, toBase64, toUtf8 } from "#lib/bytes.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { leastCertificateDays } from "#lib/envelopes/authentication/certificate-days.ts";
import { isRefusal } from "#lib/errors.ts";
import { isValidAt, parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { verifySignature } from "#lib/pki/core/public-key.ts";
import { schemeFor } from "#lib/pki/core/signed.ts";
import { HASH_OIDS, hashOf } from "#lib/ports/csc-names.ts";
import { lasts } from "../core/signer-certificate.ts";
import { signingError } from "../errors.ts";
import { signDocuments } from "../sign-revision.ts";
import { reached } from "../steps.ts";
import {
  chosenOf,
  findWaiting,
  identityOf,
  type OfSigner,
  prepareAtProvider,
  preparedHashes,
} from "./prepare-at-provider.ts";
import { type AuthorizationRow, changeAuthorization, recordCertificate } from "./store.ts";
import { told } from "./told.ts";
import { accessOf, loadWaiting, sadPurpose, tokenPurpose, type WaitingSigner } from "./waiting-signer.ts";

/** Somebody else may be asking now; after that nobody is. */
const ASKING_MS = 90_000;

/**
 * Has a person's provider sign what they allowed, and puts the signatures into the documents. What they allowed is sent
 * once and gone with it; where nothing comes of it they are asked again, and nothing else is lost.
 */
export async function signAtProvider(ctx: WorkerContext, input: OfSigner): Promise<void> {
  requireSystem(ctx);
  const waiting = await findWaiting(ctx, input);
  const state = waiting?.row?.state;
  if (!waiting || !state) return;
  if (state === "spent") {
    if (ctx.now().getTime() - waiting.row!.changedAt.getTime() < ASKING_MS)
      throw signingError("step-under-way", "the provider is being asked");
    return giveBack(ctx, input, "signing/provider-unavailable", "prepared");
  }
  if (state === "authorized" && !(await haveSigned(ctx, waiting))) return;
  const now = await findWaiting(ctx, input);
  if (now?.row?.state !== "signed") return;
  const credential = chosenOf(now.row)!;
  const made = new Map(Object.entries(now.row.signatures ?? {}));
  const byAttributes = new Map(now.row.prepared!.map(({ attributes, hash }) => [attributes, hash]));
  await signDocuments(ctx, now.loaded, now.recipient, async () =>
    identityOf(now.row!, credential, async (attributes) => {
      const signature = made.get(byAttributes.get(toBase64(attributes)) ?? "");
      // What was signed is no longer what would be sealed: nothing is.
      if (!signature) throw signingError("provider-hash-changed", `credential ${credential.id}`);
      return fromBase64(signature);
    }),
  );
}

/** @returns whether there are signatures now */
async function haveSigned(ctx: WorkerContext, waiting: WaitingSigner): Promise<boolean> {
  const { provider, recipient } = waiting;
  const input = { envelopeId: recipient.envelopeId, recipientId: recipient.id };
  const row = waiting.row!;
  const credential = chosenOf(row)!;
  const prepared = await preparedHashes(ctx, waiting, credential);
  if (!sameHashes(prepared, row.prepared ?? [])) {
    await giveBack(ctx, input, "signing/provider-hash-changed", "chosen");
    await prepareAtProvider(ctx, input);
    return false;
  }
  if (!row.sadEndsAt || row.sadEndsAt <= ctx.now() || !row.sealedSad || !row.sealedToken)
    return refuse(ctx, input, "signing/provider-errand-over", "prepared");
  const certificate = parseCertificate(fromBase64(credential.certificates[0]!));
  const leastDays = await inTransaction(ctx, (ctx) => leastCertificateDays(ctx, recipient.envelopeId));
  if (!isValidAt(certificate, ctx.now()) || !lasts(certificate, leastDays, ctx.now()))
    return refuse(ctx, input, "signing/credential-unfit", "listed");
  const access = await accessOf(ctx, provider);
  const sad = toUtf8(await ctx.runtime.openIdentity(sadPurpose(recipient.id), row.sealedSad));
  const token = toUtf8(await ctx.runtime.openIdentity(tokenPurpose(recipient.id), row.sealedToken));
  if (!(await spend(ctx, waiting, credential))) return false;
  reached("provider: spent");
  const hashes = prepared.map(({ hash }) => hash);
  const hashOid = HASH_OIDS[hashOf(credential.algorithm!).name];
  const { algorithm, signOid } = credential;
  try {
    const request = { credentialId: credential.id, hashes, hashOid, algorithm, signOid };
    const signatures = await ctx.runtime.keys.personal.signHashes(access, token, sad, request);
    reached("provider: answered");
    const scheme = schemeFor(algorithm!);
    const isGood = signatures.every((signature, index) => {
      const attributes = fromBase64(prepared[index]!.attributes);
      return verifySignature(scheme, certificate.publicKey, attributes, signature).isValid;
    });
    if (!isGood) return refuse(ctx, input, "signing/provider-signature-wrong", "prepared");
    const byHash = Object.fromEntries(signatures.map((one, index) => [hashes[index]!, toBase64(one)]));
    await inTransaction(ctx, (ctx) =>
      changeAuthorization(ctx, recipient.id, {
        ...{ state: "signed", signatures: byHash, sealedToken: null, tokenEndsAt: null, problem: null },
      }),
    );
    return true;
  } catch (error) {
    const refusal = told(error);
    if (!isRefusal(refusal) || !refusal.code.startsWith("signing/provider")) throw error;
    ctx.runtime.log.warn({ err: error, code: refusal.code }, "a provider did not sign");
    return refuse(ctx, input, refusal.code, "prepared");
  }
}

const sameHashes = (a: readonly PreparedHash[], b: readonly PreparedHash[]): boolean =>
  a.length === b.length &&
  a.every(({ documentId, hash }) => b.some((one) => one.documentId === documentId && one.hash === hash));

/** Takes what was allowed out of the database, and puts the certificate on the record before it is used. */
async function spend(
  ctx: WorkerContext,
  { recipient, loaded }: WaitingSigner,
  credential: StoredCredential,
): Promise<boolean> {
  return inTransaction(ctx, async (ctx) => {
    const { row } = await loadWaiting(ctx, recipient.envelopeId, recipient.id, true);
    if (row?.state !== "authorized") return false;
    const { organizationId } = ctx;
    const { der, serialHex, sha256, subject, issuer, notBefore, notAfter } = parseCertificate(
      fromBase64(credential.certificates[0]!),
    );
    const { title, shortId } = loaded.envelope;
    const words = [
      recipient.name,
      recipient.email,
      subject.text,
      issuer.text,
      serialHex,
      sha256,
      shortId,
      title,
    ];
    await recordCertificate(ctx, {
      ...{ organizationId, id: row.certificateId!, kind: "signer", envelopeId: recipient.envelopeId },
      ...{ recipientId: recipient.id, authorityId: null, chainPem: credential.chainPem ?? "" },
      ...{ serial: serialHex, subject: subject.text, issuer: issuer.text, sha256, der, notBefore, notAfter },
      ...{ searchText: words.join("\n").toLowerCase(), createdAt: ctx.now() },
    });
    await changeAuthorization(ctx, recipient.id, {
      ...{ state: "spent", sealedSad: null, sadEndsAt: null, tries: row.tries + 1 },
    });
    return true;
  });
}

async function refuse(
  ctx: WorkerContext,
  input: OfSigner,
  reason: string,
  state: AuthorizationRow["state"],
): Promise<false> {
  await giveBack(ctx, input, reason, state);
  return false;
}

/** The person is asked again from there on, and told why. */
async function giveBack(
  ctx: WorkerContext,
  { envelopeId, recipientId }: OfSigner,
  reason: string,
  state: AuthorizationRow["state"],
): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const { row, provider } = await loadWaiting(ctx, envelopeId, recipientId, true);
    if (!row || row.state === "signed") return;
    await changeAuthorization(ctx, recipientId, {
      ...{ state, problem: reason, sealedSad: null, sadEndsAt: null },
      ...(state === "prepared" ? {} : { prepared: null }),
    });
    const data = { recipient: recipientId, provider: provider.id, reason };
    await appendEvent(ctx, { type: "signer-authorization.failed", envelopeId, data });
  });
}
