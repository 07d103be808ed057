import PostalMime, { type Attachment } from "postal-mime";
import { type DeliveryStatus, messageIdIn, readDeliveryStatus } from "./core/delivery-status.ts";

export interface DeliveryReport extends DeliveryStatus {
  /** Of the mail it is about, where the report brings its headers back. */
  readonly messageId: string | null;
}

const MOST_NESTED = 8;

/** Reads a report of a mail server; null for any other mail. @see RFC 3462, RFC 3464 */
export async function readReport(raw: Uint8Array): Promise<DeliveryReport | null> {
  const mail = await PostalMime.parse(raw, {
    ...{ forceRfc822Attachments: true, maxNestingDepth: MOST_NESTED },
  }).catch(() => null);
  const type = mail?.headers.find(({ key }) => key === "content-type")?.value ?? "";
  if (!mail || !/^multipart\/report\b/i.test(type)) return null;
  const part = (...types: string[]) => mail.attachments.find(({ mimeType }) => types.includes(mimeType));
  const about = part("message/delivery-status", "message/global-delivery-status");
  const status = about ? readDeliveryStatus(textOf(about)) : null;
  if (!status) return null;
  const back = part("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers");
  return { ...status, messageId: back ? messageIdIn(textOf(back)) : null };
}

const textOf = ({ content }: Attachment): string =>
  typeof content === "string" ? content : new TextDecoder("utf-8").decode(content);
