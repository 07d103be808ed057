/** What browser and server have in common when a key file is encrypted on its way: ECDH P-256, HKDF, AES-256-GCM. */
export const IMPORT_CURVE = { name: "ECDH", namedCurve: "P-256" } as const;

/** What is encrypted apart from the rest. `newPassword`: for the file that a conversion writes. */
export type ImportPart = "file" | "password" | "newPassword";

/** A key of its own for each part. @param keyId of the one-time key. @see RFC 5869 */
export const importDerivation = (keyId: string, part: ImportPart) => ({
  ...{ name: "HKDF", hash: "SHA-256" },
  salt: new TextEncoder().encode(keyId),
  info: new TextEncoder().encode(`whereof key import, ${part}`),
});

export const IMPORT_CIPHER = { name: "AES-GCM", length: 256 } as const;
export const IMPORT_NONCE_BYTES = 12;
