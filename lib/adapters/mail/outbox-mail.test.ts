import { mailContract } from "#lib/ports/mail.contract.ts";
import type { MailMessage } from "#lib/ports/mail.ts";
import { outboxMail } from "./outbox-mail.ts";

mailContract("outbox", async () => {
  const saved: MailMessage[] = [];
  return {
    mail: outboxMail(async (message) => void saved.push(message)),
    received: () =>
      saved.map(({ to, attachments = [], ...message }) => ({
        ...message,
        recipients: [to.address],
        toName: to.name,
        attachments,
      })),
  };
});
