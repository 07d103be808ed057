import { parseNote } from "#lib/audit/core/signed-note.ts";
import { proveEvent } from "#lib/audit/prove-event.ts";
import { checkpointEvent } from "#lib/audit/sign-checkpoint.ts";
import type { WorkerContext } from "#lib/context.ts";
import { AppError } from "#lib/errors.ts";
import type { EventId } from "#lib/ids.ts";
import { readableCertificates } from "#lib/pki/core/certificates/certificate.ts";
import { publishedAuthorities } from "#lib/pki/published.ts";
import { hasSigned } from "./core/package/check-log.ts";
import type { PackageLog } from "./core/package/package-facts.ts";

/**
 * The proof that an event, and so all before it in its chain, stands in the installation's log, under the first
 * checkpoint that covers it: asked for again it is the same. Where none does yet, one is signed and time-stamped.
 *
 * @returns null where the log no longer begins as it was signed, so that nothing is signed any more.
 * @throws keys/unavailable, timestamps/unavailable
 */
export async function logProof({ runtime }: WorkerContext, eventId: EventId): Promise<PackageLog | null> {
  try {
    await checkpointEvent(runtime, eventId);
  } catch (error) {
    if (error instanceof AppError && error.code === "audit/log-broken") return null;
    throw error;
  }
  const proof = await proveEvent(runtime, eventId, "first");
  if (!proof) throw new Error(`no checkpoint covers event ${eventId} yet`);
  const { leafIndex, hashes, checkpoint } = proof;
  const { size, note, timestampToken } = checkpoint;
  return {
    ...{ leafIndex, size, note, timestampToken, hashes },
    certificates: await certificatesOf(runtime, note),
  };
}

/** Of the key that signed the note, and of the authority above it. */
async function certificatesOf(runtime: WorkerContext["runtime"], text: string): Promise<Uint8Array[]> {
  const note = parseNote(text);
  const rows = await publishedAuthorities(runtime);
  const of = (wanted: string) =>
    readableCertificates(rows.filter(({ kind }) => kind === wanted).map((row) => row.certificateDer));
  const own = of("log").find((certificate) => hasSigned(certificate, note));
  if (!own) throw new Error("the key that signed the checkpoint has no certificate");
  const above = of("issuing").filter(({ subject }) => subject.text === own.issuer.text);
  return [own, ...above].map(({ der }) => der);
}
