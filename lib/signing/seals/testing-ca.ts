import { randomBytes } from "node:crypto";
import {
  basicConstraints,
  crlDistributionPoint,
  keyUsage,
  subjectKeyIdentifier,
} from "#lib/pki/core/certificates/extensions.ts";
import { type Authority, testKey, wildCertificate, YEAR_MS } from "#lib/pki/core/testing.ts";
import { crlOf } from "#lib/pki/core/validation/testing-document.ts";
import { webError } from "#lib/ports/web.ts";
import type { WorkerRuntime } from "#lib/runtime.ts";

const CRL_URL = "http://ca.example/ca.crl";

/** An authority of somebody else's, which certifies keys for seals and says that none is revoked. */
export interface TestCa {
  readonly authority: Authority;
  /** The certificate of a key, and the authority's own: DER each. */
  certify(publicKey: Uint8Array, name?: string): Promise<Uint8Array[]>;
  /** What its list names from now on. */
  readonly revoked: { serialHex: string; revokedAt: Date; reason: "keyCompromise" }[];
  /** Whether its list cannot be fetched. */
  isSilent: boolean;
  /** Has a product find the authority's revocation list on the web. */
  publishTo(runtime: WorkerRuntime): void;
}

export async function startTestCa(): Promise<TestCa> {
  const dates = { notBefore: new Date(Date.now() - 3_600_000), notAfter: new Date(Date.now() + YEAR_MS) };
  const authority = await wildCertificate({
    subject: "Another CA",
    extensions: [
      basicConstraints({ pathLength: null }),
      keyUsage(["keyCertSign", "crlSign"]),
      subjectKeyIdentifier(randomBytes(20)),
    ],
    ...dates,
  });
  const ca: TestCa = {
    authority,
    ...{ revoked: [], isSilent: false },
    async certify(publicKey, name = "Harbour Street Studio, seal") {
      const { certificateDer } = await wildCertificate({
        ...{ subject: name, issuer: authority, key: { ...testKey("ecdsa-p256-sha256"), publicKey } },
        extensions: [keyUsage(["contentCommitment"]), crlDistributionPoint(CRL_URL)],
        ...dates,
      });
      return [certificateDer, authority.certificateDer];
    },
    publishTo(runtime) {
      const fetch = async (url: string) => {
        if (url !== CRL_URL || ca.isSilent) throw webError("unavailable", "nobody answers");
        return crlOf(authority, new Date(), ca.revoked);
      };
      Object.assign(runtime, { web: { fetch } });
    },
  };
  return ca;
}
