import "server-only";
import { randomUUID } from "node:crypto";
import { unstable_rethrow } from "next/navigation";
import { ZodError } from "zod";
import { AppError } from "#lib/errors.ts";
import { webRuntime } from "./runtime.ts";
import { STATUSES } from "./statuses.ts";

export interface Refusal {
  /** Stable, for programs and for the sentence people read. */
  readonly code: string;
  readonly status: number;
  /** Names a bug in the log; nothing else is said of it. */
  readonly reference?: string;
}

/** What went wrong, as the outside may know it. What Next itself throws to redirect goes on its way. */
export async function refusalOf(error: unknown): Promise<Refusal> {
  unstable_rethrow(error);
  if (error instanceof AppError) return { code: error.code, status: STATUSES[error.kind] };
  if (error instanceof ZodError) return { code: "input/invalid", status: 422 };
  const reference = randomUUID().slice(0, 8);
  const { log } = await webRuntime();
  log.error({ err: error, reference }, "unexpected");
  return { code: "internal", status: 500, reference };
}

/** Runs a route handler; a refusal becomes problem details (RFC 9457). */
export async function answer(work: () => Promise<Response>): Promise<Response> {
  try {
    return await work();
  } catch (error) {
    const { code, status, reference } = await refusalOf(error);
    const body = { type: `about:blank#${code}`, title: code, status, code, reference };
    return Response.json(body, {
      status,
      headers: { "content-type": "application/problem+json", "cache-control": "no-store" },
    });
  }
}
