import { defineErrors } from "#lib/errors.ts";

export interface MailMessage {
  /**
   * Letters, digits, `.` `_` `-`. The same id is never delivered twice by the outbox; SMTP carries it as Message-ID.
   */
  readonly id: string;
  readonly organizationId: string;
  /** Where servers report what became of it; left out, it is the sender's address. */
  readonly returnTo?: string;
  readonly to: { readonly name: string; readonly address: string };
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly attachments?: readonly { filename: string; contentType: string; content: Uint8Array }[];
}

export interface MailSender {
  readonly name: "smtp" | "outbox";
  /**
   * Hands the message over; line breaks in names and subject become spaces.
   *
   * @throws mail/refused when no server will ever take it, mail/unavailable when one may later
   */
  send(message: MailMessage): Promise<void>;
}

export const mailError = defineErrors("mail", { refused: "invalid", unavailable: "unavailable" });
