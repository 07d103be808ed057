import { appendEvent } from "#lib/audit/append-event.ts";
import { requireGrant } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { limitRate } from "#lib/identity/limit-rate.ts";
import { uuidV7 } from "#lib/ids.ts";
import type { KeyChoice } from "#lib/pki/core/credentials/check-credential.ts";
import type { Finding } from "#lib/pki/core/findings.ts";
import { databaseVault } from "#lib/pki/key-vault.ts";
import { signingKeyPurpose } from "#lib/ports/keys.ts";
import { isExportable } from "../core/key-export.ts";
import { importRunbook } from "../key-runbooks/runbooks.ts";
import { requireAllowedPlace, requireMakes } from "../keys/key-policy.ts";
import { knownCertificates } from "./known-certificates.ts";
import { saveBroughtSeal } from "./store.ts";

export interface SealImport {
  /** Of what was taken; null when nothing was. */
  readonly sealId: string | null;
  /** The key was taken and goes on to be tested. */
  readonly isUsable: boolean;
  readonly findings: readonly Finding[];
  /** The keys of the file, when there are several to choose from. */
  readonly choices: readonly KeyChoice[];
}

/** Where an imported key is kept unless it goes on into a token. */
const PROVIDER = "software";
/** Where an imported key can be put for good. */
export const IMPORT_PLACES = ["software", "pkcs11"] as const;
export type ImportPlace = (typeof IMPORT_PLACES)[number];
const TIMEOUT_MS = 30_000;
const BY_SOFTWARE = { tries: 20, windowSeconds: 3600 };

/**
 * Takes a key with its certificates out of a PFX or PEM file. The file is opened in memory and kept nowhere: of it
 * the key goes, wrapped by the master key, where only the worker opens it, and the certificates into the database.
 *
 * @param input `bytes`: untrusted. `password`: empty when there is none. `chosen`: which of several keys, from 0.
 * @returns what was found; when something of it is an error, nothing was kept
 * @throws signing/key-policy-exportable; pki/wrong-password, password-needed, not-pkcs12, not-a-key, encryption-unsupported, too-many-iterations,
 *   too-large, malformed
 */
export async function importSeal(
  ctx: Context,
  input: {
    readonly bytes: Uint8Array;
    readonly password: string;
    readonly chosen: number | null;
    /** The worker takes it on into a token, and then it is in no other place of ours. */
    readonly place?: ImportPlace;
  },
): Promise<SealImport> {
  const actor = requireGrant(ctx, "seal.manage", "keys:write");
  if (actor.kind === "api-key") await limitRate(ctx.runtime, `key-import:${actor.keyId}`, BY_SOFTWARE);
  const { bytes, password, chosen, place = PROVIDER } = input;
  if (place !== PROVIDER) await requireMakes(ctx, place);
  const registered = await inTransaction(ctx, async (ctx) => {
    await requireAllowedPlace(ctx, place);
    return knownCertificates(ctx);
  });
  const { found, findings, choices } = await ctx.runtime.sandbox.run(
    "checkCredential",
    { bytes, password: password === "" ? null : password, chosen, ...registered, now: ctx.now() },
    { timeoutMs: TIMEOUT_MS },
  );
  bytes.fill(0);
  if (!found) return { sealId: null, isUsable: false, findings, choices };
  const at = ctx.now();
  const newId = () => uuidV7(at.getTime(), ctx.runtime.random(10));
  const [id, keyId] = [newId(), newId()];
  const { pkcs8, publicKey, algorithm, certificateDer, sha256, chainPem, subject } = found;
  const sealed = await ctx.runtime.sealSecret(signingKeyPurpose(keyId), pkcs8);
  pkcs8.fill(0);
  await databaseVault(ctx.runtime).save(keyId, sealed);
  await inTransaction(ctx, async (ctx) => {
    await saveBroughtSeal(ctx, {
      ...{ organizationId: ctx.organizationId, id, origin: "import", algorithm },
      ...(place === PROVIDER ? { state: "certified" as const } : { state: "key-wanted" as const }),
      wantedProvider: place === PROVIDER ? null : place,
      ...{ subject: [["CN", subject]], provider: PROVIDER, keyId, publicKey },
      ...{ certificateDer, certificateSha256: sha256, chainPem },
      ...{ createdBy: actor.kind === "member" ? actor.memberId : null, createdAt: at, changedAt: at },
    });
    const warnings = findings.map(({ code }) => code);
    const data = {
      ...{ seal: id, certificate: sha256, provider: place, algorithm },
      ...{ isExportable: isExportable(place), warnings, runbook: await importRunbook(ctx) },
    };
    await appendEvent(ctx, { type: "seal-key.imported", envelopeId: null, data });
  });
  return { sealId: id, isUsable: true, findings, choices };
}
