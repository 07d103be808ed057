import { fillField } from "#lib/signing/fill-field.ts";
import { jsonBody } from "../../../../_server/body.ts";
import { recipientContext } from "../../../../_server/context.ts";
import { answer } from "../../../../_server/problem.ts";

const LIMIT_BYTES = 32 * 1024;

interface Place {
  readonly params: Promise<{ token: string; fieldId: string }>;
}

/** Keeps one value. An address of its own, unlike an action's, stays good while a page is open for days. */
export async function PUT(request: Request, { params }: Place) {
  return answer(async () => {
    const { token, fieldId } = await params;
    const ctx = await recipientContext(token);
    const entered = (await jsonBody(request, LIMIT_BYTES)) as {
      value?: unknown;
      locale?: unknown;
    } | null;
    const locale = typeof entered?.locale === "string" ? entered.locale : undefined;
    const filled = await fillField(ctx, { fieldId, value: String(entered?.value ?? ""), locale });
    return Response.json(filled, { headers: { "cache-control": "private, no-store" } });
  });
}
