import type { WorkerRuntime } from "#lib/runtime.ts";
import { answerAtHand } from "./answers-at-hand.ts";
import { type KnownAuthority, openAuthority } from "./authorities.ts";
import { heldCertificate } from "./core/certificates/certificate.ts";
import { createOcspResponse, type OcspAnswer, ocspError } from "./core/revocation/create-ocsp-response.ts";
import { type CertId, isIssuedBy, type OcspRequest } from "./core/revocation/ocsp-request.ts";
import type { CertificateStatus } from "./core/revocation/ocsp-response.ts";
import type { RevocationReason } from "./core/revocation/reasons.ts";
import { createAuthority } from "./create-authority.ts";
import { gathered } from "./gather.ts";
import {
  type AuthorityRow,
  loadAuthorities,
  type loadSerial,
  loadSerials,
  lockAuthorities,
  saveOcspResponse,
} from "./store.ts";

const LIFE_MS = 7 * 86_400_000;

/**
 * Says what is known now of the certificates a request names, signed by the responder of the authority that issued
 * them. An answer that names one certificate and repeats no nonce is kept for the web process to hand out.
 *
 * @returns the OCSP response, DER; `unauthorized` for what no issuing authority of ours issued.
 */
export async function answerOcsp(runtime: WorkerRuntime, request: OcspRequest): Promise<Uint8Array> {
  const { db } = runtime.database;
  const { certIds, nonce } = request;
  const known = await knownAuthorities(runtime);
  const kept = issuerOf(known, certIds);
  const rows = kept ? known : await loadAuthorities(db);
  const issuing = kept ?? issuerOf(rows, certIds);
  if (!issuing || certIds.length === 0) return ocspError("unauthorized");
  const responder = await responderOf(runtime, rows, issuing);
  const found = await Promise.all(certIds.map((certId) => statusOf(runtime, issuing.id, certId)));
  if (found.some((one) => one === null)) return ocspError("unauthorized");
  const answers = found.map((one) => one!);
  const thisUpdate = runtime.now();
  thisUpdate.setMilliseconds(0);
  const nextUpdate = new Date(thisUpdate.getTime() + LIFE_MS);
  const der = await createOcspResponse(
    {
      ...{
        answers,
        responderDer: responder.certificateDer,
        producedAt: thisUpdate,
        thisUpdate,
        nextUpdate,
        nonce,
      },
      // Nothing we issued is ever forgotten, so "good" also speaks of certificates that have lapsed.
      archiveCutoff: issuing.notBefore,
    },
    responder.key!,
  );
  const [first] = answers;
  if (nonce === null && answers.length === 1 && first)
    await saveOcspResponse(
      db,
      { authorityId: issuing.id, serial: certIds[0]!.serialHex, der, thisUpdate, nextUpdate },
      first.status.kind === "revoked" ? first.status.revokedAt : null,
    );
  return der;
}

/** Those of a moment ago will do, until one is revoked; who is not among them is looked for again. */
const knownAuthorities = async (runtime: WorkerRuntime): Promise<readonly AuthorityRow[]> =>
  (await answerAtHand(runtime, "authorities", () => loadAuthorities(runtime.database.db))) ?? [];

const issuerOf = (rows: readonly AuthorityRow[], certIds: readonly CertId[]): AuthorityRow | undefined =>
  rows.find(
    (row) =>
      row.kind === "issuing" && certIds.every((id) => isIssuedBy(id, heldCertificate(row.certificateDer))),
  );

type Status = Awaited<ReturnType<typeof loadSerial>>;
const lookUps = new WeakMap<object, Map<string, (serial: string) => Promise<Status>>>();

/** What is known of a serial number, now; of those asked about at the same time in one go. */
function lookUp({ database }: WorkerRuntime, authorityId: string, serial: string): Promise<Status> {
  const ofDatabase = lookUps.get(database) ?? new Map<string, (serial: string) => Promise<Status>>();
  lookUps.set(database, ofDatabase);
  const ask =
    ofDatabase.get(authorityId) ??
    gathered(async (serials: readonly string[]) => {
      const rows = await loadSerials(database.db, authorityId, serials);
      const bySerial = new Map(rows.map((row) => [row.serial, row]));
      return serials.map((one) => bySerial.get(one) ?? null);
    });
  ofDatabase.set(authorityId, ask);
  return ask(serial);
}

/** Null where no certificate with that serial number was ever signed: nothing may be said to be good about it. */
async function statusOf(
  runtime: WorkerRuntime,
  authorityId: string,
  { der: certId, serialHex }: CertId,
): Promise<OcspAnswer | null> {
  const row = await lookUp(runtime, authorityId, serialHex);
  if (!row || (row.certificateSha256 === null && !row.revokedAt)) return null;
  if (!row.revokedAt) return { certId, status: { kind: "good" } };
  const reason = row.revocationReason as RevocationReason;
  const status: CertificateStatus = { kind: "revoked", revokedAt: row.revokedAt, reason };
  return { certId, status, invalidSince: row.invalidSince };
}

const opened = new WeakMap<object, Map<string, Promise<KnownAuthority>>>();

/** Every issuing authority has a responder of its own, also one that has a successor. */
async function responderOf(
  runtime: WorkerRuntime,
  rows: readonly AuthorityRow[],
  issuing: AuthorityRow,
): Promise<KnownAuthority> {
  const isUsable = (row: AuthorityRow) =>
    row.kind === "ocsp" &&
    row.issuerId === issuing.id &&
    row.isActive &&
    row.notAfter.getTime() - runtime.now().getTime() > LIFE_MS;
  const known = rows.find(isUsable);
  if (!known) {
    const renewed = await runtime.database.db.transaction(async (transaction) => {
      await lockAuthorities(transaction);
      const rows = await loadAuthorities(transaction);
      if (!rows.some(isUsable)) await createAuthority(runtime, transaction, rows, "ocsp", { issuing });
      return loadAuthorities(transaction);
    });
    return openAuthority(runtime, renewed, renewed.find(isUsable)!);
  }
  const kept = opened.get(runtime.database) ?? new Map<string, Promise<KnownAuthority>>();
  opened.set(runtime.database, kept);
  const opening = kept.get(known.id) ?? openAuthority(runtime, rows, known);
  kept.set(known.id, opening);
  opening.catch(() => kept.delete(known.id));
  return opening;
}
