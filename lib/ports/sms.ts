import { defineErrors } from "#lib/errors.ts";

export interface SmsMessage {
  /** Ours: names the message where it is kept. */
  readonly id: string;
  readonly organizationId: string;
  /** E.164: `+15125550117`. */
  readonly to: string;
  /** A code and a sentence; longer texts go out in parts. */
  readonly text: string;
}

export interface SmsSender {
  readonly name: "twilio" | "sns" | "outbox";
  /**
   * Hands the message over. Whether it arrives, nobody says.
   *
   * @throws sms/refused when this number will never be reached: it is none, a landline, has opted out; sms/unavailable
   *   when it may be later, or the provider does not take our log-in
   */
  send(message: SmsMessage): Promise<void>;
}

export const smsError = defineErrors("sms", { refused: "invalid", unavailable: "unavailable" });
