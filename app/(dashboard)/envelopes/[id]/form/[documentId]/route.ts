import { saveForm } from "#lib/signing/save-form.ts";
import { signedInContext } from "../../../../../_server/context.ts";
import { fileResponse } from "../../../../../_server/download.ts";
import { documentIdIn, envelopeIdIn } from "../../../../../_server/params.ts";
import { answer } from "../../../../../_server/problem.ts";

/** A draft's document as a PDF that is filled in any reader. */
export function GET(_: Request, { params }: { params: Promise<{ id: string; documentId: string }> }) {
  return answer(async () => {
    const { id, documentId } = await params;
    const ctx = await signedInContext();
    const input = { envelopeId: envelopeIdIn(id), documentId: documentIdIn(documentId) };
    const { name, bytes } = await saveForm(ctx, input);
    return fileResponse({
      ...{ fileName: name, contentType: "application/pdf", sizeBytes: bytes.length },
      bytes: new Blob([bytes as Uint8Array<ArrayBuffer>]).stream(),
    });
  });
}
