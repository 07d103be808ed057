import { createPrivateKey, createPublicKey, randomBytes } from "node:crypto";
import { fromHex, toBase64Url } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import { type KeyAlgorithm, keysError } from "#lib/ports/keys.ts";
import { ALGORITHMS, algorithmOf, digestInfo, ecdsaDer } from "../key-algorithms.ts";
import {
  ATTRIBUTE,
  type Attribute,
  CLASS,
  type Cryptoki,
  type Handle,
  KEY_TYPE,
  MECHANISM,
  type Mechanism,
  PSS_SHA256,
} from "./cryptoki.ts";
import type { FoundKey, KeyReference, TokenKey, TokenTasks } from "./protocol.ts";
import type { Token } from "./token.ts";
import { codeOf } from "./token-failures.ts";

/** Object identifiers of the curves in DER, which is what a token takes for their parameters (SEC 2). */
const CURVES: Readonly<Record<string, { oid: string; jwk: string; bytes: number }>> = {
  prime256v1: { oid: "06082a8648ce3d030107", jwk: "P-256", bytes: 32 },
  secp384r1: { oid: "06052b81040022", jwk: "P-384", bytes: 48 },
};
const EXPONENT_65537 = Buffer.of(1, 0, 1);
const ID_BYTES = 16;
/** More than anybody looks through; a token of signing keys holds a few. */
const MAX_LISTED = 200;
/** The longest signature: RSA-4096. */
const MAX_SIGNATURE_BYTES = 512;

/** What must be true of a key made in the token, so that no copy of it can be anywhere else. */
const KEPT_FROM_BIRTH = [
  ["sensitive", true],
  ["private", true],
  ["extractable", false],
  ["neverExtractable", true],
  ["alwaysSensitive", true],
  ["local", true],
] as const;
/** What must be true of a key that somebody else has put there. */
const KEPT_NOW = [
  ["sensitive", true],
  ["extractable", false],
] as const;

/** What a token does with keys. */
export function tokenKeys(token: Token): Omit<{ [Task in keyof TokenTasks]: Answer<Task> }, "connect"> {
  const { module } = token;
  return {
    create: ({ algorithm, label }) =>
      token.withSession("making a key", async (session) => {
        const id = randomBytes(ID_BYTES);
        const { mechanism, publicPart } = generationOf(algorithm);
        const names = [
          { type: ATTRIBUTE.token, value: true },
          { type: ATTRIBUTE.label, value: label },
          { type: ATTRIBUTE.id, value: id },
        ];
        const pair = await module.C_GenerateKeyPairAsync(
          session,
          { mechanism },
          [...names, { type: ATTRIBUTE.verify, value: true }, ...publicPart],
          [...names, ...PRIVATE_PART],
        );
        try {
          requireKept(module, session, pair.privateKey, KEPT_FROM_BIRTH);
          return readKey(token, session, pair.privateKey, algorithm);
        } catch (error) {
          for (const half of [pair.privateKey, pair.publicKey]) destroy(module, session, half);
          throw error;
        }
      }),
    take: ({ pkcs8, algorithm, label, name }) =>
      token.withSession("taking a key", async (session) => {
        const id = Buffer.from(name);
        const [there] = findObjects(module, session, [
          { type: ATTRIBUTE.class, value: CLASS.privateKey },
          { type: ATTRIBUTE.id, value: id },
        ]);
        const names = [
          { type: ATTRIBUTE.token, value: true },
          { type: ATTRIBUTE.label, value: label },
          { type: ATTRIBUTE.id, value: id },
        ];
        const halves = there ? [there] : put(module, session, names, partsOf(pkcs8, algorithm));
        pkcs8.fill(0);
        try {
          requireKept(module, session, halves[0]!, KEPT_NOW);
          return readKey(token, session, halves[0]!, algorithm);
        } catch (error) {
          for (const half of halves) destroy(module, session, half);
          throw isRefusal(error, "keys/key-not-kept") ? notTaken("it would let the key out", error) : error;
        }
      }),
    list: () =>
      token.withSession("looking through the token", async (session) =>
        findObjects(module, session, [{ type: ATTRIBUTE.class, value: CLASS.privateKey }], MAX_LISTED).map(
          (key) => foundKey(token, session, key),
        ),
      ),
    open: (reference) =>
      token.withSession("looking for a key", async (session) => {
        const key = findKey(token, session, reference);
        requireKept(module, session, key, KEPT_NOW);
        return readKey(token, session, key, reference.algorithm ?? undefined);
      }),
    sign: ({ id, algorithm, digest }) =>
      token.withSession("signing", async (session) => {
        const key = findKey(token, session, { id, label: null, token: null, serial: null });
        const { mechanism, input } = signingOf(algorithm, digest);
        module.C_SignInit(session, mechanism, key);
        const output = Buffer.alloc(MAX_SIGNATURE_BYTES);
        const signature = await module.C_SignAsync(session, Buffer.from(input), output);
        const isRaw = ALGORITHMS[algorithm].type === "ec";
        return isRaw ? ecdsaDer(signature) : new Uint8Array(signature);
      }),
  };
}

type Answer<Task extends keyof TokenTasks> = (
  input: Parameters<TokenTasks[Task]>[0],
) => Promise<ReturnType<TokenTasks[Task]>>;

const PRIVATE_PART: readonly Attribute[] = [
  { type: ATTRIBUTE.private, value: true },
  { type: ATTRIBUTE.sensitive, value: true },
  { type: ATTRIBUTE.extractable, value: false },
  { type: ATTRIBUTE.sign, value: true },
  { type: ATTRIBUTE.decrypt, value: false },
  { type: ATTRIBUTE.unwrap, value: false },
];

/** What a token says of keys that it takes from nobody. */
const TAKES_NONE = new Set([
  "CKR_ACTION_PROHIBITED",
  "CKR_ATTRIBUTE_READ_ONLY",
  "CKR_ATTRIBUTE_TYPE_INVALID",
  "CKR_FUNCTION_NOT_SUPPORTED",
  "CKR_TEMPLATE_INCONSISTENT",
]);

const notTaken = (why: string, cause: unknown) =>
  keysError("key-not-taken", `the token takes no key from elsewhere: ${why}`, { cause });

/** Both halves, or none. */
function put(
  module: Cryptoki,
  session: Handle,
  names: readonly Attribute[],
  { secret, open, keyType }: ReturnType<typeof partsOf>,
): Handle[] {
  const kind = (value: number) => ({ type: ATTRIBUTE.class, value });
  const type = { type: ATTRIBUTE.keyType, value: keyType };
  try {
    const own = module.C_CreateObject(session, [
      ...[kind(CLASS.privateKey), type, ...names, ...PRIVATE_PART, ...secret],
    ]);
    try {
      const verifies = { type: ATTRIBUTE.verify, value: true };
      return [
        own,
        module.C_CreateObject(session, [kind(CLASS.publicKey), type, ...names, verifies, ...open]),
      ];
    } catch (error) {
      destroy(module, session, own);
      throw error;
    }
  } catch (error) {
    if (TAKES_NONE.has(codeOf(error))) throw notTaken(codeOf(error), error);
    throw error;
  }
}

/** A private key as a token takes it (PKCS #11 v2.40, §2.1.3 and §2.3.4). */
function partsOf(pkcs8: Uint8Array, algorithm: KeyAlgorithm) {
  const key = createPrivateKey({ key: Buffer.from(pkcs8), type: "pkcs8", format: "der" });
  algorithmOf(key, algorithm);
  const jwk = key.export({ format: "jwk" }) as Record<string, string>;
  const part = (type: number, name: string) => ({ type, value: Buffer.from(jwk[name]!, "base64url") });
  if (jwk.kty === "RSA") {
    const open = [part(ATTRIBUTE.modulus, "n"), part(ATTRIBUTE.publicExponent, "e")];
    const secret = [
      ...open,
      ...[part(ATTRIBUTE.privateExponent, "d"), part(ATTRIBUTE.prime1, "p"), part(ATTRIBUTE.prime2, "q")],
      ...[
        part(ATTRIBUTE.exponent1, "dp"),
        part(ATTRIBUTE.exponent2, "dq"),
        part(ATTRIBUTE.coefficient, "qi"),
      ],
    ];
    return { keyType: KEY_TYPE.rsa, open, secret };
  }
  const { oid } = CURVES[ALGORITHMS[algorithm].size]!;
  const curve = { type: ATTRIBUTE.ecParameters, value: Buffer.from(fromHex(oid)) };
  const [x, y] = [Buffer.from(jwk.x!, "base64url"), Buffer.from(jwk.y!, "base64url")];
  const point = Buffer.concat([Buffer.of(0x04, x.length + y.length + 1, 0x04), x, y]);
  return {
    keyType: KEY_TYPE.ec,
    open: [curve, { type: ATTRIBUTE.ecPoint, value: point }],
    secret: [curve, part(ATTRIBUTE.value, "d")],
  };
}

function generationOf(algorithm: KeyAlgorithm): { mechanism: number; publicPart: readonly Attribute[] } {
  const { type, size } = ALGORITHMS[algorithm];
  if (type === "rsa") {
    const publicPart = [
      { type: ATTRIBUTE.modulusBits, value: size as number },
      { type: ATTRIBUTE.publicExponent, value: EXPONENT_65537 },
    ];
    return { mechanism: MECHANISM.rsaKeyPair, publicPart };
  }
  const parameters = Buffer.from(fromHex(CURVES[size]!.oid));
  return {
    mechanism: MECHANISM.ecKeyPair,
    publicPart: [{ type: ATTRIBUTE.ecParameters, value: parameters }],
  };
}

function signingOf(algorithm: KeyAlgorithm, digest: Uint8Array): { mechanism: Mechanism; input: Uint8Array } {
  const { type, hash, isPss } = ALGORITHMS[algorithm];
  if (type === "ec") return { mechanism: { mechanism: MECHANISM.ecdsa }, input: digest };
  if (isPss) return { mechanism: { mechanism: MECHANISM.rsaPss, parameter: PSS_SHA256 }, input: digest };
  return { mechanism: { mechanism: MECHANISM.rsaPkcs }, input: digestInfo(hash, digest) };
}

/** A token may take the template and do otherwise, so it is asked. */
function requireKept(
  module: Cryptoki,
  session: Handle,
  key: Handle,
  wanted: typeof KEPT_FROM_BIRTH | typeof KEPT_NOW,
): void {
  const wrong = wanted.filter(([name, value]) => flag(module, session, key, name) !== value);
  if (wrong.length === 0) return;
  const facts = wrong.map(([name, value]) => `${name} is not ${value}`).join(", ");
  throw keysError("key-not-kept", `the token does not keep the key to itself: ${facts}`);
}

function flag(module: Cryptoki, session: Handle, key: Handle, name: keyof typeof ATTRIBUTE): boolean | null {
  try {
    return bytesOf(module, session, key, ATTRIBUTE[name])[0] === 1;
  } catch (error) {
    if (codeOf(error) === "CKR_ATTRIBUTE_TYPE_INVALID") return null;
    throw error;
  }
}

const bytesOf = (module: Cryptoki, session: Handle, object: Handle, type: number): Buffer =>
  module.C_GetAttributeValue(session, object, [{ type }])[0]!.value;

function findKey(token: Token, session: Handle, { id, label, ...place }: KeyReference): Handle {
  const isElsewhere =
    (place.token !== null && place.token !== token.label) ||
    (place.serial !== null && place.serial !== token.serial);
  if (isElsewhere || (id === null && label === null)) {
    throw keysError("not-found", `the token ${token.label} holds no such key`);
  }
  const found = findObjects(token.module, session, [
    { type: ATTRIBUTE.class, value: CLASS.privateKey },
    ...(id === null ? [] : [{ type: ATTRIBUTE.id, value: Buffer.from(id) }]),
    ...(label === null ? [] : [{ type: ATTRIBUTE.label, value: label }]),
  ]);
  if (found.length === 0) throw keysError("not-found", `the token ${token.label} holds no such key`);
  if (found.length > 1) throw keysError("not-found", `the token ${token.label} holds several such keys`);
  return found[0]!;
}

/** A token tells of a key as much as it wants to: what it does not say is null. */
function foundKey(token: Token, session: Handle, key: Handle): FoundKey {
  const { module, label: tokenLabel, serial } = token;
  const read = <T>(work: () => T): T | null => {
    try {
      return work();
    } catch {
      return null;
    }
  };
  const isSet = (name: keyof typeof ATTRIBUTE) => read(() => flag(module, session, key, name));
  return {
    id: new Uint8Array(read(() => bytesOf(module, session, key, ATTRIBUTE.id)) ?? []),
    label: read(() => bytesOf(module, session, key, ATTRIBUTE.label).toString("utf8")) ?? "",
    ...{ token: tokenLabel, serial },
    publicKey: read(() => readKey(token, session, key).publicKey),
    flags: {
      ...{ extractable: isSet("extractable"), sensitive: isSet("sensitive") },
      ...{ neverExtractable: isSet("neverExtractable"), sign: isSet("sign") },
    },
  };
}

function findObjects(module: Cryptoki, session: Handle, template: readonly Attribute[], limit = 2): Handle[] {
  module.C_FindObjectsInit(session, template);
  const found = module.C_FindObjects(session, limit);
  module.C_FindObjectsFinal(session);
  return found;
}

function readKey(token: Token, session: Handle, privateKey: Handle, wanted?: KeyAlgorithm): TokenKey {
  const { module, label, serial } = token;
  const id = bytesOf(module, session, privateKey, ATTRIBUTE.id);
  const [half] = findObjects(module, session, [
    { type: ATTRIBUTE.class, value: CLASS.publicKey },
    { type: ATTRIBUTE.id, value: id },
  ]);
  if (!half) throw keysError("not-found", "the token holds the private key without its public key");
  const key = createPublicKey({ key: publicJwk(module, session, half), format: "jwk" });
  return {
    id: new Uint8Array(id),
    token: label,
    serial,
    algorithm: algorithmOf(key, wanted),
    publicKey: new Uint8Array(key.export({ type: "spki", format: "der" })),
  };
}

function publicJwk(module: Cryptoki, session: Handle, half: Handle) {
  const read = (type: number) => bytesOf(module, session, half, type);
  const keyType = read(ATTRIBUTE.keyType).readUInt8(0);
  if (keyType === KEY_TYPE.rsa) {
    const [n, e] = [read(ATTRIBUTE.modulus), read(ATTRIBUTE.publicExponent)].map(toBase64Url);
    return { kty: "RSA", n, e };
  }
  const parameters = keyType === KEY_TYPE.ec ? read(ATTRIBUTE.ecParameters).toString("hex") : "";
  const curve = Object.values(CURVES).find(({ oid }) => oid === parameters);
  if (!curve) throw keysError("unsupported-algorithm", `a key of type ${keyType} or its curve is not ours`);
  // X9.62 uncompressed: 04 ‖ x ‖ y, in an OCTET STRING or, with some tokens, bare.
  const point = read(ATTRIBUTE.ecPoint).subarray(-(1 + 2 * curve.bytes));
  const [x, y] = [point.subarray(1, 1 + curve.bytes), point.subarray(1 + curve.bytes)].map(toBase64Url);
  return { kty: "EC", crv: curve.jwk, x, y };
}

function destroy(module: Cryptoki, session: Handle, object: Handle): void {
  try {
    module.C_DestroyObject(session, object);
  } catch {
    // Why the key was refused says more than that it could not be removed.
  }
}
