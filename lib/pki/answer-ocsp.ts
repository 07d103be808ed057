import type { WorkerRuntime } from "#lib/runtime.ts";
import { answerAtHand } from "./answers-at-hand.ts";
import { type KnownAuthority, openAuthority } from "./authorities.ts";
import { heldCertificate } from "./core/certificates/certificate.ts";
import { createOcspResponse, type OcspAnswer, ocspError } from "./core/revocation/create-ocsp-response.ts";
import { type CertId, isIssuedBy, type OcspRequest } from "./core/revocation/ocsp-request.ts";
import type { CertificateStatus } from "./core/revocation/ocsp-response.ts";
import type { RevocationReason } from "./core/revocation/reasons.ts";
import { gathered } from "./gather.ts";
import { renewResponder } from "./renew-due.ts";
import {
  type AuthorityRow,
  loadAuthorities,
  type loadSerial,
  loadSerials,
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
  const knownOf = nonce === null ? knownNow : knownAtHand;
  const found = await Promise.all(
    certIds.map((certId) => statusOf(certId, knownOf(runtime, issuing.id, certId))),
  );
  if (found.some((one) => one === null)) return ocspError("unauthorized");
  const answers = found.map((one) => one!.answer);
  const producedAt = runtime.now();
  producedAt.setMilliseconds(0);
  const thisUpdate = new Date(Math.min(...found.map((one) => one!.at.getTime())));
  thisUpdate.setMilliseconds(0);
  const nextUpdate = new Date(thisUpdate.getTime() + LIFE_MS);
  const der = await createOcspResponse(
    {
      ...{
        answers,
        responderDer: responder.certificateDer,
        producedAt,
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

/** What was known of a serial number at an instant. */
interface Known {
  readonly row: NonNullable<Status>;
  readonly at: Date;
}

async function knownNow(
  runtime: WorkerRuntime,
  authorityId: string,
  { serialHex }: CertId,
): Promise<Known | null> {
  const at = runtime.now();
  const row = await lookUp(runtime, authorityId, serialHex);
  // Where no certificate with that number was ever signed nothing may be said to be good about it.
  return row && (row.certificateSha256 !== null || row.revokedAt) ? { row, at } : null;
}

/**
 * The same as it was a moment ago, unless anything was revoked since: the answer says of when it is (RFC 6960 §4.2.2.1,
 * thisUpdate). Only for answers that are not kept: those are looked up anew.
 */
const knownAtHand = (runtime: WorkerRuntime, authorityId: string, certId: CertId): Promise<Known | null> =>
  answerAtHand(runtime, `status ${authorityId} ${certId.serialHex}`, () =>
    knownNow(runtime, authorityId, certId),
  );

async function statusOf(
  { der: certId }: CertId,
  known: Promise<Known | null>,
): Promise<{ readonly answer: OcspAnswer; readonly at: Date } | null> {
  const found = await known;
  if (!found) return null;
  const { row, at } = found;
  if (!row.revokedAt) return { answer: { certId, status: { kind: "good" } }, at };
  const reason = row.revocationReason as RevocationReason;
  const status: CertificateStatus = { kind: "revoked", revokedAt: row.revokedAt, reason };
  return { answer: { certId, status, invalidSince: row.invalidSince }, at };
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
    const renewed = await renewResponder(runtime, issuing, isUsable);
    return openAuthority(runtime, renewed, renewed.find(isUsable)!);
  }
  const kept = opened.get(runtime.database) ?? new Map<string, Promise<KnownAuthority>>();
  opened.set(runtime.database, kept);
  const opening = kept.get(known.id) ?? openAuthority(runtime, rows, known);
  kept.set(known.id, opening);
  opening.catch(() => kept.delete(known.id));
  return opening;
}
