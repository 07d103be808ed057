import "server-only";
import { isRefusal } from "#lib/errors.ts";
import { answerStatus } from "#lib/evidence/answer-status.ts";
import { ocspError } from "#lib/pki/core/revocation/create-ocsp-response.ts";
import type { OcspRequest } from "#lib/pki/core/revocation/ocsp-request.ts";
import { visitor } from "../../_server/context.ts";
import { publishedResponse } from "../published-response.ts";

const TYPE = "application/ocsp-response";

/** Answers in the protocol's own words, whatever was asked (RFC 6960 §2.3). */
export async function respondToOcsp(request: Request, read: () => Promise<OcspRequest>): Promise<Response> {
  const who = await visitor();
  const error = (status: Parameters<typeof ocspError>[0]) =>
    publishedResponse(request, { der: ocspError(status), thisUpdate: null, nextUpdate: null }, TYPE);
  try {
    return publishedResponse(request, await answerStatus(who, await read()), TYPE);
  } catch (failure) {
    if (isRefusal(failure, "identity/too-many-tries")) return error("tryLater");
    if (isRefusal(failure)) return error("malformedRequest");
    who.runtime.log.error({ err: failure }, "ocsp");
    return error("internalError");
  }
}
