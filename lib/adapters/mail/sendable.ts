import { type MailMessage, mailError } from "#lib/ports/mail.ts";

const MESSAGE_ID = /^[A-Za-z0-9._-]{1,200}$/;
const CONTENT_TYPE = /^[\w.+-]+\/[\w.+-]+$/;
/** One mailbox without quoting or comments: what people have, and nothing that could be read as a list. */
const ADDRESS = /^[^\s\p{C}<>()[\]\\,;:"@]+@[^\s\p{C}<>()[\]\\,;:"@]+$/u;
/** RFC 5321 §4.5.3.1.3, without the angle brackets. */
const MAX_ADDRESS_LENGTH = 254;
const MAX_LINE_LENGTH = 500;
/** Most servers take 25 MB as encoded, and Base64 adds a third. */
const MAX_BYTES = 18 * 1024 * 1024;

/**
 * The message as any sender may send it: what becomes a header line is one line.
 *
 * @throws mail/refused for an address that is none and for too large a message; RangeError for an id or content
 *   type that only a bug can make
 */
export function sendable(message: MailMessage): MailMessage {
  const { id, to, attachments = [] } = message;
  if (!MESSAGE_ID.test(id))
    throw new RangeError("a message id is letters, digits, periods, hyphens, underscores");
  if (!attachments.every(({ contentType }) => CONTENT_TYPE.test(contentType))) {
    throw new RangeError(`an attachment of message ${id} has no content type`);
  }
  if (to.address.length > MAX_ADDRESS_LENGTH || !ADDRESS.test(to.address)) {
    throw mailError("refused", `message ${id} has no address mail could go to`);
  }
  if (sizeOf(message) > MAX_BYTES)
    throw mailError("refused", `message ${id} has more than ${MAX_BYTES} bytes`);
  return {
    ...message,
    subject: oneLine(message.subject),
    to: { name: oneLine(to.name), address: to.address },
    attachments: attachments.map((part) => ({ ...part, filename: oneLine(part.filename) })),
  };
}

const oneLine = (text: string) =>
  text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
    .trim()
    .slice(0, MAX_LINE_LENGTH);

function sizeOf({ html, text, attachments = [] }: MailMessage): number {
  return attachments.reduce((sum, { content }) => sum + content.length, Buffer.byteLength(html + text));
}
