import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
} from "node:crypto";
import { concatBytes, fromBase64, fromUtf8, toBase64, toUtf8 } from "#lib/bytes.ts";
import type { Opening } from "./commitment.ts";

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const MARK_BYTES = 16;

/** What is made of the key of a workspace, each for one thing. */
export interface TrailKeys {
  /** Wraps the keys of envelopes' chains. */
  readonly wrapping: Uint8Array;
  /** Seals what outlives every envelope. */
  readonly values: Uint8Array;
  /** Marks network addresses, so that they can be found. */
  readonly addresses: Uint8Array;
  /** Vouches for events: only the product can have written them. */
  readonly events: Uint8Array;
}

export interface ChainName {
  readonly organizationId: string;
  readonly chainId: string;
}

export interface EventName extends ChainName {
  readonly eventId: string;
}

/** Which key sealed a value: its first byte. */
const BY = { chain: 1, workspace: 2 } as const;
export type SealedBy = keyof typeof BY;

const derived = new WeakMap<Uint8Array, TrailKeys>();

/** @param workspaceKey 32 bytes. @see RFC 5869 (HKDF, with SHA-256) */
export function trailKeysOf(workspaceKey: Uint8Array): TrailKeys {
  const before = derived.get(workspaceKey);
  if (before) return before;
  const of = (purpose: string) =>
    new Uint8Array(
      hkdfSync("sha256", workspaceKey, new Uint8Array(0), `whereof audit trail 1 ${purpose}`, KEY_BYTES),
    );
  const keys = {
    ...{ wrapping: of("chain keys"), values: of("values") },
    ...{ addresses: of("addresses"), events: of("events") },
  };
  derived.set(workspaceKey, keys);
  return keys;
}

/** @param nonce 12 fresh random bytes. @returns nonce ‖ ciphertext ‖ tag, AES-256-GCM, bound to the chain. */
export const wrapChainKey = (
  { wrapping }: TrailKeys,
  chain: ChainName,
  key: Uint8Array,
  nonce: Uint8Array,
): Uint8Array => encrypt(wrapping, chainContext(chain), key, nonce);

/** @returns null where the wrapped key is not what was written for this chain. */
export function unwrapChainKey(
  { wrapping }: TrailKeys,
  chain: ChainName,
  wrapped: Uint8Array,
): Uint8Array | null {
  const key = decrypt(wrapping, chainContext(chain), wrapped);
  return key?.length === KEY_BYTES ? key : null;
}

/**
 * All openings of one event in one value, bound to that event and its chain.
 *
 * @param key the chain's, or `TrailKeys.values`. @param nonce 12 fresh random bytes.
 * @returns which key sealed it (1 byte) ‖ nonce (12) ‖ ciphertext ‖ tag (16), AES-256-GCM over
 *   `[[path, salt in Base64, value], …]` in JSON
 */
export function sealOpenings(
  by: SealedBy,
  key: Uint8Array,
  event: EventName,
  openings: readonly Opening[],
  nonce: Uint8Array,
): Uint8Array {
  const text = JSON.stringify(
    openings.map(({ path, salt, value }) => [path, toBase64(salt), value.toWellFormed()]),
  );
  return concatBytes([Uint8Array.of(BY[by]), encrypt(key, eventContext(by, event), fromUtf8(text), nonce)]);
}

/** Which key a sealed value needs; null where it is none. */
export function sealedBy(sealed: Uint8Array): SealedBy | null {
  if (sealed[0] === BY.chain) return "chain";
  return sealed[0] === BY.workspace ? "workspace" : null;
}

/** @returns null where the value is not what was sealed for this event by this key. */
export function openOpenings(key: Uint8Array, event: EventName, sealed: Uint8Array): Opening[] | null {
  const by = sealedBy(sealed);
  const text = by && decrypt(key, eventContext(by, event), sealed.subarray(1));
  if (!text) return null;
  const entries = JSON.parse(toUtf8(text)) as [string, string, string][];
  return entries.map(([path, salt, value]) => ({ path, salt: fromBase64(salt), value }));
}

/** What finds an address again: equal for equal ones of one workspace. 16 bytes. */
export const addressMark = ({ addresses }: TrailKeys, address: string): Uint8Array =>
  new Uint8Array(
    createHmac("sha256", secretOf(addresses)).update(fromUtf8(address)).digest().subarray(0, MARK_BYTES),
  );

/**
 * What shows that the product wrote an event: HMAC-SHA256 over its hash, which binds all it says and all before it.
 *
 * @param hash 32 bytes. @returns the first 16 bytes
 */
export const eventMac = ({ events }: TrailKeys, hash: Uint8Array): Uint8Array =>
  new Uint8Array(createHmac("sha256", secretOf(events)).update(hash).digest().subarray(0, MARK_BYTES));

/** Where the address an event came from stands in its body. */
export const ADDRESS_PATH = "actor.ip";

export function addressMarkOf(keys: TrailKeys, openings: readonly Opening[]): Uint8Array | null {
  const address = openings.find(({ path }) => path === ADDRESS_PATH);
  return address ? addressMark(keys, address.value) : null;
}

const chainContext = ({ organizationId, chainId }: ChainName) =>
  fromUtf8(`whereof chain key 1\0${organizationId}\0${chainId}`);

const eventContext = (by: SealedBy, { organizationId, chainId, eventId }: EventName) =>
  fromUtf8(`whereof openings 1\0${by}\0${organizationId}\0${chainId}\0${eventId}`);

const secrets = new WeakMap<Uint8Array, KeyObject>();

/** Node takes bytes for a key too, and pays for finding out that they are none of its own. */
function secretOf(key: Uint8Array): KeyObject {
  const known = secrets.get(key);
  if (known) return known;
  const secret = createSecretKey(key);
  secrets.set(key, secret);
  return secret;
}

function encrypt(key: Uint8Array, context: Uint8Array, plain: Uint8Array, nonce: Uint8Array): Uint8Array {
  const cipher = createCipheriv("aes-256-gcm", secretOf(key), nonce).setAAD(context);
  return concatBytes([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: Uint8Array, context: Uint8Array, sealed: Uint8Array): Uint8Array | null {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) return null;
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv("aes-256-gcm", secretOf(key), nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(context).setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    return concatBytes([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch {
    return null;
  }
}
