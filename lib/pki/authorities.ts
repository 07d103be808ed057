import type { Connection } from "#db/client.ts";
import { sha256, toHex } from "#lib/bytes.ts";
import { uuidV7 } from "#lib/ids.ts";
import type { KeyAlgorithm, SigningKey } from "#lib/ports/keys.ts";
import type { WorkerRuntime } from "#lib/runtime.ts";
import {
  draftIssuing,
  draftLog,
  draftOcspResponder,
  draftRoot,
  draftTsa,
  issuerWith,
} from "./core/certificates/authorities.ts";
import { type CertificateDraft, signCertificate } from "./core/certificates/draft-certificate.ts";
import { pointersTo } from "./pointers.ts";
import { publishCrl } from "./publish-crl.ts";
import {
  type AuthorityKind,
  type AuthorityRow,
  loadAuthorities,
  lockAuthorities,
  recordIssued,
  saveAuthority,
  saveSerial,
} from "./store.ts";

/** An authority of ours, or the key of the log, with the means to use it. */
export interface Authority {
  readonly id: string;
  readonly certificateDer: Uint8Array;
  readonly notBefore: Date;
  readonly key: SigningKey;
}

/** Those in use. */
export type Authorities = Readonly<Record<AuthorityKind, Authority>>;

const DAY_MS = 86_400_000;
const BACKDATE_MS = 300_000;
// A time-stamp is made five times an envelope and waited for; the others sign rarely (docs/decisions/013).
const ALGORITHMS: Readonly<Record<AuthorityKind, KeyAlgorithm>> = {
  root: "ecdsa-p384-sha384",
  issuing: "ecdsa-p384-sha384",
  tsa: "ecdsa-p256-sha256",
  ocsp: "ecdsa-p384-sha384",
  log: "ecdsa-p256-sha256",
};
const KINDS: readonly AuthorityKind[] = ["root", "issuing", "tsa", "ocsp", "log"];

/** When a successor is due. A TSA's key signs in the first year of its certificate only. */
const IS_DUE: Readonly<Record<AuthorityKind, (row: AuthorityRow, now: number) => boolean>> = {
  root: () => false,
  issuing: ({ notAfter }, now) => notAfter.getTime() - now < 400 * DAY_MS,
  tsa: ({ notBefore }, now) => now - notBefore.getTime() > 300 * DAY_MS,
  ocsp: ({ notAfter }, now) => notAfter.getTime() - now < 30 * DAY_MS,
  log: ({ notAfter }, now) => notAfter.getTime() - now < 90 * DAY_MS,
};

/** Makes at first start, and renews in time, the authorities of this installation; publishes their revocation lists. */
export async function ensureAuthorities(runtime: WorkerRuntime): Promise<Authorities> {
  const known = await loadAuthorities(runtime.database.db);
  const isComplete = KINDS.every((kind) => usable(known, kind, runtime.now()));
  const rows = isComplete ? known : await createMissing(runtime);
  const found = new Map<AuthorityKind, Authority>();
  for (const kind of KINDS) found.set(kind, await open(runtime, active(rows, kind)!));
  const authorities = Object.fromEntries(found) as Authorities;
  // A list from before a certificate was issued says nothing of it.
  const issuedAt =
    Math.max(authorities.issuing.notBefore.getTime(), authorities.tsa.notBefore.getTime()) + BACKDATE_MS;
  await publishCrl(runtime, authorities.root, new Date(issuedAt - 1_000));
  await publishCrl(runtime, authorities.issuing);
  return authorities;
}

const active = (rows: readonly AuthorityRow[], kind: AuthorityKind) =>
  rows.find((row) => row.kind === kind && row.isActive);

function usable(rows: readonly AuthorityRow[], kind: AuthorityKind, now: Date): AuthorityRow | null {
  const row = active(rows, kind);
  return row && !IS_DUE[kind](row, now.getTime()) ? row : null;
}

async function open(runtime: WorkerRuntime, row: AuthorityRow): Promise<Authority> {
  const { id, certificateDer, notBefore } = row;
  return { id, certificateDer, notBefore, key: await runtime.keys.provider(row.keyProvider).open(row.keyId) };
}

/** One process makes them; another that comes at the same time waits and finds them. */
async function createMissing(runtime: WorkerRuntime): Promise<AuthorityRow[]> {
  return runtime.database.db.transaction(async (transaction) => {
    await lockAuthorities(transaction);
    const rows = await loadAuthorities(transaction);
    const tag =
      /[0-9A-F]{8}/.exec(active(rows, "root")?.subject ?? "")?.[0] ?? toHex(runtime.random(4)).toUpperCase();
    const current = new Map<AuthorityKind, Authority>();
    for (const kind of KINDS) {
      const known = usable(rows, kind, runtime.now());
      current.set(
        kind,
        known ? await open(runtime, known) : await create(runtime, transaction, kind, tag, current),
      );
    }
    return loadAuthorities(transaction);
  });
}

const ISSUERS = { issuing: "root", tsa: "root", ocsp: "issuing", log: "issuing" } as const;
const WORDS: Readonly<Record<AuthorityKind, string>> = {
  root: "Root",
  issuing: "Issuing Authority",
  tsa: "Time-Stamping Authority",
  ocsp: "OCSP Responder",
  log: "Audit Log",
};

async function create(
  runtime: WorkerRuntime,
  connection: Connection,
  kind: AuthorityKind,
  tag: string,
  current: ReadonlyMap<AuthorityKind, Authority>,
): Promise<Authority> {
  const key = await runtime.keys.software.create(ALGORITHMS[kind], `Whereof ${WORDS[kind]}`);
  const at = runtime.now();
  const id = uuidV7(at.getTime(), runtime.random(10));
  const name = `Whereof ${WORDS[kind]} ${tag}`;
  const issuer = kind === "root" ? null : current.get(ISSUERS[kind])!;
  const draft = draftOf(runtime, kind, name, key, issuer);
  const authorityId = issuer?.id ?? id;
  const { serialHex: serial, notAfter } = draft;
  await saveSerial(connection, { authorityId, serial, profile: kind, intendedAt: at, notAfter });
  const certificateDer = await signCertificate(draft, issuer?.key ?? key);
  const certificateSha256 = toHex(sha256(certificateDer));
  await recordIssued(connection, { authorityId, serial }, certificateSha256);
  await saveAuthority(connection, {
    ...{ id, kind, subject: name, certificateDer, certificateSha256, issuerId: issuer?.id ?? null },
    ...{
      keyProvider: "software",
      keyId: key.id,
      notBefore: draft.notBefore,
      notAfter,
      isActive: true,
      createdAt: at,
    },
  });
  return { id, certificateDer, notBefore: draft.notBefore, key };
}

function draftOf(
  runtime: WorkerRuntime,
  kind: AuthorityKind,
  name: string,
  key: SigningKey,
  issuer: Authority | null,
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
  const by = issuerWith(issuer.certificateDer, issuer.key);
  const pointers = { ...pointersTo(runtime.config.baseUrl, issuer.id), ocspUrl: null };
  if (kind === "issuing") return draftIssuing(subject, by, pointers);
  if (kind === "tsa") return draftTsa(subject, by, pointers);
  return kind === "log" ? draftLog(subject, by, pointers) : draftOcspResponder(subject, by);
}
