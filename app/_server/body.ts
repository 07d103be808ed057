import { gatherBytes, toUtf8 } from "#lib/bytes.ts";
import "server-only";
import { defineErrors } from "#lib/errors.ts";

const inputError = defineErrors("input", { "too-large": "too-large", invalid: "invalid" });

/** A request's JSON, of which no more than `limitBytes` is ever read. @throws input/too-large, invalid */
export async function jsonBody(request: Request, limitBytes: number): Promise<unknown> {
  const bytes = await gatherBytes(request.body ?? [], limitBytes, () =>
    inputError("too-large", `more than ${limitBytes} bytes`),
  );
  try {
    return JSON.parse(toUtf8(bytes));
  } catch (error) {
    throw inputError("invalid", "not JSON", { cause: error });
  }
}
