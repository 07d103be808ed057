import type { CheckAnswer, CheckRequest } from "#lib/evidence/verifier/check-request.ts";

const TIMEOUT_MS = 60_000;

interface Published {
  readonly roots: readonly string[];
  readonly crls: readonly string[];
}

const bytesOf = (base64: string): Uint8Array =>
  Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

/**
 * Checks a file in this browser, in a worker that is ended afterwards: nothing of the file is sent.
 *
 * @returns `failure` also when the check takes too long or the browser cannot run it
 */
export async function checkHere(
  file: File,
  anchorFile: File | null,
  signal: AbortSignal,
): Promise<CheckAnswer> {
  try {
    const answer = await fetch("/verify/trust", { signal });
    if (!answer.ok) return { failure: "unreachable" };
    const { roots, crls } = (await answer.json()) as Published;
    const request = { file, anchorFile, anchors: roots.map(bytesOf), crls: crls.map(bytesOf) };
    return await askChecker(request, signal);
  } catch {
    return { failure: "unreachable" };
  }
}

async function askChecker(request: CheckRequest, signal: AbortSignal): Promise<CheckAnswer> {
  const worker = new Worker("/verify-checker.js");
  let clock: ReturnType<typeof setTimeout> | undefined;
  try {
    return await new Promise<CheckAnswer>((resolve) => {
      clock = setTimeout(() => resolve({ failure: "timed-out" }), TIMEOUT_MS);
      signal.addEventListener("abort", () => resolve({ failure: "aborted" }));
      worker.addEventListener("message", ({ data }: MessageEvent<CheckAnswer>) => resolve(data));
      worker.addEventListener("error", () => resolve({ failure: "not-started" }));
      worker.postMessage(request);
    });
  } finally {
    clearTimeout(clock);
    worker.terminate();
  }
}
