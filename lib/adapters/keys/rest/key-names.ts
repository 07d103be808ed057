import { randomUUID } from "node:crypto";

/** A name nobody else takes, with something of the label for whoever reads the service's list: 63 characters at most. */
export function newKeyName(label: string): string {
  const words = label
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 26)
    .replace(/^-+|-+$/g, "");
  return `${words || "key"}-${randomUUID()}`;
}
