import { fromUtf8, sha256, toHex } from "#lib/bytes.ts";
import type { Json } from "./canonical-json.ts";

/** A value about a person: the chain holds a commitment to it, the value itself can be erased. */
export class Personal {
  readonly value: string;

  constructor(value: string) {
    this.value = value;
  }
}

export const personal = (value: string): Personal => new Personal(value);

/** Event data as a verb writes it. */
export type EventData =
  | null
  | boolean
  | number
  | string
  | Personal
  | readonly EventData[]
  | { readonly [key: string]: EventData | undefined };

/** What opens one commitment. `path` says where it stands: `data.recipients.0.email`. */
export interface Opening {
  readonly path: string;
  /** 16 bytes or more: without them nobody can guess the value from its hash. */
  readonly salt: Uint8Array;
  readonly value: string;
}

/** SHA-256(salt ‖ value), lower-case hex. */
export const commitmentTo = (salt: Uint8Array, value: string): string => toHex(sha256(salt, fromUtf8(value)));

/**
 * Replaces every personal value by `{"commitment": …}`.
 *
 * @param newSalt gives 16 fresh random bytes.
 */
export function commit(data: EventData, newSalt: () => Uint8Array): { json: Json; openings: Opening[] } {
  const openings: Opening[] = [];
  const walk = (value: EventData, at: string): Json => {
    if (value instanceof Personal) {
      const salt = newSalt();
      openings.push({ path: at, salt, value: value.value });
      return { commitment: commitmentTo(salt, value.value) };
    }
    if (value === null || typeof value !== "object") return value;
    if (isList(value)) return value.map((item, index) => walk(item, below(at, index)));
    const members = Object.entries(value).filter(
      (entry): entry is [string, EventData] => entry[1] !== undefined,
    );
    return Object.fromEntries(members.map(([key, member]) => [key, walk(member, below(at, key))]));
  };
  return { json: walk(data, ""), openings };
}

const below = (at: string, key: string | number) => (at === "" ? String(key) : `${at}.${key}`);

const isList = (value: EventData): value is readonly EventData[] => Array.isArray(value);

/** What stands at a path of a body, when it is a commitment. */
function committedAt(body: Json, path: string): string | null {
  let value: Json | undefined = body;
  for (const key of path.split(".")) {
    if (value === null || typeof value !== "object") return null;
    value = (value as Readonly<Record<string, Json | undefined>>)[key];
    if (value === undefined) return null;
  }
  const commitment = (value as { commitment?: Json } | null)?.commitment;
  return typeof commitment === "string" ? commitment : null;
}

/** Whether an opening fits the commitment in the body. */
export function opens(body: Json, opening: Opening): boolean {
  return committedAt(body, opening.path) === commitmentTo(opening.salt, opening.value);
}

/** The body with its personal values back; one that was erased or does not fit becomes null. */
export function reveal(body: Json, openings: readonly Opening[]): Json {
  const values = new Map(
    openings.filter((opening) => opens(body, opening)).map(({ path, value }) => [path, value]),
  );
  const walk = (value: Json, at: string): Json => {
    if (value === null || typeof value !== "object") return value;
    if (Array.isArray(value)) return value.map((item, index) => walk(item, below(at, index)));
    const entries = Object.entries(value as Readonly<Record<string, Json>>);
    if (entries.length === 1 && entries[0]![0] === "commitment") return values.get(at) ?? null;
    return Object.fromEntries(entries.map(([key, member]) => [key, walk(member, below(at, key))]));
  };
  return walk(body, "");
}
