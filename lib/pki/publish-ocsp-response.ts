import type { WorkerRuntime } from "#lib/runtime.ts";
import type { Authorities } from "./authorities.ts";
import { parseCertificate } from "./core/certificates/certificate.ts";
import { createOcspResponse } from "./core/revocation/create-ocsp-response.ts";
import { certIdOf } from "./core/revocation/ocsp-request.ts";
import type { RevocationReason } from "./core/revocation/reasons.ts";
import { loadSerial, saveOcspResponse } from "./store.ts";

const LIFE_MS = 7 * 86_400_000;

/**
 * Says what is known of a certificate of the issuing authority now, signed by its responder, and keeps the answer
 * for the web process to hand out.
 *
 * @returns the OCSP response, DER.
 */
export async function publishOcspResponse(
  runtime: WorkerRuntime,
  authorities: Authorities,
  certificateDer: Uint8Array,
): Promise<Uint8Array> {
  const { issuing, ocsp } = authorities;
  const certificate = parseCertificate(certificateDer);
  const issuer = parseCertificate(issuing.certificateDer);
  const { db } = runtime.database;
  const row = await loadSerial(db, issuing.id, certificate.serialHex);
  const status =
    row === null
      ? ({ kind: "unknown" } as const)
      : row.revokedAt
        ? ({
            kind: "revoked",
            revokedAt: row.revokedAt,
            reason: row.revocationReason as RevocationReason,
          } as const)
        : ({ kind: "good" } as const);
  const thisUpdate = runtime.now();
  thisUpdate.setMilliseconds(0);
  const nextUpdate = new Date(thisUpdate.getTime() + LIFE_MS);
  const der = await createOcspResponse(
    {
      answers: [{ certId: certIdOf(certificate, issuer), status }],
      ...{ responderDer: ocsp.certificateDer, producedAt: thisUpdate, thisUpdate, nextUpdate, nonce: null },
      // Nothing we issued is ever forgotten, so "good" also speaks of certificates that have lapsed.
      archiveCutoff: issuing.notBefore,
    },
    ocsp.key,
  );
  if (row)
    await saveOcspResponse(db, {
      authorityId: issuing.id,
      serial: certificate.serialHex,
      der,
      thisUpdate,
      nextUpdate,
    });
  return der;
}
