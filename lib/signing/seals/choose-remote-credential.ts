import { z } from "zod";
import type { ListedCredential } from "#db/schema/remote-seals.ts";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { fromBase64, fromUtf8 } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { uuidV7 } from "#lib/ids.ts";
import { databaseVault } from "#lib/pki/key-vault.ts";
import { type RemoteSecret, remoteKeyId, remoteSecretPurpose } from "#lib/ports/keys.ts";
import { hindranceOf } from "../core/remote-credential.ts";
import { signingError } from "../errors.ts";
import type { SealAnswer } from "./answer-seal-request.ts";
import { checkRemoteCertificates } from "./list-remote-credentials.ts";
import { loadRemoteListing, saveBroughtSeal } from "./store.ts";

const Input = z.object({
  credentialId: z.string().min(1).max(500),
  /** Empty where it asks for none. */
  pin: z.string().max(200).default(""),
  totpSecret: z
    .string()
    .trim()
    .max(200)
    .regex(/^[A-Za-z2-7\s=-]*$/)
    .default(""),
});

/**
 * Takes a credential of the remote signing service on its way to be the seal: its path is checked, and a test signing
 * follows. What opens it is wrapped by the master key; only the worker opens it.
 *
 * @returns what was found; when something of it is an error, nothing was kept
 * @throws signing/remote-not-listed, remote-not-usable, remote-secret-missing
 */
export async function chooseRemoteCredential(
  ctx: Context,
  input: z.input<typeof Input>,
): Promise<SealAnswer> {
  const member = requirePermission(ctx, "seal.manage");
  const { credentialId, ...told } = Input.parse(input);
  const { credential, host } = await offered(ctx, credentialId);
  const secret = secretFor(credential, told);
  const publicKey = fromBase64(credential.publicKey!);
  const certificates = credential.certificates.map(fromBase64);
  const { found, findings } = await checkRemoteCertificates(ctx, { publicKey, certificates });
  if (!found) return { isUsable: false, findings };
  const at = ctx.now();
  const newId = () => uuidV7(at.getTime(), ctx.runtime.random(10));
  const id = newId();
  const keyId = remoteKeyId(credentialId, secret && (await keepSecret(ctx, newId(), secret)));
  const { certificateDer, sha256, chainPem, subject } = found;
  const algorithm = credential.algorithm!;
  await inTransaction(ctx, async (ctx) => {
    await saveBroughtSeal(ctx, {
      ...{ organizationId: ctx.organizationId, id, origin: "remote", state: "certified", algorithm },
      ...{ subject: [["CN", subject]], provider: "csc", keyId, publicKey },
      ...{ certificateDer, certificateSha256: sha256, chainPem },
      ...{ createdBy: member.memberId, createdAt: at, changedAt: at },
    });
    const warnings = findings.map(({ code }) => code);
    const data = { seal: id, certificate: sha256, host, credential: credentialId, algorithm, warnings };
    await appendEvent(ctx, { type: "seal-credential.chosen", envelopeId: null, data });
  });
  return { isUsable: true, findings };
}

async function offered(ctx: Context, credentialId: string) {
  const listing = await inTransaction(ctx, loadRemoteListing);
  const credential = listing?.credentials.find(({ id }) => id === credentialId);
  if (!credential) throw signingError("remote-not-listed", `credential ${credentialId} was not offered`);
  const hindrance = hindranceOf(credential);
  if (hindrance) throw signingError("remote-not-usable", `credential ${credentialId}: ${hindrance}`);
  return { credential, host: listing!.host };
}

function secretFor(
  { asks }: ListedCredential,
  { pin, totpSecret }: { readonly pin: string; readonly totpSecret: string },
): RemoteSecret | null {
  const isMissing = (asks.includes("pin") && pin === "") || (asks.includes("totp") && totpSecret === "");
  if (isMissing) throw signingError("remote-secret-missing", `it asks for ${asks.join(" and ")}`);
  if (asks.length === 0) return null;
  return {
    pin: asks.includes("pin") ? pin : null,
    totpSecret: asks.includes("totp") ? totpSecret : null,
  };
}

async function keepSecret(ctx: Context, id: string, secret: RemoteSecret): Promise<string> {
  const bytes = fromUtf8(JSON.stringify(secret));
  const sealed = await ctx.runtime.sealSecret(remoteSecretPurpose(id), bytes);
  bytes.fill(0);
  await databaseVault(ctx.runtime).save(id, sealed);
  return id;
}
