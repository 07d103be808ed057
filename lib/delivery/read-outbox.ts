import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { loadOutbox } from "./store.ts";

export interface OutboxMail {
  readonly id: string;
  readonly toName: string;
  readonly toAddress: string;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly createdAt: Date;
}

const SHOWN = 100;

/** Mail that went nowhere because no SMTP server is set; null when there is one. */
export async function readOutbox(ctx: Context): Promise<readonly OutboxMail[] | null> {
  requirePermission(ctx, "outbox.read");
  if (ctx.runtime.config.mail) return null;
  return inTransaction(ctx, (ctx) => loadOutbox(ctx, SHOWN));
}
