import { requireSystem } from "#lib/authorize.ts";
import type { WorkerContext } from "#lib/context.ts";
import { answerOcsp } from "./answer-ocsp.ts";
import { openAuthority } from "./authorities.ts";
import { parseCertificate } from "./core/certificates/certificate.ts";
import { certIdFor, createOcspRequest, parseOcspRequest } from "./core/revocation/ocsp-request.ts";
import { publishCrl } from "./publish-crl.ts";
import { loadAuthorities, loadSerial } from "./store.ts";

/**
 * Says at once to everybody that a certificate was revoked: in its authority's next list, which is published now,
 * and by the responder. An authority that was revoked gets its successor.
 */
export async function publishStatus(
  ctx: WorkerContext,
  input: { readonly authorityId: string; readonly serial: string },
): Promise<void> {
  requireSystem(ctx);
  const { runtime } = ctx;
  const { authorityId, serial } = input;
  await runtime.renewAuthorities();
  const rows = await loadAuthorities(runtime.database.db);
  const row = rows.find(({ id }) => id === authorityId);
  const issued = await loadSerial(runtime.database.db, authorityId, serial);
  if (!row || !issued) return;
  const { partition } = issued;
  await publishCrl(runtime, await openAuthority(runtime, rows, row), { partition });
  if (row.kind !== "issuing") return;
  const certId = certIdFor(serial, parseCertificate(row.certificateDer));
  await answerOcsp(runtime, parseOcspRequest(createOcspRequest(certId, null)));
}
