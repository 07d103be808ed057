import "server-only";
import { isRefusal } from "#lib/errors.ts";
import { ocspError } from "#lib/pki/core/revocation/create-ocsp-response.ts";
import type { OcspRequest } from "#lib/pki/core/revocation/ocsp-request.ts";
import { publishedOcsp } from "#lib/pki/published.ts";
import { webRuntime } from "../../_server/runtime.ts";
import { publishedResponse } from "../published-response.ts";

const TYPE = "application/ocsp-response";

/** Answers in the protocol's own words, whatever was asked (RFC 6960 §2.3). */
export async function answerOcsp(read: () => Promise<OcspRequest>): Promise<Response> {
  const runtime = await webRuntime();
  try {
    const { der, nextUpdate } = await publishedOcsp(runtime, await read());
    return publishedResponse(der, TYPE, nextUpdate);
  } catch (error) {
    if (isRefusal(error)) return publishedResponse(ocspError("malformedRequest"), TYPE, null);
    runtime.log.error({ err: error }, "ocsp");
    return publishedResponse(ocspError("internalError"), TYPE, null);
  }
}
