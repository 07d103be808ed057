import { publishedLogCertificates } from "#lib/pki/published.ts";
import { answer } from "../../_server/problem.ts";
import { webRuntime } from "../../_server/runtime.ts";
import { logResponse, notThere } from "../log-response.ts";

/** Every certificate that checkpoints were signed under, and those of their issuers. */
export function GET() {
  return answer(async () => {
    const pem = await publishedLogCertificates(await webRuntime());
    if (pem === "") return notThere();
    const contentType = "application/pem-certificate-chain";
    return logResponse({ body: pem, contentType, mayChange: true, fileName: "certificates.pem" });
  });
}

export const dynamic = "force-dynamic";
