import { answerFile } from "../answer-file.ts";

export async function GET(_: Request, { params }: { params: Promise<{ token: string }> }) {
  return answerFile((await params).token, { kind: "audit-trail" });
}
