const TIMEOUT_MS = 120_000;

export type FileAnswer =
  | { readonly value: string; readonly svg: string | null }
  /** Null when the server cannot be reached. */
  | { readonly refusal: string | null };

/** Sends a file for a field. */
export async function giveFile(token: string, fieldId: string, file: File): Promise<FileAnswer> {
  try {
    const response = await fetch(
      `/sign/${token}/fields/${fieldId}/file?name=${encodeURIComponent(file.name.slice(-200))}`,
      {
        method: "PUT",
        headers: { "content-type": "application/octet-stream" },
        body: file,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      },
    );
    const answer = (await response.json()) as { value: string; svg: string | null; code: string };
    return response.ok ? { value: answer.value, svg: answer.svg } : { refusal: answer.code };
  } catch {
    return { refusal: null };
  }
}
