import { daysLeft } from "./key-dates.ts";

/** Everything with an end that somebody has to see coming. */
export const ENDING_KINDS = [
  "seal",
  "root",
  "cross",
  "issuing",
  "tsa",
  "ocsp",
  "log",
  "anchor",
  "chain",
  "tls",
  "api-key",
  "program",
] as const;
export type EndingKind = (typeof ENDING_KINDS)[number];

export const BUCKETS = ["over", "under30", "under60", "under90", "later"] as const;
export type Bucket = (typeof BUCKETS)[number];

/** Each is in one of these, by the days that are left. */
export function bucketOf(until: Date, now: Date): Bucket {
  if (until <= now) return "over";
  const left = daysLeft(until, now);
  if (left < 30) return "under30";
  if (left < 60) return "under60";
  return left < 90 ? "under90" : "later";
}

/** Who renews it: it does by itself, a key is rotated here, another's certificate is brought, an access is made anew. */
export function nextAct(kind: EndingKind): "none" | "rotate" | "bring" | "renew-site" | "make-anew" {
  if (kind === "tsa" || kind === "ocsp" || kind === "log" || kind === "cross") return "none";
  if (kind === "anchor" || kind === "chain") return "bring";
  if (kind === "tls") return "renew-site";
  return kind === "api-key" || kind === "program" ? "make-anew" : "rotate";
}
