import type { SmsMessage, SmsSender } from "#lib/ports/sms.ts";
import { requireNumber } from "./number.ts";

/** Keeps text messages instead of sending them, for development and tests. @param save keeps one message. */
export function outboxSms(save: (message: SmsMessage) => Promise<void>): SmsSender {
  return {
    name: "outbox",
    async send(message) {
      requireNumber(message);
      await save(message);
    },
  };
}
