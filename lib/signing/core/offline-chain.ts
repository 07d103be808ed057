import { createPublicKey, verify } from "node:crypto";
import { fromBase64, fromUtf8, sha256, toHex } from "#lib/bytes.ts";
import { signingError } from "../errors.ts";
import { CHAIN_LABEL, type DeviceBody, type SignedEvent } from "./offline-acts.ts";

/** An event of a device, checked: its place, its hash and its signature. */
export interface DeviceEvent {
  readonly sequence: number;
  /** By the device's clock. */
  readonly at: Date;
  /** Server clock minus device clock, as it was known last, in milliseconds. */
  readonly offsetMs: number;
  readonly act: unknown;
  /** SHA-256 of label and body, lower-case hex. */
  readonly hash: string;
  readonly body: string;
  /** Base64. */
  readonly signature: string;
}

export interface ChainSoFar {
  readonly kitId: string;
  /** What the first event names as the one before it, lower-case hex. */
  readonly start: string;
  /** P-256, as SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
  /** Hashes of the events that are here already, in order. */
  readonly known: readonly string[];
}

export const MOST_EVENTS = 1_000;
export const LONGEST_BODY = 1_500_000;
/** No clock is set further than that; what claims to be is no time. */
const LONGEST_OFFSET_MS = 50 * 365 * 86_400_000;

/** Of an event, lower-case hex. */
export const eventHash = (body: string): string => toHex(sha256(fromUtf8(CHAIN_LABEL), fromUtf8(body)));

/**
 * Checks what a device sends against what is here of its chain: every event by the kit's key, each naming the one
 * before it, none changed since it was sent first.
 *
 * @param events in the device's order; those that are here already may be among them.
 * @returns the events that are new.
 * @throws signing/offline-chain-broken, offline-signature-wrong, offline-chain-forked, offline-too-much
 */
export function checkDeviceChain(chain: ChainSoFar, events: readonly SignedEvent[]): DeviceEvent[] {
  const key = createPublicKey({ key: Buffer.from(chain.publicKey), format: "der", type: "spki" });
  const hashes = [...chain.known];
  const fresh: DeviceEvent[] = [];
  for (const { body, signature } of events) {
    if (body.length > LONGEST_BODY || hashes.length >= MOST_EVENTS + 1)
      throw signingError("offline-too-much", `${body.length} characters, ${hashes.length} events`);
    const signed = fromUtf8(CHAIN_LABEL + body);
    const isSigned = verify(
      "sha256",
      signed,
      { key, dsaEncoding: "ieee-p1363" },
      fromBase64(signature.slice(0, 200)),
    );
    if (!isSigned) throw signingError("offline-signature-wrong", `kit ${chain.kitId}`);
    const event = readBody(body, chain.kitId);
    const { sequence, previous } = event;
    const hash = eventHash(body);
    const before = sequence === 0 ? chain.start : hashes[sequence - 1];
    if (before === undefined || previous !== before)
      throw signingError("offline-chain-broken", `kit ${chain.kitId}, event ${sequence}`);
    const known = hashes[sequence];
    if (known === hash) continue;
    if (known !== undefined)
      throw signingError("offline-chain-forked", `kit ${chain.kitId}, event ${sequence}`);
    hashes.push(hash);
    const at = new Date(event.at);
    fresh.push({ sequence, at, offsetMs: event.offsetMs, act: event.act, hash, body, signature });
  }
  return fresh;
}

function readBody(body: string, kitId: string): DeviceBody {
  const broken = (what: string) => signingError("offline-chain-broken", `kit ${kitId}: ${what}`);
  let read: Partial<DeviceBody> | null;
  try {
    read = JSON.parse(body) as Partial<DeviceBody> | null;
  } catch {
    throw broken("not JSON");
  }
  if (read === null || typeof read !== "object" || read.version !== 1) throw broken("another version");
  const { kit, sequence, previous, at, offsetMs, salt, act } = read;
  if (kit !== kitId) throw broken("another kit's event");
  if (!Number.isInteger(sequence) || sequence! < 0) throw broken("no sequence");
  if (typeof previous !== "string" || typeof salt !== "string" || salt.length < 22) throw broken("no link");
  if (typeof at !== "string" || Number.isNaN(Date.parse(at))) throw broken("no time");
  if (typeof offsetMs !== "number" || !(Math.abs(offsetMs) <= LONGEST_OFFSET_MS)) throw broken("no offset");
  return {
    ...{ version: 1, kit: kitId, sequence: sequence!, previous },
    ...{ at, offsetMs: Math.round(offsetMs), salt, act },
  };
}

/** By how much a device's clock is off before it is named. */
export const CLOCK_OFF_MS = 120_000;

/**
 * When something was done, as well as it can be known: by the device's clock, put right by what the server knew of it,
 * and never before the kit was given or after its events came back.
 */
export function actedAt(event: Pick<DeviceEvent, "at" | "offsetMs">, issuedAt: Date, receivedAt: Date): Date {
  const told = event.at.getTime() + event.offsetMs;
  return new Date(Math.min(receivedAt.getTime(), Math.max(issuedAt.getTime(), told)));
}
