import type { DocumentId } from "#lib/ids.ts";
import { answerFile } from "../../answer-file.ts";

interface Place {
  readonly params: Promise<{ token: string; documentId: string }>;
}

export async function GET(_: Request, { params }: Place) {
  const { token, documentId } = await params;
  return answerFile(token, {
    kind: "document",
    documentId: documentId as DocumentId,
    variant: "current",
  });
}
