import { X509Certificate } from "node:crypto";
import type { ListedCredential } from "#db/schema/remote-seals.ts";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requireSystem } from "#lib/authorize.ts";
import { concatBytes, fromUtf8, toBase64 } from "#lib/bytes.ts";
import { type Context, inTransaction, type WorkerContext } from "#lib/context.ts";
import { isRefusal } from "#lib/errors.ts";
import { listOrganizations } from "#lib/identity/list-organizations.ts";
import { publicId } from "#lib/ids.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { toPem } from "#lib/pki/core/certificates/pem.ts";
import { shortName } from "#lib/pki/core/view/short-name.ts";
import type { RemoteCredential, RemoteSigning } from "#lib/ports/keys.ts";
import { signingError } from "../errors.ts";
import { knownCertificates } from "./known-certificates.ts";
import { answerRemoteListing, loadRemoteListing } from "./store.ts";

const TIMEOUT_MS = 20_000;

/** Asks the remote signing service for its credentials, looks at their certificates, and keeps what was found. */
export async function listRemoteCredentials(ctx: WorkerContext): Promise<void> {
  requireSystem(ctx);
  const asked = await inTransaction(ctx, loadRemoteListing);
  if (!asked || asked.answeredAt) return;
  const answer = await fetchListing(ctx).catch((error: unknown) => {
    if (!isRefusal(error)) throw error;
    ctx.runtime.log.warn({ err: error, code: error.code }, "remote credentials not listed");
    return { refusal: error.code };
  });
  await inTransaction(ctx, async (ctx) => {
    const isKept = await answerRemoteListing(ctx, asked.askedAt, { ...answer, answeredAt: ctx.now() });
    if (!isKept || "refusal" in answer) return;
    const data = { host: answer.host, credentials: answer.credentials.map(({ id }) => id) };
    await appendEvent(ctx, { type: "remote-credentials.listed", envelopeId: null, data });
  });
}

async function fetchListing(ctx: WorkerContext) {
  const remote = await requireRemote(ctx);
  const found = await remote.list();
  const credentials = await Promise.all(found.map((credential) => lookAt(ctx, credential)));
  return { host: remote.host, credentials };
}

/**
 * The service, for an organization that may use its credentials: the account there is the installation's.
 *
 * @throws signing/remote-not-set-up, remote-not-yours
 */
async function requireRemote(ctx: WorkerContext): Promise<RemoteSigning> {
  const { runtime, organizationId } = ctx;
  const { remote } = runtime.keys;
  if (!remote) throw signingError("remote-not-set-up", "CSC_URL is not set");
  const listed = runtime.config.keys.csc?.organizations ?? null;
  const isAllowed = listed
    ? listed.includes(publicId("organization", organizationId))
    : (await listOrganizations(runtime)).length === 1;
  if (!isAllowed) throw signingError("remote-not-yours", `${organizationId} is not in CSC_ORGANIZATIONS`);
  return remote;
}

async function lookAt(ctx: WorkerContext, credential: RemoteCredential): Promise<ListedCredential> {
  const { id, description, isEnabled, algorithm, asks, certificates } = credential;
  const publicKey = publicKeyOf(certificates[0]!);
  const checked = publicKey && (await checkRemoteCertificates(ctx, { publicKey, certificates }));
  const certificate = checked?.found ? parseCertificate(checked.found.certificateDer) : null;
  return {
    ...{ id, description, isEnabled, algorithm, asks, certificates: certificates.map(toBase64) },
    publicKey: publicKey && toBase64(publicKey),
    name: certificate && shortName(certificate.subject),
    issuer: certificate && shortName(certificate.issuer),
    notAfter: certificate?.notAfter.toISOString() ?? null,
    findings: checked?.findings ?? [],
  };
}

/** Whether the certificate of a credential may seal, by the path that came with it and what is registered here. */
export async function checkRemoteCertificates(
  ctx: Context,
  {
    publicKey,
    certificates,
  }: { readonly publicKey: Uint8Array; readonly certificates: readonly Uint8Array[] },
) {
  const registered = await inTransaction(ctx, knownCertificates);
  const bytes = concatBytes(certificates.map((der) => fromUtf8(toPem(der))));
  return ctx.runtime.sandbox.run(
    "checkSealAnswer",
    { bytes, publicKey, ...registered, now: ctx.now() },
    { timeoutMs: TIMEOUT_MS },
  );
}

function publicKeyOf(certificate: Uint8Array): Uint8Array | null {
  try {
    return new Uint8Array(new X509Certificate(certificate).publicKey.export({ type: "spki", format: "der" }));
  } catch {
    return null;
  }
}
