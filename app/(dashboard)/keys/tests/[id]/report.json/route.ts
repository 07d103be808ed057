import { isUuid } from "#lib/ids.ts";
import { signingError } from "#lib/signing/errors.ts";
import { keyTestFile } from "#lib/signing/key-tests/get-tests.ts";
import { signedInContext } from "../../../../../_server/context.ts";
import { fileResponse } from "../../../../../_server/download.ts";
import { answer } from "../../../../../_server/problem.ts";

/** The report of a test signing, for machines. */
export function GET(_: Request, { params }: { params: Promise<{ id: string }> }) {
  return answer(async () => {
    const { id } = await params;
    if (!isUuid(id)) throw signingError("not-found", "no id");
    const { fileName, bytes } = await keyTestFile(await signedInContext(), { testId: id });
    const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream();
    return fileResponse({
      fileName,
      contentType: "application/json",
      sizeBytes: bytes.length,
      bytes: stream,
    });
  });
}
