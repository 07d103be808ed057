const TIMEOUT_MS = 120_000;

interface Given {
  readonly value: string;
  readonly svg: string | null;
  readonly asOf: number;
}

export type FileAnswer =
  | Given
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
    const answer = (await response.json()) as Given & { code: string };
    const { value, svg, asOf } = answer;
    return response.ok ? { value, svg, asOf } : { refusal: answer.code };
  } catch {
    return { refusal: null };
  }
}
