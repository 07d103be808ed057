import { isUuid } from "#lib/ids.ts";
import { publishedCertificate, publishedCrl } from "#lib/pki/published.ts";
import { answer } from "../../_server/problem.ts";
import { webRuntime } from "../../_server/runtime.ts";
import { certificateResponse, nothing, publishedResponse } from "../published-response.ts";

/** `<authority>.cer` and `<authority>.crl`: the addresses that our certificates name (RFC 5280 §4.2.1.13, §4.2.2.1). */
export function GET(_: Request, { params }: { params: Promise<{ file: string }> }) {
  return answer(async () => {
    const [authorityId = "", ending, ...rest] = (await params).file.split(".");
    if (!isUuid(authorityId) || rest.length > 0) return nothing();
    const runtime = await webRuntime();
    if (ending === "cer")
      return certificateResponse(await publishedCertificate(runtime, authorityId), `${authorityId}.cer`);
    const crl = ending === "crl" ? await publishedCrl(runtime, authorityId) : null;
    return crl ? publishedResponse(crl.der, "application/pkix-crl", crl.nextUpdate) : nothing();
  });
}
