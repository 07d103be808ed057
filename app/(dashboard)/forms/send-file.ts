/** Sends a file as a body of its own; the header keeps other sites out. @returns what came back, or a refusal's code. */
export async function sendFile<T>(
  address: string,
  file: File,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly done: T } | { readonly code: string; readonly reference?: string }> {
  try {
    const response = await fetch(address, {
      method: "POST",
      headers: {
        ...headers,
        "content-type": "application/octet-stream",
        "x-file-name": encodeURIComponent(file.name),
      },
      body: file,
    });
    const isJson = response.headers.get("content-type")?.includes("json");
    const answer = isJson ? ((await response.json()) as T & { code?: string; reference?: string }) : null;
    if (response.ok && answer) return { done: answer };
    return {
      code: answer?.code ?? "internal",
      ...(answer?.reference ? { reference: answer.reference } : {}),
    };
  } catch {
    return { code: "internal" };
  }
}
