import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const messages = path.resolve(import.meta.dirname, "../../messages/en");
const read = (name: string) => JSON.parse(readFileSync(path.join(messages, name), "utf8"));
const refusals: Record<string, string> = read("refusals.json");
const { delays }: { delays: Record<string, string> } = read("app.json").situation;

/** What keeps a key from signing while an envelope waits for it. */
const FAULTS = [
  ...["unavailable", "throttled", "session-lost", "disabled", "not-permitted", "not-found"],
  ...["unsupported-algorithm", "pin-unreadable", "wrong-pin", "pin-count-low", "last-pin-try"],
  ...["token-locked", "token-not-found", "module-not-loadable", "key-not-kept", "not-made-here"],
  ...["remote-secret-refused", "remote-credential-locked", "remote-person-needed", "remote-refused"],
]
  .map((fault) => `keys/${fault}`)
  .concat("signing/seal-expired", "signing/seal-revoked", "signing/seal-ends-soon", "pki/key-blocked");

test.for([
  ["where it is asked for", refusals],
  ["where an envelope waits for it", delays],
] as const)("each fault of a key has a sentence of its own %s", ([, sentences]) => {
  const said = FAULTS.map((fault) => sentences[fault]);
  expect(FAULTS.filter((fault) => !sentences[fault])).toEqual([]);
  expect(new Set(said).size).toBe(FAULTS.length);
});
