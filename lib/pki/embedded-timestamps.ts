import { type TimestampAuthority, type TimestampTransport, timestampsError } from "#lib/ports/timestamps.ts";
import type { WorkerRuntime } from "#lib/runtime.ts";
import { WHEREOF_OID } from "./core/asn1/oids.ts";
import { readableCertificates } from "./core/certificates/certificate.ts";
import { CLAIMED_MS } from "./core/timestamps/clock.ts";
import { createTimestampToken } from "./core/timestamps/create-timestamp.ts";
import {
  createTimestampRequest,
  encodeImprint,
  parseTimestampRequest,
} from "./core/timestamps/timestamp-request.ts";
import { readTimestampResponse } from "./core/timestamps/timestamp-response.ts";
import { findPath, type TrustAnchor } from "./core/validation/path.ts";

/** Our own time-stamping authority, in this process. */
export function embeddedTimestamps(
  runtime: Pick<WorkerRuntime, "now" | "random" | "authorities" | "clock">,
): TimestampAuthority {
  return {
    name: "embedded",
    async token(imprint) {
      const { tsa } = await runtime.authorities();
      await runtime.clock.requireSure();
      const authority = {
        certificateDer: tsa.certificateDer,
        chain: tsa.chain,
        key: tsa.key,
        policy: WHEREOF_OID.timestampPolicy,
        accuracySeconds: CLAIMED_MS / 1000,
      };
      const request = {
        imprintDer: encodeImprint("sha256", imprint),
        nonceDer: null,
        wantsCertificates: true,
      };
      return createTimestampToken(request, authority, runtime.random(16), runtime.now());
    },
  };
}

/** How far another's clock may be from ours. */
const LEEWAY_MS = 5 * 60_000;

/**
 * Another's authority: asked with a nonce, and believed only when its answer holds, says the time it is and, where trust
 * anchors are given, comes from an authority that leads to one of them.
 *
 * @param anchors null where any authority's word is taken.
 */
export function foreignTimestamps(
  runtime: Pick<WorkerRuntime, "random" | "now">,
  transport: TimestampTransport,
  anchors: readonly TrustAnchor[] | null,
): TimestampAuthority {
  const untrusted = (why: string) => timestampsError("untrusted", `${transport.name}: ${why}`);
  return {
    name: transport.name,
    async token(imprint) {
      const request = createTimestampRequest("sha256", imprint, runtime.random(8));
      const askedAt = runtime.now();
      const answer = await transport.post(request);
      const { imprint: sent, nonceDer, policy } = parseTimestampRequest(request);
      const read = readTimestampResponse(answer, { imprint: sent, nonceDer, policy });
      if (read.token === null) throw untrusted(read.problem);
      const { cms, der, generatedAt } = read.token;
      const earliest = askedAt.getTime() - LEEWAY_MS;
      const latest = runtime.now().getTime() + LEEWAY_MS;
      if (generatedAt.getTime() < earliest || generatedAt.getTime() > latest)
        throw untrusted(`says ${generatedAt.toISOString()}, asked at ${askedAt.toISOString()}`);
      const candidates = readableCertificates(cms.certificates);
      if (anchors && !findPath({ certificate: read.authority, candidates, anchors, at: generatedAt }).isValid)
        throw untrusted(`${read.authority.subject.text} leads to none of the trust anchors`);
      return der;
    },
  };
}
