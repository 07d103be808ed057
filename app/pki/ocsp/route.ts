import { gatherBytes } from "#lib/bytes.ts";
import { parseOcspRequest } from "#lib/pki/core/revocation/ocsp-request.ts";
import { pkiError } from "#lib/pki/errors.ts";
import { respondToOcsp } from "./respond-to-ocsp.ts";

const LIMIT_BYTES = 16 * 1024;

/** The status of a certificate, asked for by POST (RFC 6960 appendix A.1). */
export function POST(request: Request) {
  return respondToOcsp(request, async () => parseOcspRequest(await bodyOf(request)));
}

/** No more of it than a request may have. */
async function bodyOf(request: Request): Promise<Uint8Array> {
  return gatherBytes((request.body ?? []) as AsyncIterable<Uint8Array>, LIMIT_BYTES, () =>
    pkiError("too-large", "OCSP request"),
  );
}
