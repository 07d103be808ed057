import type { CertificateId } from "#lib/ids.ts";
import { answerFile } from "../../answer-file.ts";

interface Place {
  readonly params: Promise<{ token: string; certificateId: string }>;
}

export async function GET(_: Request, { params }: Place) {
  const { token, certificateId } = await params;
  return answerFile(token, {
    kind: "certificate",
    certificateId: certificateId as CertificateId,
    form: "der",
  });
}
