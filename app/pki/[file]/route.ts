import { isUuid } from "#lib/ids.ts";
import { publishedCertificate, publishedCrl } from "#lib/pki/published.ts";
import { answer } from "../../_server/problem.ts";
import { webRuntime } from "../../_server/runtime.ts";
import { certificateResponse, nothing, publishedResponse } from "../published-response.ts";

const FILE = /^([0-9a-f-]{36})(?:-([1-9]\d{0,6}))?\.(cer|crl)$/;

/**
 * `<authority>.cer`, `<authority>.crl` and, for a part of a long list, `<authority>-<part>.crl`: the addresses that
 * our certificates name (RFC 5280 §4.2.1.13, §4.2.2.1).
 */
export function GET(request: Request, { params }: { params: Promise<{ file: string }> }) {
  return answer(async () => {
    const [, authorityId = "", part, ending] = FILE.exec((await params).file) ?? [];
    if (!isUuid(authorityId)) return nothing();
    const runtime = await webRuntime();
    if (ending === "cer")
      return part
        ? nothing()
        : certificateResponse(await publishedCertificate(runtime, authorityId), `${authorityId}.cer`);
    const crl = await publishedCrl(runtime, authorityId, Number(part ?? 0));
    return crl ? publishedResponse(request, crl, "application/pkix-crl") : nothing();
  });
}
