import { equalBytes, fromHex } from "#lib/bytes.ts";
import type { Json } from "./canonical-json.ts";
import { CHAIN_START, linkHash } from "./chain.ts";
import { type Opening, opens } from "./commitment.ts";
import { eventName, type LogFault, type LogFinding } from "./log-finding.ts";

/** Where an event stands in the log, or waits to; as the log's own tables have it. */
export interface LogPlace {
  /** Null while it waits. */
  readonly leafIndex: number | null;
  readonly chainId: string;
  readonly sequence: number;
  readonly eventHash: Uint8Array;
}

/** A row of `audit_events` with all that belongs to it. */
export interface CheckedEvent {
  readonly organizationId: string;
  readonly id: string;
  readonly chainId: string;
  readonly envelopeId: string | null;
  readonly sequence: number;
  readonly type: string;
  readonly body: string;
  readonly hash: Uint8Array;
  /** With all six digits of its seconds: `2026-11-21T07:10:44.123000Z`. */
  readonly occurredAt: string;
  readonly place: LogPlace | null;
  readonly openings: readonly (Opening & { readonly organizationId: string })[];
}

/** What the hashed text says of itself. */
interface Stated {
  readonly json: Json;
  readonly id: string;
  readonly type: string;
  readonly organization: string;
  readonly envelope: string | null;
  readonly sequence: number;
  readonly at: string;
  readonly previous: Uint8Array;
}

/** Checks the events of one chain, one after the other, against each other and against the log. */
export class ChainCheck {
  readonly #chainId: string;
  readonly #isProven: (leafIndex: number) => boolean;
  #expected = 0;
  /** The hash the next event must name; null when what came before is gone. */
  #previous: Uint8Array | null = CHAIN_START;
  #lastLeaf = -1;
  #isWaiting = false;
  /** Personal values that are not there; the chain may say later that they were forgotten. */
  readonly #missing: { readonly sequence: number; readonly finding: LogFinding }[] = [];
  readonly #forgotten: ((sequence: number) => boolean)[] = [];

  /** @param isProven whether a leaf stands under a checkpoint that holds: then the leaf is right, whatever differs. */
  constructor(chainId: string, isProven: (leafIndex: number) => boolean) {
    this.#chainId = chainId;
    this.#isProven = isProven;
  }

  /** @param event the next by its number. @returns what does not hold, nothing when all does. */
  next(event: CheckedEvent): LogFinding[] {
    const findings: LogFinding[] = [];
    const { organizationId, sequence } = event;
    const name = eventName(this.#chainId, organizationId, sequence);
    const find: Find = (fault, column, sentence) =>
      findings.push({ fault, table: "audit_events", column, organizationId, sentence: `${name}${sentence}` });
    if (sequence !== this.#expected) {
      const missing =
        this.#expected === sequence - 1 ? `${this.#expected}` : `${this.#expected} to ${sequence - 1}`;
      const before = eventName(this.#chainId, organizationId, sequence).replace(
        /^Event \d+/,
        `Event ${missing}`,
      );
      const sentence = `${before} is missing: deleted, or given another number.`;
      findings.push({ fault: "deleted", table: "audit_events", column: null, organizationId, sentence });
      this.#previous = null;
    }
    const stated = readStated(event.body);
    if (!stated) find("altered", "body", " cannot be read: its text (column body) was altered.");
    else {
      for (const [column, stored, said] of differences(event, stated))
        find(
          "altered",
          column,
          `: column ${column} was altered. It is ${stored}; the hashed text says ${said}.`,
        );
      const isFollowing = !this.#previous || equalBytes(stated.previous, this.#previous);
      if (!checkHashes(event, stated.previous, this.#isProven, find) && !isFollowing)
        find(
          "reordered",
          null,
          " does not follow the one before it: one of the two was put there, moved or rewritten.",
        );
      const { wrong, missing } = openingFindings(event, stated.json, name);
      findings.push(...wrong);
      this.#missing.push(...missing.map((finding) => ({ sequence, finding })));
    }
    findings.push(...this.#placeFindings(event, name));
    if (stated && findings.length === 0) this.#forget(stated, sequence);
    this.#expected = sequence + 1;
    this.#previous = event.place?.eventHash ?? event.hash;
    return findings;
  }

  /** After the last event. @returns personal values that are missing and that no event says were forgotten. */
  end(): LogFinding[] {
    const isForgotten = (sequence: number) => this.#forgotten.some((covers) => covers(sequence));
    return this.#missing.filter(({ sequence }) => !isForgotten(sequence)).map(({ finding }) => finding);
  }

  /** An event that holds says what was forgotten before it, and nothing that comes after. */
  #forget({ type, json }: Stated, sequence: number): void {
    if (type !== FORGETTING) return;
    const { data } = json as { readonly data?: { readonly all?: unknown; readonly events?: unknown } };
    const events = new Set(Array.isArray(data?.events) ? data.events : []);
    this.#forgotten.push((earlier) => earlier < sequence && (data?.all === true || events.has(earlier)));
  }

  #placeFindings(event: CheckedEvent, name: string): LogFinding[] {
    const { place, organizationId, sequence } = event;
    const finding = (
      fault: LogFault,
      table: "audit_events" | "log_leaves" | "log_pending",
      column: string | null,
      sentence: string,
    ): LogFinding => ({ fault, table, column, organizationId, sentence: `${name} ${sentence}` });
    if (!place) {
      const sentence =
        "is not in the log and does not wait for it: it was put in behind the product's back, or taken out of the log.";
      return [finding("not-logged", "audit_events", null, sentence)];
    }
    const findings: LogFinding[] = [];
    const table = place.leafIndex === null ? "log_pending" : "log_leaves";
    const of = place.leafIndex === null ? "its row" : `leaf ${place.leafIndex}`;
    if (place.chainId !== this.#chainId)
      findings.push(
        finding(
          "altered",
          table,
          "chain_id",
          `is ${of} of another chain there: column chain_id was altered.`,
        ),
      );
    if (place.sequence !== sequence)
      findings.push(
        finding(
          "altered",
          table,
          "sequence",
          `is number ${place.sequence} at ${of}: column sequence was altered.`,
        ),
      );
    if (place.leafIndex === null) this.#isWaiting = true;
    else if (this.#isWaiting || place.leafIndex < this.#lastLeaf)
      findings.push(
        finding("reordered", table, null, `has its place in the log (${of}) out of its chain's order.`),
      );
    this.#lastLeaf = Math.max(this.#lastLeaf, place.leafIndex ?? -1);
    return findings;
  }
}

type Find = (fault: LogFault, column: string | null, sentence: string) => void;

/** @returns whether something was found. */
function checkHashes(
  { hash, body, place }: CheckedEvent,
  previous: Uint8Array,
  isProven: (leafIndex: number) => boolean,
  find: Find,
): boolean {
  const computed = linkHash(previous, body);
  const agrees = equalBytes(computed, hash);
  const logged = place?.eventHash ?? null;
  if (logged && equalBytes(computed, logged)) {
    if (agrees) return false;
    find("altered", "hash", ": column hash was altered. The text still hashes to what the log holds.");
  } else if (logged && equalBytes(hash, logged))
    find(
      "altered",
      "body",
      ": its text (column body) was altered. It no longer hashes to what the log holds.",
    );
  else if (!agrees) find("altered", "body", ": its text (column body) or its hash was altered.");
  else if (!place) return false;
  else if (place.leafIndex !== null && isProven(place.leafIndex))
    find(
      "rewritten",
      null,
      " was rewritten and its hash recomputed: a checkpoint covers another in its place.",
    );
  else
    find(
      "rewritten",
      null,
      " and the log disagree: the event was rewritten, or the log's own copy of its hash (column event_hash) altered.",
    );
  return true;
}

function readStated(body: string): Stated | null {
  let json: { readonly [key: string]: unknown };
  try {
    json = JSON.parse(body) as typeof json;
  } catch {
    return null;
  }
  if (json === null || typeof json !== "object") return null;
  const { id, type, organization, envelope, sequence, at, previous } = json;
  const isWhole =
    [id, type, organization, at, previous].every((value) => typeof value === "string") &&
    (envelope === null || typeof envelope === "string") &&
    typeof sequence === "number" &&
    /^[0-9a-f]{64}$/.test(previous as string);
  if (!isWhole) return null;
  return { ...(json as unknown as Stated), json: json as Json, previous: fromHex(previous as string) };
}

/** Columns that repeat what the hashed text says, and say something else: name, stored, stated. */
function differences(event: CheckedEvent, stated: Stated): [string, string, string][] {
  const at = stated.at.replace(/\.(\d{3})Z$/, ".$1000Z");
  const pairs: [string, string, string][] = [
    ["organization_id", event.organizationId, stated.organization],
    ["id", event.id, stated.id],
    ["chain_id", event.chainId, stated.envelope ?? stated.organization],
    ["envelope_id", event.envelopeId ?? "empty", stated.envelope ?? "empty"],
    ["sequence", String(event.sequence), String(stated.sequence)],
    ["type", event.type, stated.type],
    ["occurred_at", event.occurredAt, at],
  ];
  return pairs.filter(([, stored, said]) => stored !== said);
}

/** The event that says that personal values were erased: all before it, or those of some events. */
const FORGETTING = "people.forgotten";

function openingFindings(
  { organizationId, openings }: CheckedEvent,
  body: Json,
  name: string,
): { wrong: LogFinding[]; missing: LogFinding[] } {
  const committed = commitmentPaths(body);
  const findings: LogFinding[] = [];
  const finding = (fault: LogFault, column: string | null, sentence: string): LogFinding => ({
    ...{ fault, table: "audit_openings", column, organizationId },
    sentence: `${name}: ${sentence}`,
  });
  const find = (...what: Parameters<typeof finding>) => void findings.push(finding(...what));
  for (const opening of openings) {
    const { path } = opening;
    if (!committed.has(path)) {
      find(
        "inserted",
        "path",
        `a personal value stands for ${path}, where the hashed text has none: put in, or column path or event_id was altered.`,
      );
      continue;
    }
    committed.delete(path);
    if (opening.organizationId !== organizationId)
      find("altered", "organization_id", `column organization_id of the personal value ${path} was altered.`);
    if (!opens(body, opening))
      find(
        "altered",
        "value",
        `the personal value ${path} was altered (column value or salt): it is not what the hashed text committed to.`,
      );
  }
  const missing = [...committed].map((path) =>
    finding(
      "deleted",
      null,
      `the personal value ${path} is missing: deleted or moved. The event itself holds.`,
    ),
  );
  return { wrong: findings, missing };
}

/** Where a body holds commitments, as openings name the places. */
function commitmentPaths(body: Json): Set<string> {
  const paths = new Set<string>();
  const walk = (value: Json, at: string): void => {
    if (value === null || typeof value !== "object") return;
    const members = Object.entries(value as Readonly<Record<string, Json>>);
    if (!Array.isArray(value) && members.length === 1 && members[0]![0] === "commitment") {
      paths.add(at);
      return;
    }
    for (const [key, member] of members) walk(member, at === "" ? key : `${at}.${key}`);
  };
  walk(body, "");
  return paths;
}
