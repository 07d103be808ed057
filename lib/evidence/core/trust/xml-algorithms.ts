import { constants, createHash, type KeyLike, verify } from "node:crypto";
import type { HashAlgorithm, SignatureAlgorithm } from "xml-crypto";
import { fromBase64, fromUtf8 } from "#lib/bytes.ts";

// The algorithms a list may be signed with: no SHA-1, and no secret keys.

const MORE = "http://www.w3.org/2001/04/xmldsig-more#";
const PSS = "http://www.w3.org/2007/05/xmldsig-more#";
const ENCRYPTION = "http://www.w3.org/2001/04/xmlenc#";

const DIGESTS: Readonly<Record<string, string>> = {
  [`${ENCRYPTION}sha256`]: "sha256",
  [`${MORE}sha384`]: "sha384",
  [`${ENCRYPTION}sha512`]: "sha512",
};

interface Scheme {
  readonly digest: string;
  readonly kind: "rsa" | "pss" | "ecdsa";
}

const SCHEMES: Readonly<Record<string, Scheme>> = Object.fromEntries(
  ["sha256", "sha384", "sha512"].flatMap((digest) => [
    [`${MORE}rsa-${digest}`, { digest, kind: "rsa" } as const],
    [`${PSS}${digest}-rsa-MGF1`, { digest, kind: "pss" } as const],
    [`${MORE}ecdsa-${digest}`, { digest, kind: "ecdsa" } as const],
  ]),
);

const OPTIONS = {
  rsa: { padding: constants.RSA_PKCS1_PADDING },
  pss: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
  ecdsa: { dsaEncoding: "ieee-p1363" },
} as const;

export const C14N = new Set([
  "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
  "http://www.w3.org/2001/10/xml-exc-c14n#",
]);
export const TRANSFORMS = new Set([...C14N, "http://www.w3.org/2000/09/xmldsig#enveloped-signature"]);
export const isKnownDigest = (name: string): boolean => Object.hasOwn(DIGESTS, name);
/** As Node names it; null for one that is not taken. */
export const digestName = (name: string): string | null =>
  Object.hasOwn(DIGESTS, name) ? DIGESTS[name]! : null;
export const isKnownScheme = (name: string): boolean => Object.hasOwn(SCHEMES, name);

/** By name, as xml-crypto wants them: made anew for each signature. */
export const hashAlgorithms = (): Record<string, new () => HashAlgorithm> =>
  Object.fromEntries(
    Object.entries(DIGESTS).map(([name, digest]) => [
      name,
      class implements HashAlgorithm {
        getAlgorithmName = () => name;
        getHash = (xml: string) => createHash(digest).update(xml, "utf8").digest("base64");
      },
    ]),
  );

export const signatureAlgorithms = (): Record<string, new () => SignatureAlgorithm> =>
  Object.fromEntries(
    Object.entries(SCHEMES).map(([name, { digest, kind }]) => [
      name,
      class implements SignatureAlgorithm {
        getAlgorithmName = () => name;
        getSignature = (): never => {
          throw new Error("lists are not signed here");
        };
        verifySignature = (material: string, key: KeyLike, value: string): boolean => {
          const held = { key, ...OPTIONS[kind] } as Parameters<typeof verify>[2];
          return verify(digest, fromUtf8(material), held, fromBase64(value));
        };
      },
    ]),
  );
