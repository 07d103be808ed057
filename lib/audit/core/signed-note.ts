import { createPublicKey, verify } from "node:crypto";
import { auditError } from "#lib/audit/errors.ts";
import { concatBytes, equalBytes, fromBase64, fromUtf8, sha256, toBase64 } from "#lib/bytes.ts";

/** A text and who signed it. @see C2SP signed-note */
export interface SignedNote {
  /** With its final line feed: the bytes that are signed, in UTF-8. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

export interface NoteSignature {
  readonly name: string;
  /** 4 bytes. */
  readonly keyId: Uint8Array;
  /** Of an ECDSA key: DER (RFC 3279 §2.2.3). */
  readonly signature: Uint8Array;
}

/** Whose signature is believed. */
export interface NoteKey {
  readonly name: string;
  /** SubjectPublicKeyInfo of a P-256 key, DER. */
  readonly publicKey: Uint8Array;
}

const MAX_NOTE_LENGTH = 64 * 1024;
const MAX_SIGNATURES = 64;
const LINE = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u;
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/;

/** The key's id for ECDSA signatures, type 0x02: SHA-256(SubjectPublicKeyInfo), the first 4 bytes. */
export const ecdsaKeyId = (publicKey: Uint8Array): Uint8Array => sha256(publicKey).slice(0, 4);

/** The note as it is published. */
export function formatNote({ text, signatures }: SignedNote): string {
  const lines = signatures.map(
    ({ name, keyId, signature }) => `— ${name} ${toBase64(concatBytes([keyId, signature]))}\n`,
  );
  return `${text}\n${lines.join("")}`;
}

/** Reads a note; nothing in it is believed yet. @throws audit/note-malformed */
export function parseNote(note: string): SignedNote {
  const malformed = (why: string) => auditError("note-malformed", why);
  if (note.length > MAX_NOTE_LENGTH) throw malformed("longer than 64 KiB");
  if (CONTROL.test(note) || !note.isWellFormed()) throw malformed("control characters or no Unicode");
  const split = note.lastIndexOf("\n\n");
  if (split < 0 || !note.endsWith("\n")) throw malformed("no signature");
  const lines = note.slice(split + 2, -1).split("\n");
  if (lines.length > MAX_SIGNATURES) throw malformed(`more than ${MAX_SIGNATURES} signatures`);
  const signatures = lines.map((line) => {
    const [, name, base64] = LINE.exec(line) ?? [];
    const bytes = fromBase64(base64 ?? "");
    if (name === undefined || bytes.length < 5 || toBase64(bytes) !== base64)
      throw malformed("a line that is no signature");
    return { name, keyId: bytes.slice(0, 4), signature: bytes.slice(4) };
  });
  return { text: note.slice(0, split + 1), signatures };
}

/**
 * Whether a note carries the signature of one of these keys, and none of theirs that fails.
 *
 * @returns the key that signed, null when none has.
 */
export function noteSigner({ text, signatures }: SignedNote, keys: readonly NoteKey[]): NoteKey | null {
  let signer: NoteKey | null = null;
  for (const { name, keyId, signature } of signatures)
    for (const key of keys) {
      if (key.name !== name || !equalBytes(ecdsaKeyId(key.publicKey), keyId)) continue;
      if (!isSignedBy(key.publicKey, fromUtf8(text), signature)) return null;
      signer ??= key;
    }
  return signer;
}

function isSignedBy(spki: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
    return (
      key.asymmetricKeyDetails?.namedCurve === "prime256v1" &&
      verify("sha256", message, { key, dsaEncoding: "der" }, signature)
    );
  } catch {
    // What OpenSSL cannot read is no signature of this key.
    return false;
  }
}
