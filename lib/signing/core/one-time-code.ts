import { createHmac } from "node:crypto";
import { latinDigits } from "#lib/identity/core/latin-digits.ts";

/** How long a code works, how often it may be tried, how often another is sent (NIST SP 800-63B-4 §3.1.3, §3.2.2). */
export const CODE_LIMITS = {
  lifeMs: 10 * 60_000,
  tries: 5,
  triesADay: 20,
  resendMs: 30_000,
  sendsADay: 10,
  /** For what is no code of ours: the wait after five wrong tries in a row. */
  lockMs: 15 * 60_000,
} as const;

const DIGITS = 6;

/** @param random 8 random bytes. @returns six digits, each as likely as any other to 2^-44 */
export function newCode(random: Uint8Array): string {
  if (random.length < 8) throw new RangeError("a code needs 8 random bytes");
  const number = new DataView(random.buffer, random.byteOffset, 8).getBigUint64(0);
  return String(number % BigInt(10 ** DIGITS)).padStart(DIGITS, "0");
}

/**
 * What is kept of a code. A million codes are soon tried, so the hash is keyed: who reads the database learns nothing.
 *
 * @param secret of the installation, not in the database. @param challengeId a code works for the one it was made for.
 */
export function codeHash(secret: string, challengeId: string, code: string): Uint8Array {
  return new Uint8Array(
    createHmac("sha256", secret).update(`one-time code\n${challengeId}\n${code}`).digest(),
  );
}

/** As it was typed or pasted: digits, whatever script the keypad writes them in. */
export const codeDigits = (typed: string): string => latinDigits(typed).replaceAll(/\D/g, "");

/** `+15125550117` → `+1 ••• 17`, on one line: enough to know which telephone, too little to learn the number. */
export const maskedPhone = (phone: string): string => `${phone.slice(0, 2)}\u00a0•••\u00a0${phone.slice(-2)}`;

/** `ana@example.com` → `a•••@example.com`. */
export const maskedEmail = (email: string): string => email.replace(/^(.)[^@]*/u, "$1•••");
