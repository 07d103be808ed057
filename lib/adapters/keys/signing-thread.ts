import { type KeyObject, sign, verify } from "node:crypto";
import { parentPort } from "node:worker_threads";

/** One message to sign, and the two halves of a curve's key. */
export interface SigningTask {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly hash: string;
  readonly message: Uint8Array;
}

/** DER each; null for one that does not verify; what OpenSSL said when it failed. */
export type SigningOutcome = Uint8Array | null | { readonly failed: string };

function outcomeOf({ privateKey, publicKey, hash, message }: SigningTask): SigningOutcome {
  try {
    const signature = sign(hash, message, { key: privateKey, dsaEncoding: "der" });
    const isValid = verify(hash, message, { key: publicKey, dsaEncoding: "der" }, signature);
    return isValid ? new Uint8Array(signature) : null;
  } catch (error) {
    return { failed: String(error) };
  }
}

parentPort?.on("message", (tasks: readonly SigningTask[]) => parentPort?.postMessage(tasks.map(outcomeOf)));
