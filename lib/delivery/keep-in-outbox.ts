import { createContext, inTransaction } from "#lib/context.ts";
import type { OrganizationId } from "#lib/ids.ts";
import type { MailMessage } from "#lib/ports/mail.ts";
import type { SmsMessage } from "#lib/ports/sms.ts";
import type { Runtime } from "#lib/runtime.ts";
import { mailWords } from "./core/translate.ts";
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

/** Keeps a text message in the same place, when nobody is set to send it. */
export async function keepSmsInOutbox(
  runtime: Runtime,
  { id, organizationId, to, text }: SmsMessage,
): Promise<void> {
  const subject = mailWords()("code.smsSubject");
  const lines = text.replaceAll(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`).replaceAll("\n", "<br>");
  const html = `<!doctype html><html lang="en"><body style="font:16px/24px sans-serif;padding:24px">${lines}</body></html>`;
  await keepInOutbox(runtime, {
    id,
    organizationId,
    to: { name: subject, address: to },
    subject,
    html,
    text,
  });
}
