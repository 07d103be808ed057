import type { Json } from "#lib/audit/core/canonical-json.ts";
import type { TrailEntry } from "#lib/evidence/core/audit-trail-facts.ts";
import type { SealKeyFacts } from "#lib/signing/core/custody.ts";
import type { PackageFacts } from "./package-facts.ts";

type Members = TrailEntry["data"];

/**
 * The same facts without personal values: each is replaced by `mark`, and what would open its commitment is left
 * out. The hashes stay, so that the chain still holds and a value shown later can be compared with them.
 */
export function redacted(facts: PackageFacts, mark: string): PackageFacts {
  const lines = facts.eventsJsonl.trimEnd().split("\n");
  const openings = lines.map((line) => (JSON.parse(line) as { openings: { path: string }[] }).openings);
  const { trail } = facts;
  return {
    ...facts,
    order: facts.order.askedBy ? { ...facts.order, askedBy: { name: mark, email: mark } } : facts.order,
    eventsJsonl: lines
      .map((line) => `${JSON.stringify({ ...(JSON.parse(line) as object), openings: [] })}\n`)
      .join(""),
    trail: {
      ...trail,
      envelope: { ...trail.envelope, title: mark },
      sender: { name: mark, email: mark },
      documents: trail.documents.map((one, index) => ({ ...one, name: `Document ${index + 1}` })),
      recipients: trail.recipients.map((one, index) => ({
        ...one,
        name: `Person ${index + 1}`,
        email: mark,
        certificate: null,
      })),
      fields: trail.fields.map((field) => ({ ...field, label: "" })),
      signatures: trail.signatures.map((one) => (one.kind === "signature" ? { ...one, by: mark } : one)),
      sealKeys: trail.sealKeys.map((one) => withheldKey(one, mark)),
      entries: trail.entries.map((entry, index) => withMarks(entry, openings[index] ?? [], mark)),
    },
    documents: facts.documents.map((one, index) => ({ ...one, name: `Document ${index + 1}` })),
  };
}

/** Who asked for a key, who had it and where it went are about persons too. */
function withheldKey({ key, ...rest }: SealKeyFacts, mark: string): SealKeyFacts {
  if (!key) return { ...rest, key };
  const exports = key.exports.map((one) => ({
    ...one,
    ...{ destination: mark, contract: mark },
    custody: one.custody.map((entry) => ({
      ...entry,
      ...{ releasedBy: mark, receivedBy: mark, from: mark, to: mark, channel: mark, purpose: mark },
      ...{ authority: mark, item: { ...entry.item, description: mark } },
    })),
  }));
  return { ...rest, key: { ...key, exports } };
}

function withMarks(entry: TrailEntry, openings: readonly { path: string }[], mark: string): TrailEntry {
  const parts = { actor: entry.actor as Json, data: entry.data as Json };
  let body: Json = parts;
  for (const { path } of openings) body = withMark(body, path.split("."), mark);
  const { actor, data } = body as { actor: Members; data: Members };
  return { ...entry, actor, data };
}

function withMark(value: Json, [key, ...rest]: readonly string[], mark: string): Json {
  if (key === undefined) return mark;
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value))
    return value.map((item, index) => (String(index) === key ? withMark(item as Json, rest, mark) : item));
  const members = value as Members;
  return key in members ? { ...members, [key]: withMark(members[key] ?? null, rest, mark) } : value;
}
