import { concatBytes } from "#lib/bytes.ts";
import { type Digester, type DigestName, newDigester } from "./digests.ts";

// Our checks answer at once; the browser's cryptography answers later. So the checks run as they are, note what they
// have to know of a signature, and run again with the browser's answers, until there is nothing left to ask.

export interface SignatureQuestion {
  readonly algorithm: RsaHashedImportParams | EcKeyImportParams | Algorithm;
  readonly how: AlgorithmIdentifier | RsaPssParams | EcdsaParams;
  readonly spki: Uint8Array;
  readonly message: Uint8Array;
  /** As WebCrypto wants it. */
  readonly signature: Uint8Array;
}

interface TakenDigest {
  readonly name: DigestName;
  readonly parts: readonly Uint8Array[];
  readonly digest: Uint8Array;
}

const answers = new Map<string, boolean>();
let questions = new Map<string, SignatureQuestion>();
let taken: TakenDigest[] = [];

const MOST_ROUNDS = 200;
const WEB_NAMES = { sha1: "SHA-1", sha256: "SHA-256", sha384: "SHA-384", sha512: "SHA-512" } as const;

/** Whether a signature holds: the browser's answer, or true for now when it was not asked yet. */
export function holds(question: SignatureQuestion): boolean {
  const name = nameOf(question);
  const known = answers.get(name);
  if (known !== undefined) return known;
  questions.set(name, question);
  return true;
}

function nameOf({ algorithm, how, spki, message, signature }: SignatureQuestion): string {
  const digester = newDigester("sha256");
  const terms = new TextEncoder().encode(JSON.stringify([algorithm, how]));
  for (const part of [terms, spki, message, signature]) {
    digester.update(new TextEncoder().encode(`${part.length}:`));
    digester.update(part);
  }
  return Array.from(digester.digest(), (octet) => octet.toString(16).padStart(2, "0")).join("");
}

/** A digest whose result the browser is asked about before anything is shown. */
export function watchedDigester(name: DigestName): Digester {
  const watch = (digester: Digester, parts: readonly Uint8Array[]): Digester => {
    const own = [...parts];
    return {
      update(bytes) {
        own.push(bytes);
        digester.update(bytes);
      },
      copy: () => watch(digester.copy(), own),
      digest() {
        const digest = digester.digest();
        taken.push({ name, parts: own, digest });
        return digest;
      },
    };
  };
  return watch(newDigester(name), []);
}

/**
 * Runs checks until every signature they met was verified by the browser, and every digest computed by it too.
 *
 * @throws Error when a digest differs, or there is no end to the questions
 */
export async function settled<Result>(work: () => Result): Promise<Result> {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    questions = new Map();
    taken = [];
    const outcome = attempt(work);
    if (questions.size === 0) {
      await compareDigests();
      if ("error" in outcome) throw outcome.error;
      return outcome.result;
    }
    for (const [name, question] of questions) answers.set(name, await ask(question));
  }
  throw new Error("The checks ask for ever more signatures.");
}

function attempt<Result>(work: () => Result): { readonly result: Result } | { readonly error: unknown } {
  try {
    return { result: work() };
  } catch (error) {
    return { error };
  }
}

/** A key or signature that cannot be read is one that does not hold. */
async function ask({ algorithm, how, spki, message, signature }: SignatureQuestion): Promise<boolean> {
  try {
    const key = await crypto.subtle.importKey("spki", plain(spki), algorithm, false, ["verify"]);
    return await crypto.subtle.verify(how, key, plain(signature), plain(message));
  } catch {
    return false;
  }
}

async function compareDigests(): Promise<void> {
  for (const { name, parts, digest } of taken) {
    const own = new Uint8Array(await crypto.subtle.digest(WEB_NAMES[name], plain(concatBytes(parts))));
    if (own.length !== digest.length || own.some((octet, index) => octet !== digest[index]))
      throw new Error("This browser computes another hash than this page.");
  }
}

const plain = (bytes: Uint8Array) => bytes as Uint8Array<ArrayBuffer>;
