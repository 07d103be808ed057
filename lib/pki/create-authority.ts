import type { Connection } from "#db/client.ts";
import { sha256, toHex } from "#lib/bytes.ts";
import { uuidV7 } from "#lib/ids.ts";
import type { KeyAlgorithm, SigningKey } from "#lib/ports/keys.ts";
import type { WorkerRuntime } from "#lib/runtime.ts";
import { issuerKindOf, nextOf } from "./authority-plan.ts";
import {
  draftCross,
  draftIssuing,
  draftLog,
  draftOcspResponder,
  draftRoot,
  draftTsa,
  issuerWith,
} from "./core/certificates/authorities.ts";
import { parseCertificate } from "./core/certificates/certificate.ts";
import { type CertificateDraft, signCertificate } from "./core/certificates/draft-certificate.ts";
import { pkiError } from "./errors.ts";
import { pointersTo } from "./pointers.ts";
import { type AuthorityKind, type AuthorityRow, recordIssued, saveAuthority, saveSerials } from "./store.ts";

type MadeKind = Exclude<AuthorityKind, "cross">;

const BACKDATE_MS = 300_000;
// The root signs rarely; all others are waited for (docs/decisions/013, 021).
const ALGORITHMS: Readonly<Record<MadeKind, KeyAlgorithm>> = {
  root: "ecdsa-p384-sha384",
  issuing: "ecdsa-p256-sha256",
  tsa: "ecdsa-p256-sha256",
  ocsp: "ecdsa-p256-sha256",
  log: "ecdsa-p256-sha256",
};
const WORDS: Readonly<Record<MadeKind, string>> = {
  root: "Root",
  issuing: "Issuing Authority",
  tsa: "Time-Stamping Authority",
  ocsp: "OCSP Responder",
  log: "Audit Log",
};

interface Issuer {
  readonly row: AuthorityRow;
  readonly key: SigningKey;
}

/**
 * Makes an authority with a key of its own and puts it in the place of the one in use, within the caller's
 * transaction and lock.
 *
 * @param by.issuing whose responder it is; the one in use when not given.
 * @param by.rootKey the root's, when it is not kept here. @throws pki/key-away
 */
export async function createAuthority(
  runtime: WorkerRuntime,
  connection: Connection,
  rows: readonly AuthorityRow[],
  kind: MadeKind,
  by: { readonly issuing?: AuthorityRow; readonly rootKey?: SigningKey | null } = {},
): Promise<void> {
  const issuer = kind === "root" ? null : await issuerOf(runtime, rows, kind, by);
  const key = await runtime.keys.software.create(ALGORITHMS[kind], `Whereof ${WORDS[kind]}`);
  const at = runtime.now();
  const id = uuidV7(at.getTime(), runtime.random(10));
  const name = nameOf(runtime, rows, kind);
  const draft = draftOf(runtime, kind, name, key, issuer);
  const authorityId = issuer?.row.id ?? id;
  const { serialHex: serial, notBefore, notAfter } = draft;
  await saveSerials(connection, [{ authorityId, serial, profile: kind, intendedAt: at, notAfter }]);
  const certificateDer = await signCertificate(draft, issuer?.key ?? key);
  const certificateSha256 = toHex(sha256(certificateDer));
  await recordIssued(connection, [{ authorityId, serial, sha256: certificateSha256 }]);
  await saveAuthority(connection, {
    ...{ id, kind, subject: name, certificateDer, certificateSha256, issuerId: issuer?.row.id ?? null },
    ...{ keyProvider: "software", keyId: key.id, notBefore, notAfter, isActive: true, createdAt: at },
  });
}

export interface CrossCertificate {
  /** The root that is vouched for, */
  readonly root: AuthorityRow;
  /** and the one that vouches, */
  readonly by: AuthorityRow;
  /** with its key. */
  readonly key: SigningKey;
}

/** Has one root vouch for another, so that whoever knows only the one is led to the other (RFC 4210 §4.4). */
export async function crossCertify(
  runtime: WorkerRuntime,
  connection: Connection,
  { root, by, key }: CrossCertificate,
): Promise<void> {
  const at = runtime.now();
  const id = uuidV7(at.getTime(), runtime.random(10));
  const subject = {
    name: [
      ["O", "Whereof"],
      ["CN", root.subject],
    ] as const,
    publicKey: parseCertificate(root.certificateDer).publicKey,
    serial: runtime.random(16),
    notBefore: new Date(Math.max(root.notBefore.getTime(), by.notBefore.getTime())),
  };
  const pointers = { ...pointersTo(runtime.config.baseUrl, by.id), ocspUrl: null };
  const draft = draftCross(subject, issuerWith(by.certificateDer, key), pointers);
  const { serialHex: serial, notBefore, notAfter } = draft;
  const authorityId = by.id;
  await saveSerials(connection, [{ authorityId, serial, profile: "cross", intendedAt: at, notAfter }]);
  const certificateDer = await signCertificate(draft, key);
  const certificateSha256 = toHex(sha256(certificateDer));
  await recordIssued(connection, [{ authorityId, serial, sha256: certificateSha256 }]);
  await saveAuthority(connection, {
    ...{ id, kind: "cross", subject: root.subject, certificateDer, certificateSha256, issuerId: by.id },
    ...{ keyProvider: root.keyProvider, keyId: root.keyId, notBefore, notAfter },
    ...{ isActive: true, createdAt: at },
  });
}

async function issuerOf(
  runtime: WorkerRuntime,
  rows: readonly AuthorityRow[],
  kind: MadeKind,
  { issuing, rootKey }: { readonly issuing?: AuthorityRow; readonly rootKey?: SigningKey | null },
): Promise<Issuer> {
  const row = issuing ?? nextOf(rows, issuerKindOf(kind))!;
  if (rootKey && issuerKindOf(kind) === "root") return { row, key: rootKey };
  if (row.keyRemovedAt) throw pkiError("key-away", `${kind} needs the key of ${row.subject}`);
  return { row, key: await runtime.keys.provider(row.keyProvider).open(row.keyId) };
}

/** A successor's name tells it from the one before, so that nobody has to by their keys. */
function nameOf(runtime: WorkerRuntime, rows: readonly AuthorityRow[], kind: MadeKind): string {
  const tag =
    /[0-9A-F]{8}/.exec(nextOf(rows, "root")?.subject ?? "")?.[0] ?? toHex(runtime.random(4)).toUpperCase();
  const before = rows.filter((row) => row.kind === kind).length;
  return `Whereof ${WORDS[kind]} ${tag}${before === 0 ? "" : ` G${before + 1}`}`;
}

function draftOf(
  runtime: WorkerRuntime,
  kind: MadeKind,
  name: string,
  key: SigningKey,
  issuer: Issuer | null,
): CertificateDraft {
  const subject = {
    name: [
      ["O", "Whereof"],
      ["CN", name],
    ] as const,
    publicKey: key.publicKey,
    serial: runtime.random(16),
    notBefore: new Date(runtime.now().getTime() - BACKDATE_MS),
  };
  if (kind === "root" || !issuer) return draftRoot(subject, ALGORITHMS.root);
  const by = issuerWith(issuer.row.certificateDer, issuer.key);
  const pointers = { ...pointersTo(runtime.config.baseUrl, issuer.row.id), ocspUrl: null };
  if (kind === "issuing") return draftIssuing(subject, by, pointers);
  if (kind === "tsa") return draftTsa(subject, by, pointers);
  return kind === "log" ? draftLog(subject, by, pointers) : draftOcspResponder(subject, by);
}
