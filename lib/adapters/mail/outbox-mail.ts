import type { MailMessage, MailSender } from "#lib/ports/mail.ts";
import { sendable } from "./sendable.ts";

/**
 * Keeps mail instead of sending it, for development and tests: people read it on a page.
 *
 * @param save keeps one message; of several with the same id, only the first.
 */
export function outboxMail(save: (message: MailMessage) => Promise<void>): MailSender {
  return { name: "outbox", send: async (message) => save(sendable(message)) };
}
