import { z } from "zod";
import { sealRequestFile } from "#lib/signing/seals/seal-request-file.ts";
import { signedInContext } from "../../../../../_server/context.ts";
import { fileResponse } from "../../../../../_server/download.ts";
import { answer } from "../../../../../_server/problem.ts";

/** The certificate request of a key, for its authority. */
export function GET(_: Request, { params }: { params: Promise<{ id: string }> }) {
  return answer(async () => {
    const sealId = z.uuid().parse((await params).id);
    const { fileName, bytes } = await sealRequestFile(await signedInContext(), { sealId });
    const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream();
    const contentType = "application/pkcs10";
    return fileResponse({ fileName, contentType, sizeBytes: bytes.length, bytes: stream });
  });
}
