import { appendEvent } from "#lib/audit/append-event.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { PERMISSIONS, requireSystem } from "#lib/authorize.ts";
import { equalBytes, fromUtf8, toHex } from "#lib/bytes.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { isRefusal } from "#lib/errors.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { passphraseOf } from "#lib/pki/core/passwords/strength.ts";
import { readPkcs12 } from "#lib/pki/core/pkcs12/read-pkcs12.ts";
import { PKCS12_RANDOM_BYTES, writePkcs12 } from "#lib/pki/core/pkcs12/write-pkcs12.ts";
import { isKeyPair } from "#lib/pki/core/private-key.ts";
import { certificatesAbove } from "#lib/pki/published.ts";
import { type ExportGrounds, groundsProblem } from "../core/key-export-grounds.ts";
import { signingError } from "../errors.ts";
import { describeKey, namesIn } from "./describe-key.ts";
import { recordCustody } from "./record-custody.ts";
import {
  changeExport,
  changeVaultEntry,
  loadExport,
  loadOrganizationName,
  loadSealKey,
  loadVaultEntry,
} from "./store.ts";

/** What the file was put to before it was kept. */
const CHECKED = [
  "opens with its passphrase",
  "stays shut without and with another",
  "holds the certificate's key",
];

const CONTENTS = {
  "pfx-chain": "key, certificate and chain",
  "pfx-certificate": "key and certificate",
} as const;

/** Slower to try than what a PFX usually asks for; opened once in an hour, it does not matter. */
const ITERATIONS = 600_000;

/**
 * Packs the key of an approved request into a PFX with a passphrase of 160 bits, opens it again as its recipient will,
 * and keeps both apart from each other until they are taken. A request that the audit log does not bear out is refused:
 * whoever broke into the rest of the product may write its row, and gets no key by that.
 *
 * @throws signing/export-not-whole when what was packed does not open to the same key; keys/unavailable
 */
export async function buildKeyExport(
  ctx: WorkerContext,
  input: { readonly exportId: string },
): Promise<void> {
  requireSystem(ctx);
  const { exportId } = input;
  const found = await inTransaction(ctx, async (ctx) => {
    const row = await loadExport(ctx, exportId);
    const { name } = await loadOrganizationName(ctx);
    const { readers } = await loadVaultEntry(ctx, exportId);
    return {
      row: { ...row, passphraseReaders: readers },
      name,
      seal: await loadSealKey(ctx, row.signingKeyId),
    };
  });
  const { row, name, seal } = found;
  if (!row.approvedAt || row.builtAt || row.refusedAt) return;
  const problem = groundsProblem(row, await groundsOf(ctx));
  if (problem) return refuse(ctx, exportId, problem);
  const { files, keys, random } = ctx.runtime;
  const provider = keys.provider(seal.key.provider);
  if (!provider.exportKey) throw signingError("export-key-fixed", `the key is in ${provider.name}`);
  const above = await certificatesAbove(ctx.runtime, seal.certificate);
  const passphrase = passphraseOf(random(20));
  const pkcs8 = await provider.exportKey(seal.key.keyId);
  let pfx: Uint8Array;
  try {
    pfx = await writePkcs12({
      key: { pkcs8 },
      certificates: [seal.certificate.der, ...(row.format === "pfx-chain" ? above : [])],
      friendlyName: `${name} seal`,
      password: passphrase,
      random: random(PKCS12_RANDOM_BYTES),
      iterations: ITERATIONS,
    });
  } finally {
    pkcs8.fill(0);
  }
  await requireWhole(pfx, passphrase, seal.certificate.der);
  const [fileKey, passphraseKey] = [
    `org/${ctx.organizationId}/key-exports/${exportId}/${toHex(random(4))}.pfx.enc`,
    `org/${ctx.organizationId}/vault/${toHex(random(16))}.enc`,
  ];
  const { sha256, sizeBytes } = await files.put(fileKey, [pfx], pfx.length);
  await files.put(passphraseKey, [fromUtf8(passphrase)], passphrase.length);
  const isOurs = await inTransaction(ctx, async (ctx) => {
    const now = await loadExport(ctx, exportId, true);
    if (now.builtAt) return false;
    await changeExport(ctx, exportId, { builtAt: ctx.now(), fileKey, sha256, sizeBytes });
    await changeVaultEntry(ctx, exportId, { fileKey: passphraseKey });
    const names = await namesIn(ctx);
    const keepers = row.passphraseReaders.map((id) => names(id)).join(", ");
    await recordCustody(ctx, { id: exportId, sha256, sizeBytes }, describeKey(seal, name), {
      action: "export",
      releasedBy: "Whereof",
      receivedBy: "Whereof",
      from: `key provider ${provider.name}, key ${seal.key.keyId}`,
      to: `encrypted file store; passphrase in an entry of its own, for ${keepers}`,
      channel: `PKCS#12 with ${CONTENTS[row.format]}, AES-256 (PBES2, PBKDF2 with HMAC-SHA-256, 600,000 iterations)`,
      purpose: `${row.reason}: ${row.purpose}`,
      authority: `asked for by ${names(row.requestedBy)}; approved for IT by ${names(row.approvedByIt)}, for Legal by ${names(row.approvedByLegal)}; under ${row.contract}; runbook for exports version ${row.runbookVersion} (SHA-256 ${row.runbookSha256})`,
      isWhole: true,
    });
    await appendEvent(ctx, {
      type: "key-export.built",
      envelopeId: null,
      data: { export: exportId, sha256, sizeBytes, checked: CHECKED },
    });
    return true;
  });
  // Another worker was faster; what this one packed was never on record.
  if (!isOurs) for (const key of [fileKey, passphraseKey]) await files.delete(key);
}

async function groundsOf(ctx: WorkerContext): Promise<ExportGrounds> {
  const { entries, brokenAt } = await readChain(ctx, null);
  const roles = {
    it: PERMISSIONS["key-export.approve-it"],
    legal: PERMISSIONS["key-export.approve-legal"],
  };
  return { log: brokenAt === null ? entries : null, roles };
}

async function refuse(ctx: WorkerContext, exportId: string, reason: string): Promise<void> {
  ctx.runtime.log.error(
    { exportId, reason },
    "a key was not packed: the audit log does not bear the request out",
  );
  await inTransaction(ctx, async (ctx) => {
    const now = await loadExport(ctx, exportId, true);
    if (now.builtAt || now.refusedAt) return;
    await changeExport(ctx, exportId, { refusedAt: ctx.now(), refusal: reason });
    const data = { export: exportId, reason };
    await appendEvent(ctx, { type: "key-export.refused", envelopeId: null, data });
  });
}

/**
 * Opens the file as its recipient will; a trial signature proves that key and certificate belong together. With any
 * other passphrase, or none, it has to stay shut.
 *
 * @param pfx DER. @throws signing/export-not-whole
 */
export async function requireWhole(
  pfx: Uint8Array,
  passphrase: string,
  certificateDer: Uint8Array,
): Promise<void> {
  const { keys, certificates } = await readPkcs12(pfx, passphrase);
  const [key] = keys;
  const [certificate] = certificates;
  const isSame = key && certificate && keys.length === 1 && equalBytes(certificate.der, certificateDer);
  if (!isSame || !isKeyPair(key, parseCertificate(certificateDer).publicKey))
    throw signingError("export-not-whole", "the packed key is not the one of its certificate");
  for (const other of ["", `${passphrase.slice(0, -1)}${passphrase.endsWith("0") ? "1" : "0"}`])
    if (await opensWith(pfx, other)) throw signingError("export-not-whole", "another passphrase opens it");
}

async function opensWith(pfx: Uint8Array, passphrase: string): Promise<boolean> {
  try {
    await readPkcs12(pfx, passphrase);
    return true;
  } catch (error) {
    if (isRefusal(error, "pki/wrong-password") || isRefusal(error, "pki/password-needed")) return false;
    throw error;
  }
}
