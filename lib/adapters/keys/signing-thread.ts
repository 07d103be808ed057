import { type KeyObject, sign, verify } from "node:crypto";
import { parentPort } from "node:worker_threads";

/** The two halves of a curve's key, and the hash it signs by. */
export interface SigningPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly hash: string;
}

/**
 * Messages to sign, in one piece: handing over many small things, and a key each time, takes longer than signing.
 */
export interface SigningBatch {
  /** Keys this thread was not given yet, by number. */
  readonly given: readonly (readonly [number, SigningPair])[];
  /** Numbers of keys it will not be asked to use again. */
  readonly forgotten: readonly number[];
  /** Of each message: its key's number, and where it ends in `messages`. */
  readonly pairs: readonly number[];
  readonly ends: readonly number[];
  readonly messages: Uint8Array;
}

/** DER of each that verified, in one piece, and where it ends there. What did not verify has no octets. */
export interface SigningOutcomes {
  readonly ends: readonly number[];
  readonly signatures: Uint8Array;
  /** By position: what OpenSSL said when it failed. */
  readonly failures: Readonly<Record<number, string>>;
}

const known = new Map<number, SigningPair>();

function outcomesOf({ given, forgotten, pairs, ends, messages }: SigningBatch): SigningOutcomes {
  for (const number of forgotten) known.delete(number);
  for (const [number, pair] of given) known.set(number, pair);
  const failures: Record<number, string> = {};
  const signatures = pairs.map((number, index) => {
    try {
      return signChecked(known.get(number)!, messages.subarray(ends[index - 1] ?? 0, ends[index]));
    } catch (error) {
      failures[index] = String(error);
      return NOTHING;
    }
  });
  let end = 0;
  const signedEnds = signatures.map(({ length }) => (end += length));
  return { ends: signedEnds, signatures: new Uint8Array(Buffer.concat(signatures)), failures };
}

const NOTHING = new Uint8Array(0);

// A key alone, not among options: Node takes as long as half a signature to see that options are not a key. DER is
// what it makes of itself.
function signChecked({ privateKey, publicKey, hash }: SigningPair, message: Uint8Array): Uint8Array {
  const signature = sign(hash, message, privateKey);
  return verify(hash, message, publicKey, signature) ? signature : NOTHING;
}

parentPort?.on("message", (batch: SigningBatch) => parentPort?.postMessage(outcomesOf(batch)));
