import { execFileSync } from "node:child_process";
import { constants, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { sha256 } from "#lib/bytes.ts";
import { signatureAlgorithmOf } from "#lib/pki/core/algorithms.ts";
import { integer, sequence, tagged, time, unsignedInteger } from "#lib/pki/core/asn1/der.ts";
import { encodeName } from "#lib/pki/core/asn1/names.ts";
import {
  draftIssuing,
  draftOcspResponder,
  draftRoot,
  draftTsa,
  issuerWith,
} from "#lib/pki/core/certificates/authorities.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { signCertificate } from "#lib/pki/core/certificates/draft-certificate.ts";
import { issueSeal, issueSigner, type SignerRequest } from "#lib/pki/core/certificates/leaves.ts";
import { signedBy } from "#lib/pki/core/signed.ts";
import type { KeyAlgorithm, SigningKey } from "#lib/ports/keys.ts";

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
export const YEAR_MS = 365 * DAY_MS;
/** The instant around which the test world turns. */
export const NOON = new Date("2026-11-20T12:00:00Z");
export const at = (offsetMs: number): Date => new Date(NOON.getTime() + offsetMs);

/** Numbers that look random and are the same in every run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const byte = seeded(20261120);
export const randomOctets = (count: number): Uint8Array =>
  Uint8Array.from({ length: count }, () => byte() * 256);

const HASH: Record<KeyAlgorithm, string> = {
  "ecdsa-p256-sha256": "sha256",
  "ecdsa-p384-sha384": "sha384",
  "rsa-2048-sha256": "sha256",
  "rsa-3072-sha256": "sha256",
  "rsa-4096-sha256": "sha256",
  "rsa-pss-2048-sha256": "sha256",
  "rsa-pss-3072-sha256": "sha256",
  "rsa-pss-4096-sha256": "sha256",
};
const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };

export type TestKey = SigningKey & { readonly keyObject: KeyObject };

export function testKey(algorithm: KeyAlgorithm): TestKey {
  const { privateKey } = algorithm.startsWith("rsa")
    ? generateKeyPairSync("rsa", { modulusLength: Number(/\d{4}/.exec(algorithm)![0]) })
    : generateKeyPairSync("ec", { namedCurve: algorithm.includes("p256") ? "P-256" : "P-384" });
  return {
    id: `test-${algorithm}`,
    algorithm,
    publicKey: new Uint8Array(createPublicKey(privateKey).export({ type: "spki", format: "der" })),
    sign: async (message) =>
      new Uint8Array(
        sign(HASH[algorithm], message, {
          key: privateKey,
          dsaEncoding: "der",
          ...(algorithm.startsWith("rsa-pss") && PSS),
        }),
      ),
    keyObject: privateKey,
  };
}

export interface Authority {
  readonly key: TestKey;
  readonly certificateDer: Uint8Array;
}

/** One whole installation: root, issuing authority, TSA, and a responder under each authority. */
export interface World {
  readonly root: Authority;
  readonly issuing: Authority;
  readonly tsa: Authority;
  readonly rootResponder: Authority;
  readonly responder: Authority;
}

export const POINTERS = {
  ocspUrl: "http://pki.example/ocsp",
  issuerUrl: "http://pki.example/issuing.cer",
  crlUrl: "http://pki.example/issuing.crl",
};

const nameOf = (commonName: string) =>
  [
    ["C", "NL"],
    ["O", "Whereof Test"],
    ["CN", commonName],
  ] as const;

const subject = (key: TestKey, commonName: string, notBefore: Date) => ({
  name: nameOf(commonName),
  publicKey: key.publicKey,
  serial: randomOctets(16),
  notBefore,
});

export async function testRoot(notBefore = at(-YEAR_MS), commonName = "Test Root"): Promise<Authority> {
  const key = testKey("ecdsa-p384-sha384");
  const draft = draftRoot(subject(key, commonName, notBefore), key.algorithm);
  return { key, certificateDer: await signCertificate(draft, key) };
}

export async function testIssuing(root: Authority, notBefore = at(-30 * DAY_MS)): Promise<Authority> {
  const key = testKey("ecdsa-p384-sha384");
  const draft = draftIssuing(
    subject(key, "Test Issuing", notBefore),
    issuerWith(root.certificateDer, root.key),
    {
      ...POINTERS,
      crlUrl: "http://pki.example/root.crl",
    },
  );
  return { key, certificateDer: await signCertificate(draft, root.key) };
}

export async function testTsa(
  root: Authority,
  notBefore = at(-30 * DAY_MS),
  commonName = "Test TSA",
): Promise<Authority> {
  const key = testKey("ecdsa-p384-sha384");
  const draft = draftTsa(subject(key, commonName, notBefore), issuerWith(root.certificateDer, root.key), {
    ...POINTERS,
    crlUrl: "http://pki.example/root.crl",
  });
  return { key, certificateDer: await signCertificate(draft, root.key) };
}

export async function testResponder(authority: Authority, notBefore = at(-DAY_MS)): Promise<Authority> {
  const key = testKey("ecdsa-p256-sha256");
  const issuer = issuerWith(authority.certificateDer, authority.key);
  const draft = draftOcspResponder(subject(key, "Test OCSP", notBefore), issuer);
  return { key, certificateDer: await signCertificate(draft, authority.key) };
}

export async function testWorld(): Promise<World> {
  const root = await testRoot();
  const issuing = await testIssuing(root);
  return {
    root,
    issuing,
    tsa: await testTsa(root),
    rootResponder: await testResponder(root),
    responder: await testResponder(issuing),
  };
}

/** A certificate as an attacker or another authority would make it: no profile is kept. */
export async function wildCertificate(request: {
  readonly subject: string;
  readonly issuer?: Authority;
  readonly extensions?: readonly Uint8Array[];
  readonly key?: TestKey;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}): Promise<Authority> {
  const key = request.key ?? testKey("ecdsa-p256-sha256");
  const signing = request.issuer?.key ?? key;
  const subjectDer = encodeName([["CN", request.subject]]);
  const tbs = sequence(
    tagged(0, integer(2)),
    unsignedInteger(randomOctets(8)),
    signatureAlgorithmOf(signing.algorithm),
    request.issuer ? parseCertificate(request.issuer.certificateDer).subject.der : subjectDer,
    sequence(time(request.notBefore ?? at(-DAY_MS)), time(request.notAfter ?? at(DAY_MS))),
    subjectDer,
    key.publicKey,
    ...(request.extensions?.length ? [tagged(3, sequence(...request.extensions))] : []),
  );
  return { key, certificateDer: await signedBy(signing, tbs) };
}

export const signerRequest = (
  publicKey: Uint8Array,
  overrides: Partial<SignerRequest> = {},
): SignerRequest => ({
  commonName: "Ada Lovelace",
  pairwiseId: "b3f1c2d4e5",
  email: "ada@example.com",
  methods: ["link", "email-code"],
  authorizingEventSha256: sha256(new Uint8Array([1])),
  publicKey,
  serial: randomOctets(16),
  notBefore: at(-HOUR_MS),
  pointers: POINTERS,
  ...overrides,
});

export async function testSigner(
  issuing: Authority,
  overrides: Partial<SignerRequest> = {},
): Promise<Authority> {
  const key = testKey("ecdsa-p256-sha256");
  return { key, certificateDer: await issueSigner(signerRequest(key.publicKey, overrides), issuing) };
}

export async function testSeal(
  issuing: Authority,
  algorithm: KeyAlgorithm = "rsa-3072-sha256",
): Promise<Authority> {
  const key = testKey(algorithm);
  const certificateDer = await issueSeal(
    {
      name: nameOf("Test Seal"),
      publicKey: key.publicKey,
      serial: randomOctets(16),
      notBefore: at(-DAY_MS),
      pointers: POINTERS,
    },
    issuing,
  );
  return { key, certificateDer };
}

export { toPem as pem } from "#lib/pki/core/certificates/pem.ts";

/**
 * Runs OpenSSL, a validator that is not ours, over files that live only as long as the run.
 *
 * @param files contents by name; arguments name them as they are.
 * @returns everything it wrote; throws with it when OpenSSL refuses.
 */
export const openssl = (args: readonly string[], files: Files = {}): string => runOpenssl(args, files).text;

/** The file that OpenSSL makes of others. */
export const opensslMakes = (name: string, args: readonly string[], files: Files = {}): Uint8Array =>
  runOpenssl(args, files, name).made!;

type Files = Readonly<Record<string, Uint8Array | string>>;

function runOpenssl(
  args: readonly string[],
  files: Files,
  wanted?: string,
): { text: string; made?: Uint8Array } {
  const folder = mkdtempSync(path.join(tmpdir(), "whereof-pki-"));
  try {
    for (const [name, contents] of Object.entries(files)) writeFileSync(path.join(folder, name), contents);
    const text = execFileSync("sh", ["-c", 'openssl "$@" 2>&1', "sh", ...args], {
      cwd: folder,
      encoding: "utf8",
    });
    return { text, made: wanted ? new Uint8Array(readFileSync(path.join(folder, wanted))) : undefined };
  } catch (cause) {
    throw new Error(`openssl ${args[0]}: ${(cause as { stdout?: string }).stdout}`, { cause });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Seconds since 1970, for OpenSSL's -attime. */
export const epochSeconds = (instant: Date): string => String(instant.getTime() / 1000);
