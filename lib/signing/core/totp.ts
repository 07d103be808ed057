import { createHmac } from "node:crypto";
import { concatBytes } from "#lib/bytes.ts";

const STEP_SECONDS = 30;
const DIGITS = 6;
/** Clocks of telephones are a little off: the step before and after count too. */
const DRIFT_STEPS = 1;
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** RFC 4226 §5.3, with SHA-1, which is what every app knows. @param counter below 2^53 */
export function hotp(secret: Uint8Array, counter: number): string {
  const message = new Uint8Array(8);
  new DataView(message.buffer).setBigUint64(0, BigInt(counter));
  const digest = createHmac("sha1", secret).update(message).digest();
  const offset = digest[digest.length - 1]! & 0x0f;
  const number = digest.readUInt32BE(offset) & 0x7fffffff;
  return String(number % 10 ** DIGITS).padStart(DIGITS, "0");
}

/** The step an instant is in (RFC 6238 §4.2). */
export const timeStep = (at: Date): number => Math.floor(at.getTime() / 1000 / STEP_SECONDS);

/**
 * The step whose code was given, or null.
 *
 * @param after the step of the newest code that was taken: it and older ones are never taken again (RFC 6238 §5.2).
 */
export function totpStep(secret: Uint8Array, code: string, at: Date, after: number): number | null {
  const now = timeStep(at);
  let found: number | null = null;
  for (let step = now - DRIFT_STEPS; step <= now + DRIFT_STEPS; step++)
    if (hotp(secret, step) === code && step > after) found = step;
  return found;
}

/** RFC 4648 §6, without padding, as apps take it. */
export function base32(bytes: Uint8Array): string {
  const padded = concatBytes([bytes, new Uint8Array((5 - (bytes.length % 5)) % 5)]);
  const bits = Array.from(padded, (byte) => byte.toString(2).padStart(8, "0")).join("");
  const signs = (bits.match(/.{5}/g) ?? []).map((five) => BASE32[Number.parseInt(five, 2)]).join("");
  return signs.slice(0, Math.ceil((bytes.length * 8) / 5));
}

/** What an app scans: whose code it is and how it is made. */
export function otpauthUri(secret: Uint8Array, issuer: string, account: string): string {
  const name = (text: string) => encodeURIComponent(text.replaceAll(":", " ").slice(0, 32));
  return `otpauth://totp/${name(issuer)}:${name(account)}?secret=${base32(secret)}&issuer=${name(issuer)}`;
}
