import { createHmac } from "node:crypto";

const STEP_SECONDS = 30;
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Which step of 30 seconds a moment is in, counted from 1970. */
export const totpStep = (atMs: number): number => Math.floor(atMs / 1000 / STEP_SECONDS);

export const msUntilStep = (step: number, atMs: number): number => step * STEP_SECONDS * 1000 - atMs;

/** The six digits an authenticator shows in a step (RFC 6238, RFC 4226 §5.3). @param secret base32 (RFC 4648 §6) */
export function totpCode(secret: string, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac("sha1", fromBase32(secret)).update(counter).digest();
  const offset = mac.at(-1)! & 0x0f;
  const number = mac.readUInt32BE(offset) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

function fromBase32(text: string): Uint8Array {
  const bytes: number[] = [];
  let [bits, value] = [0, 0];
  for (const letter of text.toUpperCase().replace(/[\s=-]/g, "")) {
    value = ((value << 5) | BASE32.indexOf(letter)) & 0xffff;
    bits += 5;
    if (bits >= 8) bytes.push((value >> (bits -= 8)) & 0xff);
  }
  return Uint8Array.from(bytes);
}
