import { createContext, inTransaction } from "#lib/context.ts";
import type { OrganizationId } from "#lib/ids.ts";
import type { MailMessage } from "#lib/ports/mail.ts";
import type { Runtime } from "#lib/runtime.ts";
import { saveOutboxMail } from "./store.ts";

/** Keeps a mail where owners and admins read it, when no SMTP server is set. */
export async function keepInOutbox(runtime: Runtime, message: MailMessage): Promise<void> {
  const organizationId = message.organizationId as OrganizationId;
  const ctx = createContext(runtime, { organizationId, actor: { kind: "system", job: "outbox" } });
  const { id, subject, html, text, to } = message;
  await inTransaction(ctx, (ctx) =>
    saveOutboxMail(ctx, {
      ...{ organizationId, id, subject, html, text, createdAt: ctx.now() },
      toName: to.name,
      toAddress: to.address,
    }),
  );
}
