import "server-only";
import { defineErrors } from "#lib/errors.ts";

const inputError = defineErrors("input", { "too-large": "too-large", invalid: "invalid" });

/** A request's JSON, of which no more than `limitBytes` is ever read. @throws input/too-large, invalid */
export async function jsonBody(request: Request, limitBytes: number): Promise<unknown> {
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const part of request.body ?? []) {
    sizeBytes += part.length;
    if (sizeBytes > limitBytes) throw inputError("too-large", `more than ${limitBytes} bytes`);
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString("utf8"));
  } catch (error) {
    throw inputError("invalid", "not JSON", { cause: error });
  }
}
