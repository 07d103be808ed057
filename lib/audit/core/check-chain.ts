import { equalBytes, fromHex } from "#lib/bytes.ts";
import type { Json } from "./canonical-json.ts";
import { CHAIN_START, linkHash } from "./chain.ts";
import { type Opening, opens, reveal } from "./commitment.ts";
import { Forgetting } from "./forgetting.ts";
import { chainName, eventName, type LogFault, type LogFinding } from "./log-finding.ts";
import {
  addressMarkOf,
  eventMac,
  openOpenings,
  sealedBy,
  type TrailKeys,
  unwrapChainKey,
} from "./sealed-openings.ts";
import type { ToldEvent } from "./told-event.ts";

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
  /** As `eventMac` makes it. */
  readonly mac: Uint8Array;
  /** With all six digits of its seconds: `2026-11-21T07:10:44.123000Z`. */
  readonly occurredAt: string;
  readonly place: LogPlace | null;
  readonly openings: StoredOpenings | null;
}

/** A row of `audit_openings`. */
export interface StoredOpenings {
  readonly organizationId: string;
  readonly sealed: Uint8Array;
  readonly addressMark: Uint8Array | null;
}

/** What the personal values of a chain are opened with. */
export interface ValueKeys {
  /** Null where the workspace's key is not at hand: its values are not looked into. */
  readonly trail: TrailKeys | null;
  /** From `chain_keys`: null once destroyed, undefined where there is no row. */
  readonly wrapped: Uint8Array | null | undefined;
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
  readonly #values: ValueKeys;
  #organizationId: string | null = null;
  /** Opened at the first event; null where it is not there or not what was stored. */
  #key: Uint8Array | null = null;
  #unopened = 0;
  /** The last event as it is read; null where it does not hold. */
  #told: ToldEvent | null = null;
  #expected = 0;
  /** The hash the next event must name; null when what came before is gone. */
  #previous: Uint8Array | null = CHAIN_START;
  #lastLeaf = -1;
  #isWaiting = false;
  /** Personal values that are not there; the chain may say later that they were forgotten. */
  readonly #missing: { readonly sequence: number; readonly finding: LogFinding }[] = [];
  readonly #forgotten: ((sequence: number) => boolean)[] = [];
  readonly #forgetting = new Forgetting();

  /** @param isProven whether a leaf stands under a checkpoint that holds: then the leaf is right, whatever differs. */
  constructor(chainId: string, isProven: (leafIndex: number) => boolean, values: ValueKeys) {
    this.#chainId = chainId;
    this.#isProven = isProven;
    this.#values = values;
  }

  /** Events whose personal values could not be looked into, for want of a key. */
  get unopened(): number {
    return this.#unopened;
  }

  /** The last event as it is read, with what could be opened in place; null where it does not hold. */
  get told(): ToldEvent | null {
    return this.#told;
  }

  /** Everybody in the envelope was forgotten, as its chain says and as two members let through. */
  get isForgotten(): boolean {
    return this.#forgetting.isWhole;
  }

  /** @param event the next by its number. @returns what does not hold, nothing when all does. */
  next(event: CheckedEvent): LogFinding[] {
    const findings: LogFinding[] = [];
    const { organizationId, sequence } = event;
    const name = eventName(this.#chainId, organizationId, sequence);
    if (this.#organizationId === null) findings.push(...this.#openKey(organizationId));
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
    let told: ToldEvent | null = null;
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
      const { wrong, missing, opened } = this.#valueFindings(event, stated.json, name);
      findings.push(...wrong);
      const read = opened ? reveal(stated.json, opened) : stated.json;
      told = { id: event.id, type: stated.type, data: (read as unknown as ToldEvent).data ?? {} };
      if (missing) this.#missing.push({ sequence, finding: missing });
    }
    findings.push(...this.#placeFindings(event, name));
    const { trail } = this.#values;
    if (trail && findings.length === 0 && !equalBytes(eventMac(trail, event.hash), event.mac))
      find(
        "inserted",
        "mac",
        " was not written by the product, which alone has the key to say so (column mac): put in, or that column was altered.",
      );
    if (stated && findings.length === 0) {
      const covers = this.#forgetting.next(stated, sequence);
      if (covers) this.#forgotten.push(covers);
      if (covers === null)
        find("inserted", null, " says that people were forgotten, and nobody had let that through: put in.");
    }
    this.#told = findings.length === 0 ? told : null;
    this.#expected = sequence + 1;
    this.#previous = event.place?.eventHash ?? event.hash;
    return findings;
  }

  /** After the last event. @returns values and keys that are missing and that no event says were forgotten. */
  end(): LogFinding[] {
    const isForgotten = (sequence: number) => this.#forgotten.some((covers) => covers(sequence));
    return [
      ...this.#missing.filter(({ sequence }) => !isForgotten(sequence)).map(({ finding }) => finding),
      ...this.#forgottenKey(),
    ];
  }

  /** The chain's own key, as soon as it is known whose chain it is. */
  #openKey(organizationId: string): LogFinding[] {
    this.#organizationId = organizationId;
    const { trail, wrapped } = this.#values;
    const isOrganizations = this.#chainId === organizationId;
    if (wrapped === undefined)
      return isOrganizations
        ? []
        : [
            this.#keyFinding(
              "deleted",
              null,
              "is missing: deleted, or column organization_id or chain_id was altered.",
            ),
          ];
    if (isOrganizations)
      return [this.#keyFinding("inserted", null, "stands where there is none: it was put in.")];
    if (!trail || !wrapped) return [];
    this.#key = unwrapChainKey(trail, { organizationId, chainId: this.#chainId }, wrapped);
    if (this.#key) return [];
    return [
      this.#keyFinding("altered", "wrapped_key", "is not what was written: column wrapped_key was altered."),
    ];
  }

  #forgottenKey(): LogFinding[] {
    const { wrapped } = this.#values;
    if (wrapped === undefined || this.#chainId === this.#organizationId) return [];
    if (wrapped === null && !this.#forgetting.isWhole)
      return [
        this.#keyFinding(
          "deleted",
          "wrapped_key",
          "was destroyed (column wrapped_key), and no event says that anybody was to be forgotten.",
        ),
      ];
    if (wrapped && this.#forgetting.isWhole)
      return [
        this.#keyFinding(
          "inserted",
          "wrapped_key",
          "was destroyed and is back: column wrapped_key was altered.",
        ),
      ];
    return [];
  }

  #keyFinding(fault: LogFault, column: string | null, what: string): LogFinding {
    const organizationId = this.#organizationId;
    const chain = chainName(this.#chainId, organizationId);
    const sentence = `The key of the personal values of ${chain} ${what}`;
    return { ...{ fault, table: "chain_keys", column, organizationId }, sentence };
  }

  #valueFindings(
    { id, organizationId, openings }: CheckedEvent,
    body: Json,
    name: string,
  ): { wrong: LogFinding[]; missing: LogFinding | null; opened?: readonly Opening[] } {
    const committed = commitmentPaths(body);
    const finding = (fault: LogFault, column: string | null, sentence: string): LogFinding => ({
      ...{ fault, table: "audit_openings", column, organizationId },
      sentence: `${name}: ${sentence}`,
    });
    const wrong = (...what: Parameters<typeof finding>) => ({ wrong: [finding(...what)], missing: null });
    if (!openings) {
      if (committed.size === 0) return { wrong: [], missing: null };
      const gone = "its personal values are missing: deleted or moved. The event itself holds.";
      return { wrong: [], missing: finding("deleted", null, gone) };
    }
    if (committed.size === 0)
      return wrong(
        "inserted",
        "event_id",
        "personal values stand for it, where the hashed text has none: put in, or column event_id was altered.",
      );
    const { trail, wrapped } = this.#values;
    const by = sealedBy(openings.sealed);
    if (by === "chain" && wrapped === null)
      return wrong(
        "inserted",
        "sealed",
        "its personal values stand under a key that was destroyed: they were put back, or the key was taken away.",
      );
    const key = by === "workspace" ? trail?.values : this.#key;
    if (by && !key) {
      this.#unopened++;
      return { wrong: [], missing: null };
    }
    const opened =
      key && openOpenings(key, { organizationId, chainId: this.#chainId, eventId: id }, openings.sealed);
    if (!opened)
      return wrong(
        "altered",
        "sealed",
        "its personal values were altered, or are those of another event (column sealed or event_id).",
      );
    const findings: LogFinding[] = [];
    for (const opening of opened) {
      const { path } = opening;
      if (!committed.delete(path))
        findings.push(
          finding(
            "inserted",
            "sealed",
            `a personal value stands for ${path}, where the hashed text has none.`,
          ),
        );
      else if (!opens(body, opening))
        findings.push(
          finding(
            "altered",
            "sealed",
            `the personal value ${path} is not what the hashed text committed to.`,
          ),
        );
    }
    for (const path of committed)
      findings.push(finding("deleted", "sealed", `the personal value ${path} is missing.`));
    if (trail && !sameMark(addressMarkOf(trail, opened), openings.addressMark))
      findings.push(
        finding(
          "altered",
          "address_mark",
          "what its network address is found by is another's: column address_mark was altered.",
        ),
      );
    return { wrong: findings, missing: null, opened };
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

const sameMark = (a: Uint8Array | null, b: Uint8Array | null) => (a && b ? equalBytes(a, b) : a === b);

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
