import { createPublicKey, verify } from "node:crypto";
import { fromBase64, fromUtf8, toBase64 } from "#lib/bytes.ts";
import { signingError } from "../errors.ts";
import type { ProgramRow } from "./store.ts";

/** Which open challenge an answer is to; null for none. */
export function answeredChallenge(
  challengeKey: string,
  challenges: ProgramRow["challenges"],
  answer: string | null,
  now: Date,
): string | null {
  if (answer === null) return null;
  const key = createPublicKey({ key: Buffer.from(fromBase64(challengeKey)), format: "der", type: "spki" });
  const signature = fromBase64(answer);
  const answered = challenges.find(
    ({ text, endsAt }) => new Date(endsAt) > now && verify("sha256", fromUtf8(text), key, signature),
  );
  return answered?.text ?? null;
}

/** A program's own public key, as it is kept. @param pem `BEGIN PUBLIC KEY` @throws signing/program-key-unreadable */
export function readChallengeKey(pem: string): string {
  try {
    const key = createPublicKey(pem);
    const { modulusLength = 0, namedCurve } = key.asymmetricKeyDetails ?? {};
    const isFit =
      (key.asymmetricKeyType === "ec" && (namedCurve === "prime256v1" || namedCurve === "secp384r1")) ||
      (key.asymmetricKeyType === "rsa" && modulusLength >= 2048 && modulusLength <= 4096);
    if (isFit && !/PRIVATE/.test(pem))
      return toBase64(new Uint8Array(key.export({ type: "spki", format: "der" })));
  } catch (cause) {
    throw signingError("program-key-unreadable", "no public key", { cause });
  }
  throw signingError("program-key-unreadable", "a key that is private, weak or of another kind");
}
