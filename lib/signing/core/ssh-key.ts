import { concatBytes, fromUtf8 } from "#lib/bytes.ts";

const TYPE = "ssh-ed25519";

/**
 * An Ed25519 key as SSH writes it.
 *
 * @param privateKey 32 bytes (RFC 8032 §5.1.5). @param publicKey 32 bytes. @param check 4 random bytes.
 * @param comment one line of ASCII, for whoever reads the list of keys that may log in.
 * @returns `privateText` without a passphrase; `publicLine` for authorized_keys.
 * @see RFC 8709 §4; PROTOCOL.key of OpenSSH
 */
export function sshKey(
  privateKey: Uint8Array,
  publicKey: Uint8Array,
  check: Uint8Array,
  comment: string,
): { readonly privateText: string; readonly publicLine: string } {
  const blob = concatBytes([text(TYPE), string(publicKey)]);
  const inner = concatBytes([
    ...[check, check, text(TYPE), string(publicKey)],
    ...[string(concatBytes([privateKey, publicKey])), text(comment)],
  ]);
  const padding = Uint8Array.from({ length: (8 - (inner.length % 8)) % 8 }, (_, index) => index + 1);
  const whole = concatBytes([
    ...[fromUtf8("openssh-key-v1\0"), text("none"), text("none"), text(""), uint32(1), string(blob)],
    string(concatBytes([inner, padding])),
  ]);
  const base64 = Buffer.from(whole).toString("base64");
  const lines = base64.match(/.{1,70}/g)!.join("\n");
  return {
    privateText: `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines}\n-----END OPENSSH PRIVATE KEY-----\n`,
    publicLine: `${TYPE} ${Buffer.from(blob).toString("base64")} ${comment}`,
  };
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

const string = (bytes: Uint8Array): Uint8Array => concatBytes([uint32(bytes.length), bytes]);
const text = (value: string): Uint8Array => string(fromUtf8(value));

/** A host key's fingerprint as ssh-keygen -l and ssh-keyscan show it; null when it is none. */
export function parseFingerprint(typed: string): string | null {
  const found = /(?:^|\s)(?:SHA256:)?([A-Za-z0-9+/]{43})=?(?:\s|$)/.exec(typed.trim());
  return found ? `SHA256:${found[1]}` : null;
}
