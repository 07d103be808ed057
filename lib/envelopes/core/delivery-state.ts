import type { RecipientId } from "#lib/ids.ts";

/** What became of the last mail to somebody, as far as anybody knows. */
export interface DeliveryState {
  /**
   * Queued: not handed over yet. Accepted: the mail server took it. Kept: it lies in the Outbox. Delayed: a server
   * tries again. Refused at once, or bounced: it came back later.
   */
  readonly state: "queued" | "accepted" | "kept" | "delayed" | "refused" | "bounced";
  readonly at: Date;
  /** Why it did not arrive, for whoever can do something about it. */
  readonly cause: DeliveryCause;
  /** `5.1.1` and what the server wrote; empty where it said nothing. */
  readonly status: string;
  readonly diagnostic: string;
}

/** It did not get there: nothing more is mailed to that address by itself. */
export const isLost = (delivery: DeliveryState | null): boolean =>
  delivery?.state === "refused" || delivery?.state === "bounced";

/** No mail to that address will ever get there, whoever asks for it. */
export const isNoAddress = (delivery: DeliveryState | null): boolean =>
  isLost(delivery) && delivery?.cause === "address";

export type DeliveryCause = "address" | "mailbox-full" | "refused" | "unreachable" | "unknown";

interface Entry {
  readonly type: string;
  readonly at: Date;
  readonly data: Readonly<Record<string, unknown>>;
}

const QUEUES = new Set(["recipient.invited", "recipient.reminded", "recipient.copied"]);
const ENDS: Readonly<Record<string, DeliveryState["state"]>> = {
  "mail.delivered": "accepted",
  "mail.refused": "refused",
  "mail.delayed": "delayed",
  "mail.bounced": "bounced",
};

/** From the trail alone: what it does not say nobody knows. Null where nothing was to be mailed. */
export function deliveryOf(entries: readonly Entry[], recipientId: RecipientId): DeliveryState | null {
  let known: DeliveryState | null = null;
  let message: unknown = null;
  for (const { type, at, data } of entries) {
    if (data.recipient !== recipientId) continue;
    if (QUEUES.has(type)) {
      known = { state: "queued", at, cause: "unknown", status: "", diagnostic: "" };
      message = null;
    }
    const state = ENDS[type];
    if (!state) continue;
    // What came back of an older mail says nothing of the newest.
    if ((state === "bounced" || state === "delayed") && message !== data.message) continue;
    message = data.message;
    const status = textOf(data.status);
    known = {
      state: state === "accepted" && data.via === "outbox" ? "kept" : state,
      ...{ at, status, diagnostic: textOf(data.diagnostic) },
      cause: state === "refused" ? "address" : causeOf(status),
    };
  }
  return known;
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** By the class and subject of an enhanced status code. @see RFC 3463 §3 */
export function causeOf(status: string): DeliveryCause {
  if (/^[45]\.2\.2$/.test(status)) return "mailbox-full";
  if (/^5\.1\.|^5\.2\.1$/.test(status)) return "address";
  if (/^5\.[67]\./.test(status)) return "refused";
  return /^[45]\.[34]\./.test(status) ? "unreachable" : "unknown";
}
