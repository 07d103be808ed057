import { createHmac } from "node:crypto";
import { fromUtf8, toBase64 } from "#lib/bytes.ts";

const PREFIX = "whsec_";

/** What the receiver checks with, as it is shown once. @param secret 32 random bytes. */
export const shownSecret = (secret: Uint8Array): string => `${PREFIX}${toBase64(secret)}`;

/**
 * What goes with a webhook, so that its receiver knows that it is ours, and new: HMAC-SHA-256 over id, time and body.
 *
 * @param id the same for every try of one message. @see https://www.standardwebhooks.com
 */
export function webhookHeaders(
  secret: Uint8Array,
  { id, at, body }: { readonly id: string; readonly at: Date; readonly body: string },
): Record<string, string> {
  const seconds = String(Math.floor(at.getTime() / 1_000));
  const mac = createHmac("sha256", secret)
    .update(fromUtf8(`${id}.${seconds}.${body}`))
    .digest("base64");
  return {
    "content-type": "application/json",
    "user-agent": "Whereof",
    ...{ "webhook-id": id, "webhook-timestamp": seconds, "webhook-signature": `v1,${mac}` },
  };
}
