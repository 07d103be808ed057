import { type SmsMessage, smsError } from "#lib/ports/sms.ts";

/** @throws sms/refused */
export function requireNumber({ id, to }: SmsMessage): void {
  if (!/^\+[1-9]\d{6,14}$/.test(to)) throw smsError("refused", `message ${id} has no number`);
}
