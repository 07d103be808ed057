import { use } from "react";
import type { SignWords } from "./words.ts";

/** All that the signing page can say. */
export interface Sentences {
  readonly words: SignWords;
  readonly refusals: Readonly<Record<string, string>>;
}

/** Changes with the words: what is kept under a name never becomes wrong. @param sha256 of them, in hex. */
export const sentencesName = (language: string, sha256: string): string =>
  `${language}-${sha256.slice(0, 16)}`;

export const sentencesAddress = (token: string, name: string): string => `/sign/${token}/words/${name}`;

// Pages are made in two worlds of one process, with modules of their own; this is what they share.
const shared = globalThis as { whereofSentences?: Map<string, Sentences> };

/** On the server, where they are at hand and nobody has to send them along. */
export function keepSentences(name: string, sentences: Sentences): void {
  shared.whereofSentences ??= new Map();
  shared.whereofSentences.set(name, sentences);
}

const loading = new Map<string, Promise<Sentences>>();

/** The words of that name: at hand on the server, fetched once by the browser, and kept by it for the next page. */
export function useSentences(token: string, name: string): Sentences {
  if (typeof window === "undefined") return shared.whereofSentences!.get(name)!;
  let known = loading.get(name);
  if (!known) {
    known = load(sentencesAddress(token, name));
    loading.set(name, known);
  }
  return use(known);
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

/** Without them the page can be read and not used, so tries go on. */
async function load(address: string): Promise<Sentences> {
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
    try {
      const response = await fetch(address);
      if (response.ok) return (await response.json()) as Sentences;
    } catch {
      // The network is away.
    }
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}
