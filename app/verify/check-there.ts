import type { CheckAnswer } from "#lib/evidence/verifier/check-request.ts";

/** What of the page's choice goes with the file: a list's id, or certificates. */
export interface SentTrust {
  readonly listId: string | null;
  readonly anchorFile: File | null;
}

/** Has this server check a file: it is sent. */
export async function checkThere(
  file: File,
  { listId, anchorFile }: SentTrust,
  signal: AbortSignal,
): Promise<CheckAnswer> {
  const form = new FormData();
  form.append("file", file, file.name.toWellFormed());
  if (listId) form.append("trust", listId);
  if (anchorFile) form.append("anchor", anchorFile);
  try {
    const answer = await fetch("/verify/report", { method: "POST", body: form, signal });
    const body = (await answer.json()) as { readonly code?: string };
    if (!answer.ok) return { refusal: body.code ?? "other" };
    return { report: body } as unknown as CheckAnswer;
  } catch {
    return { refusal: "unreachable" };
  }
}
