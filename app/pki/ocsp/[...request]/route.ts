import { parseOcspPath } from "#lib/pki/core/revocation/ocsp-request.ts";
import { respondToOcsp } from "../respond-to-ocsp.ts";

/** The status of a certificate, asked for by GET with the request in the path (RFC 6960 appendix A.1). */
export function GET(request: Request) {
  const { pathname } = new URL(request.url);
  return respondToOcsp(request, async () => parseOcspPath(pathname.replace(/^\/pki\/ocsp\//, "")));
}

export const dynamic = "force-dynamic";
