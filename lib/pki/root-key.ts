import { appendEvent } from "#lib/audit/append-event.ts";
import { type AuditEntry, readChain } from "#lib/audit/read-chain.ts";
import { requireSystem } from "#lib/authorize.ts";
import { equalBytes, sha256, toHex } from "#lib/bytes.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import type { MasterKey } from "#lib/ports/master-key.ts";
import { openSecret } from "#lib/ports/sealed-secret.ts";
import { openAuthority } from "./authorities.ts";
import { nextOf } from "./authority-plan.ts";
import { parseCertificate } from "./core/certificates/certificate.ts";
import { readPkcs12 } from "./core/pkcs12/read-pkcs12.ts";
import { PKCS12_RANDOM_BYTES, writePkcs12 } from "./core/pkcs12/write-pkcs12.ts";
import { readPrivateKey } from "./core/private-key.ts";
import { pkiError } from "./errors.ts";
import { publishCrl } from "./publish-crl.ts";
import { rotateAuthority } from "./rotate-authority.ts";
import {
  type AuthorityRow,
  changeAuthority,
  deleteSealedKey,
  loadAuthorities,
  loadSealedKey,
  lockAuthorities,
} from "./store.ts";

const DAY_MS = 86_400_000;
/** How long the list lasts that a root leaves behind; the file is needed before that. */
const LIST_LIFE_MS = 400 * DAY_MS;

export interface RootKeyFile {
  /** PKCS#12 under AES-256 (PBES2). */
  readonly bytes: Uint8Array;
  /** 130 bits, shown once and kept nowhere. */
  readonly passphrase: string;
}

/**
 * Writes the root's key into a file, once for each root, and shows that the file opens. That it left is on record before
 * anybody has it. The key stays until `removeRootKey`.
 *
 * @param masterKey what seals our software keys. @throws pki/key-away when it was taken away before, root-exported
 */
export async function exportRootKey(ctx: WorkerContext, masterKey: MasterKey): Promise<RootKeyFile> {
  requireSystem(ctx);
  const { runtime } = ctx;
  return inTransaction(ctx, async (ctx) => {
    await lockAuthorities(ctx.connection);
    const root = nextOf(await loadAuthorities(ctx.connection), "root");
    if (!root) throw pkiError("not-found", "no root yet");
    if (root.keyRemovedAt) throw pkiError("key-away", root.subject);
    const { entries } = await readChain(ctx, null);
    const isOut = ({ type, data }: AuditEntry) => type === "root-key.exported" && data.authority === root.id;
    if (entries.some(isOut)) throw pkiError("root-exported", root.subject);
    const sealed = root.keyProvider === "software" ? await loadSealedKey(ctx.connection, root.keyId) : null;
    if (!sealed) throw pkiError("no-private-key", `the root's key is kept by ${root.keyProvider}`);
    const pkcs8 = await openSecret(masterKey, `signing-key:${root.keyId}`, sealed);
    const passphrase = passphraseOf(runtime.random(26));
    const bytes = await writePkcs12({
      key: readPrivateKey(pkcs8),
      certificates: [root.certificateDer],
      friendlyName: root.subject,
      password: passphrase,
      random: runtime.random(PKCS12_RANDOM_BYTES),
    });
    pkcs8.fill(0);
    await keyIn(bytes, passphrase, root);
    await appendEvent(ctx, { type: "root-key.exported", envelopeId: null, data: factsOf(root, bytes) });
    return { bytes, passphrase };
  });
}

const factsOf = ({ id, certificateSha256 }: AuthorityRow, file: Uint8Array) => ({
  ...{ authority: id, certificateSha256, fileSha256: toHex(sha256(file)) },
});

/** 26 of 32 signs that nobody confuses, in groups: 130 bits. */
function passphraseOf(random: Uint8Array): string {
  const signs = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
  const text = Array.from(random, (value) => signs[value & 31]).join("");
  return text.match(/.{1,5}/g)!.join("-");
}

/**
 * Deletes the root's key here, once whoever keeps the file has shown that it opens, and leaves a revocation list that lasts. From then on a new
 * issuing or time-stamping authority, and a new list, need the file.
 *
 * @throws pki/key-away, and as `withRootKey`
 */
export async function removeRootKey(
  ctx: WorkerContext,
  { file, passphrase }: Pick<RootKeyUse, "file" | "passphrase">,
): Promise<void> {
  requireSystem(ctx);
  const { runtime } = ctx;
  const rows = await loadAuthorities(runtime.database.db);
  const root = nextOf(rows, "root");
  if (!root || root.keyRemovedAt) throw pkiError("key-away", root?.subject ?? "no root yet");
  (await keyIn(file, passphrase, root)).fill(0);
  await publishCrl(runtime, await openAuthority(runtime, rows, root), { lifeMs: LIST_LIFE_MS });
  await inTransaction(ctx, async (ctx) => {
    await lockAuthorities(ctx.connection);
    await changeAuthority(ctx.connection, root.id, { keyRemovedAt: ctx.now() });
    await deleteSealedKey(ctx.connection, root.keyId);
    await appendEvent(ctx, { type: "root-key.removed", envelopeId: null, data: factsOf(root, file) });
  });
  await runtime.renewAuthorities();
}

export interface RootKeyUse {
  readonly file: Uint8Array;
  readonly passphrase: string;
  /** `list`: a new revocation list; the others: a successor. */
  readonly purpose: "list" | "issuing" | "tsa" | "root";
}

/**
 * Does one thing with the root's key out of its file; the key is in memory for as long as that takes.
 *
 * @throws pki/wrong-password, not-pkcs12, no-private-key; key-mismatch when it is another root's
 */
export async function withRootKey(ctx: WorkerContext, use: RootKeyUse): Promise<void> {
  requireSystem(ctx);
  const { runtime } = ctx;
  const rows = await loadAuthorities(runtime.database.db);
  const root = nextOf(rows, "root");
  if (!root) throw pkiError("not-found", "no root yet");
  const pkcs8 = await keyIn(use.file, use.passphrase, root);
  const rootKey = runtime.keys.given(pkcs8);
  pkcs8.fill(0);
  if (use.purpose === "list") {
    const authority = { ...(await openAuthority(runtime, rows, root)), key: rootKey };
    await publishCrl(runtime, authority, { lifeMs: LIST_LIFE_MS });
  } else {
    const current = nextOf(rows, use.purpose)!;
    await rotateAuthority(ctx, { kind: use.purpose, replaces: current.id, rootKey });
    const fresh = await loadAuthorities(runtime.database.db);
    const authority = { ...(await openAuthority(runtime, fresh, root)), key: rootKey };
    await publishCrl(runtime, authority, { lifeMs: LIST_LIFE_MS });
  }
  await inTransaction(ctx, (ctx) =>
    appendEvent(ctx, {
      type: "root-key.used",
      envelopeId: null,
      data: { authority: root.id, purpose: use.purpose, fileSha256: toHex(sha256(use.file)) },
    }),
  );
}

/** The root's PKCS#8 in a file. */
async function keyIn(file: Uint8Array, passphrase: string, root: AuthorityRow): Promise<Uint8Array> {
  const { keys } = await readPkcs12(file, passphrase);
  const { publicKey } = parseCertificate(root.certificateDer);
  if (keys.length === 0) throw pkiError("no-private-key", "root key file");
  const own = keys.find((key) => equalBytes(key.publicKey, publicKey));
  if (!own) throw pkiError("key-mismatch", `not the key of ${root.subject}`);
  return Uint8Array.from(own.pkcs8);
}
