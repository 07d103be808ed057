import { gatherBytes, toUtf8 } from "#lib/bytes.ts";
import "server-only";
import { defineErrors } from "#lib/errors.ts";

const inputError = defineErrors("input", { "too-large": "too-large", invalid: "invalid" });

const limited = (request: Request, limitBytes: number): Promise<Uint8Array> =>
  gatherBytes(request.body ?? [], limitBytes, () => inputError("too-large", `more than ${limitBytes} bytes`));

/** A request's JSON, of which no more than `limitBytes` is ever read. @throws input/too-large, invalid */
export async function jsonBody(request: Request, limitBytes: number): Promise<unknown> {
  const bytes = await limited(request, limitBytes);
  try {
    return JSON.parse(toUtf8(bytes));
  } catch (error) {
    throw inputError("invalid", "not JSON", { cause: error });
  }
}

/** The same, of which single entries are wanted: anything but an object has none. @throws as above */
export async function jsonEntries(request: Request, limitBytes: number): Promise<Record<string, never>> {
  const body = await jsonBody(request, limitBytes);
  return typeof body === "object" && body !== null ? (body as Record<string, never>) : {};
}

/** A form, with the same limit. @throws input/too-large, invalid */
export async function formBody(request: Request, limitBytes: number): Promise<FormData> {
  const bytes = (await limited(request, limitBytes)) as Uint8Array<ArrayBuffer>;
  const headers = { "content-type": request.headers.get("content-type") ?? "" };
  try {
    return await new Response(bytes, { headers }).formData();
  } catch (error) {
    throw inputError("invalid", "not a form", { cause: error });
  }
}
