import { type TimestampAuthority, type TimestampTransport, timestampsError } from "#lib/ports/timestamps.ts";
import type { WorkerRuntime } from "#lib/runtime.ts";
import { WHEREOF_OID } from "./core/asn1/oids.ts";
import { createTimestampToken } from "./core/timestamps/create-timestamp.ts";
import {
  createTimestampRequest,
  encodeImprint,
  parseTimestampRequest,
} from "./core/timestamps/timestamp-request.ts";
import { readTimestampResponse } from "./core/timestamps/timestamp-response.ts";

/** Our own time-stamping authority, in this process. */
export function embeddedTimestamps(
  runtime: Pick<WorkerRuntime, "now" | "random" | "authorities">,
): TimestampAuthority {
  return {
    name: "embedded",
    async token(imprint) {
      const { tsa } = await runtime.authorities();
      const authority = {
        certificateDer: tsa.certificateDer,
        chain: tsa.chain,
        key: tsa.key,
        policy: WHEREOF_OID.timestampPolicy,
        accuracySeconds: 1,
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

/** Another's authority: asked with a nonce, and believed only when its answer holds. */
export function foreignTimestamps(
  runtime: Pick<WorkerRuntime, "random">,
  transport: TimestampTransport,
): TimestampAuthority {
  return {
    name: transport.name,
    async token(imprint) {
      const request = createTimestampRequest("sha256", imprint, runtime.random(8));
      const answer = await transport.post(request);
      const { imprint: sent, nonceDer, policy } = parseTimestampRequest(request);
      const read = readTimestampResponse(answer, { imprint: sent, nonceDer, policy });
      if (read.token === null) throw timestampsError("untrusted", `${transport.name}: ${read.problem}`);
      return read.token.der;
    },
  };
}
