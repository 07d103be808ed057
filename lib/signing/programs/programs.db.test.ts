import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign as sign256,
  verify,
  X509Certificate,
} from "node:crypto";
import { readdirSync } from "node:fs";
import path from "node:path";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { REQUEST, refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { fromBase64, fromUtf8, sha256, toBase64 } from "#lib/bytes.ts";
import { type Context, createContext } from "#lib/context.ts";
import { parsePublicId } from "#lib/ids.ts";
import { openssl, pem } from "#lib/pki/core/testing.ts";
import { publishedTrust } from "#lib/pki/published.ts";
import { HASH_OIDS } from "#lib/ports/csc-names.ts";
import type { WorkerRuntime } from "#lib/runtime.ts";
import { openSeal } from "../seal-key.ts";
import { authorizeHashes } from "./authorize-hashes.ts";
import { giveChallenge } from "./challenge-program.ts";
import { checkApproval, decideAsked } from "./check-approval.ts";
import { Pending } from "./csc-words.ts";
import { describeCredential, describeService, listCredentials } from "./describe-credentials.ts";
import { extendAuthorization } from "./extend-authorization.ts";
import { listKeyPrograms } from "./list-programs.ts";
import { closeProgram, openProgram, type ProgramLogIn } from "./open-program.ts";
import { pollSignatures } from "./poll-signatures.ts";
import { issueProgramToken, programContext, revokeProgramToken } from "./program-context.ts";
import { signHashes } from "./sign-hashes.ts";
import { timestampHash } from "./timestamp-hash.ts";

const product = testProduct({ runsJobs: true, settings: async () => ({ CSC_SERVER: "true" }) });
const message = randomBytes(100);
const hashOf = (bytes: Uint8Array) => toBase64(createHash("sha256").update(bytes).digest());
const hash = hashOf(message);
const SIGNING = { hashAlgorithmOID: HASH_OIDS.sha256, signAlgo: "1.2.840.113549.1.1.11" };

let owner: Context;
let credentialID: string;
let keyId: string;

beforeAll(async () => {
  owner = await (await product().newOrganization()).member("owner");
  const { organizationId } = owner;
  await openSeal(
    createContext(product().runtime, { organizationId, actor: { kind: "system", job: "test" } }),
  );
  const { keys } = await listKeyPrograms(owner);
  keyId = keys[0]!.id;
  credentialID = `key_${keyId.replaceAll("-", "")}`;
}, 180_000);

// All tests of this file log in from one address, quickly.
beforeEach(async () => {
  await product().admin`delete from rate_limits where key like 'program-log-in:%'`;
});

const opened = (more: Partial<Parameters<typeof openProgram>[1]> = {}) =>
  openProgram(owner, { name: "Billing", keyIds: [keyId], perMinute: 1000, days: 30, ...more });

async function programWith(logIn: ProgramLogIn, runtime: WorkerRuntime = product().runtime) {
  const visitor = { runtime, request: REQUEST };
  const token = await issueProgramToken(visitor, {
    ...logIn,
    ...{ grantType: "client_credentials", scope: "service" },
  });
  return { token: token.text, ctx: await programContext(visitor, `Bearer ${token.text}`) };
}

const ask = (ctx: Context, more: object = {}) =>
  authorizeHashes(ctx, {
    ...{ credentialID, numSignatures: 1, hashes: [hash], hashAlgorithmOID: HASH_OIDS.sha256 },
    ...more,
  });
async function authorize(ctx: Context, more: object = {}) {
  const allowed = await ask(ctx, more);
  if (allowed instanceof Pending) throw new Error("a member is asked");
  return allowed;
}
const signing = (ctx: Context, SAD: string, more: object = {}) =>
  signHashes(ctx, { credentialID, SAD, hashes: [hash], ...SIGNING, ...more });
async function sign(ctx: Context, SAD: string, more: object = {}) {
  const signed = await signing(ctx, SAD, more);
  if ("responseID" in signed) throw new Error("it is signed later");
  return signed;
}
const extend = (ctx: Context, SAD: string, hashes: readonly string[], more: object = {}) =>
  extendAuthorization(ctx, {
    ...{ credentialID, SAD, hashes, hashAlgorithmOID: HASH_OIDS.sha256 },
    ...more,
  });
const saidOf = async (work: Promise<unknown>) => {
  const error = (await work.catch((thrown: Error) => thrown)) as Error & { code: string };
  return error.code === "csc/malformed" ? error.message : error.code;
};
const events = async (type: string) =>
  (await readChain(owner, null)).entries.filter((entry) => entry.type === type);

describe("a program that an administrator lets in", () => {
  test("logs in, finds its credential, and has a hash signed, which leaves an event", async () => {
    const { ctx } = await programWith(await opened());
    expect(describeService(ctx)).toMatchObject({
      ...{ authType: ["oauth2client", "oauth2code"], specs: "2.0.0.2" },
      description: expect.stringContaining("not a qualified trust service"),
    });
    expect(await listCredentials(ctx, {})).toEqual({ credentialIDs: [credentialID] });
    const info = (await describeCredential(ctx, { credentialID, certificates: "chain" })) as {
      cert: { certificates: string[]; validTo: string };
    };
    expect(info).toMatchObject({
      key: { status: "enabled", algo: ["1.2.840.113549.1.1.11", "1.2.840.113549.1.1.1"], len: 3072 },
      cert: { status: "valid", validTo: expect.stringMatching(/^\d{14}Z$/) },
      auth: { mode: "explicit", objects: [] },
      ...{ SCAL: "2", multisign: 20 },
    });
    const [leaf, issuing, root] = info.cert.certificates.map((one) => new X509Certificate(fromBase64(one)));
    expect(leaf!.checkIssued(issuing!) && issuing!.checkIssued(root!)).toBe(true);

    const { SAD, expiresIn } = await authorize(ctx);
    expect(expiresIn).toBe(300);
    const { signatures } = await sign(ctx, SAD);
    expect(verify("sha256", message, leaf!.publicKey, fromBase64(signatures[0]!))).toBe(true);
    const [made] = await events("program-signature.made");
    expect(made).toMatchObject({
      actor: { kind: "system" },
      data: { key: keyId, hash: Buffer.from(hash, "base64").toString("hex"), algorithm: "rsa-3072-sha256" },
    });
    const [use] = await product().admin`select kind, digest_hex from key_uses order by signed_at limit 1`;
    expect(use).toEqual({ kind: "program", digest_hex: Buffer.from(hash, "base64").toString("hex") });
    const [authorized] = await events("program-signing.authorized");
    expect(authorized).toMatchObject({ actor: { kind: "program", name: "Billing" } });
    expect(JSON.stringify((await readChain(owner, null)).entries)).not.toContain(SAD);
  });

  test("signs many hashes by one authorization, in their order", async () => {
    const { ctx } = await programWith(await opened());
    const messages = Array.from({ length: 20 }, () => randomBytes(30));
    const hashes = messages.map(hashOf);
    const { SAD } = await authorize(ctx, { hashes, numSignatures: 20 });
    const { signatures } = await sign(ctx, SAD, { hashes });
    const { publicKey } = await product().runtime.keys.software.open(await softwareId());
    const key = createPublicKey({ key: Buffer.from(publicKey), format: "der", type: "spki" });
    expect(messages.every((one, at) => verify("sha256", one, key, fromBase64(signatures[at]!)))).toBe(true);
  });

  test("redeems an authorization two hundred times at once, and one signature is made", async () => {
    const { ctx } = await programWith(await opened());
    const before = (await events("program-signature.made")).length;
    const { SAD } = await authorize(ctx);
    const results = await Promise.allSettled(Array.from({ length: 200 }, () => sign(ctx, SAD)));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const codes = results.flatMap((one) => (one.status === "rejected" ? [one.reason.code] : []));
    expect(new Set(codes)).toEqual(new Set(["csc/authorization-unknown"]));
    expect((await events("program-signature.made")).length - before).toBe(1);
  }, 180_000);

  test("gets no signature for another hash, by another's authorization, after it was used or has ended", async () => {
    const { ctx } = await programWith(await opened());
    const other = (await programWith(await opened({ name: "Another" }))).ctx;
    const { SAD } = await authorize(ctx);
    expect(await refusalOf(sign(ctx, SAD, { hashes: [hashOf(randomBytes(5))] }))).toBe(
      "csc/hash-not-authorized",
    );
    expect(await refusalOf(sign(other, SAD))).toBe("csc/authorization-unknown");
    expect(await refusalOf(sign(ctx, "guessed"))).toBe("csc/authorization-unknown");
    expect(await refusalOf(sign(later(ctx, 299_000), SAD))).toBeUndefined();
    expect(await refusalOf(sign(ctx, SAD))).toBe("csc/authorization-unknown");
    const second = await authorize(ctx);
    expect(await refusalOf(sign(later(ctx, 301_000), second.SAD))).toBe("csc/authorization-expired");
    expect(await refusalOf(sign(ctx, second.SAD))).toBeUndefined();
  });

  test("is refused what the specification refuses", async () => {
    const { ctx } = await programWith(await opened());
    const said = async (work: Promise<unknown>) => {
      const error = (await work.catch((thrown: Error) => thrown)) as Error & { code: string };
      return error.code === "csc/malformed" ? error.message : error.code;
    };
    expect(await said(authorize(ctx, { credentialID: undefined }))).toMatch(/string parameter credentialID/);
    expect(await said(authorize(ctx, { credentialID: "key_0" }))).toBe("csc/credential-unknown");
    expect(await said(authorize(ctx, { numSignatures: "1" }))).toMatch(/integer parameter numSignatures/);
    expect(await said(authorize(ctx, { numSignatures: 0 }))).toMatch(/Invalid value.*numSignatures/);
    expect(await said(authorize(ctx, { numSignatures: 2 }))).toBe("csc/number-wrong");
    expect(await said(authorize(ctx, { numSignatures: 21 }))).toBe("csc/number-too-high");
    expect(await said(authorize(ctx, { hashes: undefined }))).toMatch(/array parameter hashes/);
    expect(await said(authorize(ctx, { hashes: [] }))).toMatch(/Empty hash array/);
    expect(await said(authorize(ctx, { hashes: ["not base64!"] }))).toMatch(/Invalid Base64/);
    expect(await said(authorize(ctx, { hashes: [toBase64(randomBytes(20))] }))).toMatch(
      /digest value length/,
    );
    expect(await said(authorize(ctx, { hashAlgorithmOID: "2.16.840.1.101.3.4.2.3" }))).toMatch(
      /hashAlgorithmOID/,
    );
    const { SAD } = await authorize(ctx);
    expect(await said(sign(ctx, SAD, { SAD: undefined }))).toMatch(/string parameter SAD/);
    expect(await said(sign(ctx, SAD, { signAlgo: undefined }))).toMatch(/string parameter signAlgo/);
    expect(await said(sign(ctx, SAD, { signAlgo: "1.2.840.10045.4.3.2" }))).toMatch(
      /Invalid parameter signAlgo/,
    );
    const bare = { signAlgo: "1.2.840.113549.1.1.1", hashAlgorithmOID: undefined };
    expect(await said(sign(ctx, SAD, bare))).toMatch(/string parameter hashAlgorithmOID/);
    expect(await said(sign(ctx, SAD, { operationMode: "B" }))).toMatch(/operationMode/);
    expect(await refusalOf(sign(ctx, SAD))).toBeUndefined();
  });

  test("brings its PIN with each authorization, and is locked out after five wrong ones", async () => {
    const pin = "four-words-are-better";
    const { ctx } = await programWith(await opened({ pin }));
    const told = (value: string) => ({ authData: [{ id: "PIN", value }] });
    const right = await Promise.all(Array.from({ length: 6 }, () => authorize(ctx, told(pin))));
    expect(new Set(right.map(({ SAD }) => SAD)).size).toBe(6);
    expect(await refusalOf(authorize(ctx))).toBe("csc/secret-refused");
    await authorize(ctx, told(pin));
    const wrong = await Promise.all(
      Array.from({ length: 12 }, () => refusalOf(authorize(ctx, told("guessed")))),
    );
    expect(wrong.filter((code) => code === "csc/secret-refused")).toHaveLength(5);
    expect(wrong.filter((code) => code === "csc/credential-locked")).toHaveLength(7);
    expect(await refusalOf(authorize(ctx, told(pin)))).toBe("csc/credential-locked");
    expect(await events("program.locked")).toHaveLength(1);
    expect(await describeCredential(ctx, { credentialID })).toMatchObject({ key: { status: "disabled" } });
  });

  test("has so many signatures a minute, however many it asks for at once", async () => {
    const { ctx } = await programWith(await opened({ perMinute: 5 }));
    const asked = await Promise.all(Array.from({ length: 12 }, () => refusalOf(authorize(ctx))));
    expect(asked.filter((code) => code === undefined)).toHaveLength(5);
    expect(asked.filter((code) => code === "csc/too-many")).toHaveLength(7);
    expect(await refusalOf(authorize(later(ctx, 61_000)))).toBeUndefined();
  });

  test("may look and not sign, where only that was allowed", async () => {
    const { ctx } = await programWith(await opened({ maySign: false }));
    expect(await listCredentials(ctx, { onlyValid: true })).toMatchObject({ credentialIDs: [credentialID] });
    expect(await refusalOf(authorize(ctx))).toBe("csc/not-in-scope");
  });

  test("is out at once when it is closed, and when its day has come", async () => {
    const logIn = await opened();
    const { ctx, token } = await programWith(logIn);
    const { SAD } = await authorize(ctx);
    const runtime = product().runtime;
    const bearer = (at: WorkerRuntime) =>
      refusalOf(programContext({ runtime: at, request: REQUEST }, `Bearer ${token}`));
    expect(await bearer(runtime)).toBeUndefined();
    expect(await bearer({ ...runtime, now: () => new Date(Date.now() + 901_000) })).toBe("csc/token-refused");
    const programId = parsePublicId<string>("program", logIn.clientId)!;
    await closeProgram(owner, { programId });
    expect(await bearer(runtime)).toBe("csc/token-refused");
    expect(await refusalOf(sign(ctx, SAD))).toBe("csc/token-refused");
    expect(await refusalOf(programWith(logIn))).toBe("csc/client-refused");
    expect(await refusalOf(closeProgram(owner, { programId }))).toBe("signing/program-not-found");
    const short = await opened({ days: 1 });
    const tomorrow = { ...runtime, now: () => new Date(Date.now() + 86_401_000) };
    expect(await refusalOf(programWith(short, tomorrow))).toBe("csc/client-refused");
  });

  test("is not believed with a wrong secret, id, grant, scope or header", async () => {
    const logIn = await opened();
    const visitor = { runtime: product().runtime, request: REQUEST };
    const grant = { grantType: "client_credentials", scope: "", ...logIn };
    const asked = (change: object) => refusalOf(issueProgramToken(visitor, { ...grant, ...change }));
    expect(await asked({ clientSecret: "guessed" })).toBe("csc/client-refused");
    expect(await asked({ clientId: "prg_0199f3a0000070008000000000000000" })).toBe("csc/client-refused");
    expect(await asked({ clientId: "somebody" })).toBe("csc/client-refused");
    expect(await asked({ grantType: "password" })).toBe("csc/grant-refused");
    expect(await asked({ scope: "credential" })).toBe("csc/scope-refused");
    for (const header of [null, "Basic abc", "Bearer ", "Bearer a b"])
      expect(await refusalOf(programContext(visitor, header))).toBe("csc/malformed");
    expect(await refusalOf(programContext(visitor, "Bearer guessed"))).toBe("csc/token-refused");
  });

  test("has its hashes signed one after the other by a transaction that it extends, without its PIN", async () => {
    const pin = "four-words-are-better";
    const { ctx } = await programWith(await opened({ pin }));
    const messages = Array.from({ length: 3 }, () => randomBytes(30));
    const hashes = messages.map(hashOf);
    const authData = [{ id: "PIN", value: pin }];
    const first = await authorize(ctx, { hashes, numSignatures: 3, authData });
    const { publicKey } = await product().runtime.keys.software.open(await softwareId());
    const key = createPublicKey({ key: Buffer.from(publicKey), format: "der", type: "spki" });
    let { SAD } = first;
    for (const [at, one] of hashes.entries()) {
      const { signatures } = await sign(ctx, SAD, { hashes: [one] });
      expect(verify("sha256", messages[at]!, key, fromBase64(signatures[0]!))).toBe(true);
      const rest = hashes.slice(at + 1);
      if (rest.length === 0) continue;
      const next = await extend(ctx, SAD, rest.slice(0, 1));
      expect(next.expiresIn).toBe(300);
      expect(await refusalOf(sign(ctx, SAD, { hashes: rest }))).toBe("csc/authorization-unknown");
      expect(await refusalOf(extend(ctx, SAD, rest))).toBe("csc/authorization-unknown");
      SAD = next.SAD;
    }
    expect(await refusalOf(extend(ctx, SAD, [hashes[0]!]))).toBe("csc/hash-not-authorized");
    const [extended] = await events("program-signing.extended");
    expect(extended).toMatchObject({
      actor: { kind: "program", name: "Billing" },
      data: { key: keyId, hashes: hashes.slice(1).map((one) => Buffer.from(one, "base64").toString("hex")) },
    });
  });

  test("extends before it signs, once however many times at once, and to half an hour in all", async () => {
    const { ctx } = await programWith(await opened({ perMinute: 1 }));
    let { SAD } = await authorize(ctx);
    const at = (ms: number) => later(ctx, ms);
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => extend(ctx, SAD, [hash])));
    const won = results.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    expect(won).toHaveLength(1);
    expect(await refusalOf(sign(ctx, SAD))).toBe("csc/authorization-unknown");
    SAD = won[0]!.SAD;
    for (let minutes = 4; minutes <= 28; minutes += 4)
      ({ SAD } = await extend(at(minutes * 60_000), SAD, [hash]));
    const last = await extend(at(29 * 60_000), SAD, [hash]);
    expect(last.expiresIn).toBeLessThanOrEqual(60);
    expect(await refusalOf(extend(at(1_801_000), last.SAD, [hash]))).toBe("csc/authorization-expired");
    expect(await refusalOf(sign(at(29.5 * 60_000), last.SAD))).toBeUndefined();
  });

  test("is refused an extension as the specification refuses it", async () => {
    const { ctx } = await programWith(await opened());
    const other = (await programWith(await opened({ name: "Another" }))).ctx;
    const { SAD } = await authorize(ctx);
    expect(await saidOf(extend(ctx, SAD, [hash], { credentialID: undefined }))).toMatch(
      /string parameter credentialID/,
    );
    expect(await saidOf(extend(ctx, SAD, [hash], { SAD: undefined }))).toMatch(/string parameter SAD/);
    expect(await saidOf(extend(ctx, SAD, [hash], { hashes: undefined }))).toMatch(/array parameter hashes/);
    expect(await saidOf(extend(ctx, SAD, []))).toMatch(/Empty hash array/);
    expect(await saidOf(extend(ctx, SAD, ["not base64!"]))).toMatch(/Invalid Base64/);
    expect(await saidOf(extend(ctx, SAD, [hash], { hashAlgorithmOID: undefined }))).toMatch(
      /hashAlgorithmOID/,
    );
    expect(await saidOf(extend(ctx, SAD, [hash], { hashAlgorithmOID: HASH_OIDS.sha384 }))).toMatch(
      /Invalid parameter hashAlgorithmOID/,
    );
    expect(await saidOf(extend(ctx, SAD, [hashOf(randomBytes(4))]))).toBe("csc/hash-not-authorized");
    expect(await saidOf(extend(ctx, "guessed", [hash]))).toBe("csc/authorization-unknown");
    expect(await saidOf(extend(other, SAD, [hash]))).toBe("csc/authorization-unknown");
    expect(await saidOf(extend(later(ctx, 301_000), SAD, [hash]))).toBe("csc/authorization-expired");
    expect(await refusalOf(sign(ctx, SAD))).toBeUndefined();
  });

  test("gets time-stamps that OpenSSL verifies, with its nonce, as many a minute as it may have signatures", async () => {
    const { ctx } = await programWith(await opened({ perMinute: 3 }));
    const asked = { hash, hashAlgo: HASH_OIDS.sha256 };
    const nonce = "18446744073709551557";
    const { timestamp } = await timestampHash(ctx, { ...asked, nonce });
    const roots = (await publishedTrust(product().runtime)).roots;
    const files = {
      "token.der": fromBase64(timestamp),
      data: message,
      "root.pem": roots.map((der) => pem(der)).join(""),
    };
    const verified = [
      "ts",
      "-verify",
      "-token_in",
      "-in",
      "token.der",
      "-data",
      "data",
      "-CAfile",
      "root.pem",
    ];
    expect(openssl(verified, files)).toContain("Verification: OK");
    const text = openssl(["ts", "-reply", "-token_in", "-in", "token.der", "-token_out", "-text"], files);
    expect(text).toMatch(/Nonce: 0xFFFFFFFFFFFFFFC5/i);
    const wide = createHash("sha512").update(message).digest("base64");
    const second = await timestampHash(ctx, { hash: wide, hashAlgorithmOID: "2.16.840.1.101.3.4.2.3" });
    expect(openssl(verified, { ...files, "token.der": fromBase64(second.timestamp) })).toContain("OK");
    await timestampHash(ctx, asked);
    expect(await refusalOf(timestampHash(ctx, asked))).toBe("identity/too-many-tries");
    const made = await events("program-timestamp.made");
    expect(made).toHaveLength(3);
    expect(made[0]).toMatchObject({
      actor: { kind: "program", name: "Billing" },
      data: { digest: "sha256", hash: Buffer.from(hash, "base64").toString("hex") },
    });
  });

  test("is refused a time-stamp as the specification refuses it, and where another's authority is in use", async () => {
    const { ctx } = await programWith(await opened());
    const asked = (more: object) => saidOf(timestampHash(ctx, { hash, hashAlgo: HASH_OIDS.sha256, ...more }));
    expect(await asked({ hash: undefined })).toMatch(/string parameter hash$/);
    expect(await asked({ hash: "" })).toMatch(/string parameter hash$/);
    expect(await asked({ hash: "not base64!" })).toMatch(/Invalid Base64/);
    expect(await asked({ hash: toBase64(randomBytes(31)) })).toMatch(/digest value length/);
    expect(await asked({ hashAlgo: undefined })).toMatch(/string parameter hashAlgo$/);
    expect(await asked({ hashAlgo: "1.3.14.3.2.26" })).toMatch(/Invalid parameter hashAlgo/);
    expect(await asked({ nonce: 5 })).toMatch(/string parameter nonce/);
    for (const nonce of ["", "-1", "0x5", "9".repeat(78)])
      expect(await asked({ nonce })).toMatch(/Invalid parameter nonce/);
    const looker = (await programWith(await opened({ maySign: false }))).ctx;
    const plain = { hash, hashAlgo: HASH_OIDS.sha256 };
    expect(await refusalOf(timestampHash(looker, plain))).toBe("csc/not-in-scope");
    const { runtime } = product();
    const elsewhere = { ...runtime, config: { ...runtime.config, tsaUrl: "https://tsa.example.com" } };
    expect(await refusalOf(timestampHash({ ...ctx, runtime: elsewhere }, plain))).toBe("csc/timestamps-off");
    const { methods } = describeService({ runtime: elsewhere }) as { methods: string[] };
    expect(methods).not.toContain("signatures/timestamp");
  });

  test("is told of just the methods that are answered", () => {
    const { methods } = describeService(owner) as { methods: string[] };
    const folder = path.resolve(import.meta.dirname, "../../../app/csc/v2");
    const served = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith("route.ts"))
      .map((file) => path.dirname(file));
    expect([...methods, "info"].sort()).toEqual(served.sort());
  });

  test("ends its token before its time, and nobody else's", async () => {
    const [logIn, other] = [await opened(), await opened({ name: "Another" })];
    const { token } = await programWith(logIn);
    const visitor = { runtime: product().runtime, request: REQUEST };
    const isLetIn = async () => (await refusalOf(programContext(visitor, `Bearer ${token}`))) === undefined;
    const wrong = { ...logIn, clientSecret: other.clientSecret, token };
    expect(await refusalOf(revokeProgramToken(visitor, wrong))).toBe("csc/client-refused");
    await revokeProgramToken(visitor, { ...other, token });
    expect(await isLetIn()).toBe(true);
    expect(await refusalOf(revokeProgramToken(visitor, { ...logIn, token: "" }))).toBe("csc/malformed");
    for (let twice = 0; twice < 2; twice++) await revokeProgramToken(visitor, { ...logIn, token });
    expect(await isLetIn()).toBe(false);
  });

  test("signs nothing with a key that was blocked after its hashes were authorized", async () => {
    const { ctx } = await programWith(await opened());
    const { SAD } = await authorize(ctx);
    const block = (at: Date | null) => product().admin`update signing_keys set blocked_at = ${at}`;
    await block(new Date());
    expect(await refusalOf(sign(ctx, SAD))).toBe("csc/credential-off");
    expect(await refusalOf(authorize(ctx))).toBe("csc/credential-off");
    await block(null);
    expect(await refusalOf(sign(ctx, SAD))).toBe("csc/authorization-unknown");
    expect(await events("program-signing.failed")).toHaveLength(1);
  });
});

describe("a key on a curve in the database of the installation", () => {
  const curved = testProduct({
    runsJobs: true,
    settings: async () => ({ CSC_SERVER: "true", SEAL_ALGORITHM: "ecdsa-p256-sha256" }),
  });

  test("signs a program's hash like any other", async () => {
    const { runtime } = curved();
    const ctx = await (await curved().newOrganization()).member("owner");
    const { organizationId } = ctx;
    await openSeal(createContext(runtime, { organizationId, actor: { kind: "system", job: "test" } }));
    const [key] = (await listKeyPrograms(ctx)).keys;
    expect(key).toMatchObject({ algorithm: "ecdsa-p256-sha256", provider: "software" });
    const logIn = await openProgram(ctx, { name: "Billing", keyIds: [key!.id], perMinute: 10, days: 1 });
    const { ctx: program } = await programWith(logIn, runtime);
    const asked = { credentialID: `key_${key!.id.replaceAll("-", "")}`, hashes: [hash] };
    const info = await describeCredential(program, { ...asked, certificates: "single" });
    expect(info).toMatchObject({
      key: { algo: ["1.2.840.10045.4.3.2", "1.2.840.10045.2.1"], curve: "1.2.840.10045.3.1.7", len: 256 },
    });
    const { SAD } = await authorize(program, asked);
    const { signatures } = await sign(program, SAD, { ...asked, signAlgo: "1.2.840.10045.4.3.2" });
    const [der] = (info as { cert: { certificates: string[] } }).cert.certificates;
    const { publicKey } = new X509Certificate(fromBase64(der!));
    expect(verify("sha256", message, publicKey, fromBase64(signatures[0]!))).toBe(true);
  });
});

describe("keys are opened to programs", () => {
  test("by owners and admins, of their own organization, and listed without secrets", async () => {
    const organization = await product().newOrganization();
    const stranger = await organization.member("admin");
    const input = { name: "Theirs", keyIds: [keyId], perMinute: 1, days: 1 };
    expect(await refusalOf(openProgram(stranger, input))).toBe("signing/program-key-unfit");
    expect((await listKeyPrograms(stranger)).programs).toEqual([]);
    expect(await refusalOf(openProgram(await organization.member("counsel"), input))).toBe(
      "authorize/not-allowed",
    );
    const logIn = await opened({ name: "Listed", pin: "secret-pin" });
    const view = await listKeyPrograms(owner);
    expect(view.programs[0]).toMatchObject({ name: "Listed", clientId: logIn.clientId, asksPin: true });
    expect(JSON.stringify(view)).not.toMatch(/argon2|secret-pin/);
    expect(JSON.stringify(await product().admin`select * from programs`)).not.toContain(logIn.clientSecret);
  });

  test("nowhere while that is off, which it is unless somebody turned it on", async () => {
    const { runtime } = product();
    const off = { ...runtime, config: { ...runtime.config, cscServer: false } };
    const visitor = { runtime: off, request: REQUEST };
    expect(await refusalOf(programContext(visitor, "Bearer x"))).toBe("csc/off");
    expect(() => describeService(visitor)).toThrow();
    const ctx = { ...owner, runtime: off };
    const input = { name: "Off", keyIds: [keyId], perMinute: 1, days: 1 };
    expect(await refusalOf(openProgram(ctx, input))).toBe("signing/programs-off");
  });
});

const later = (ctx: Context, ms: number): Context => ({ ...ctx, now: () => new Date(Date.now() + ms) });

async function softwareId(): Promise<string> {
  const [row] = await product().admin`select key_id from signing_keys where id = ${keyId}`;
  return row!.key_id;
}

describe("a program that does not wait", () => {
  const later = (ctx: Context, ms: number): Context => ({ ...ctx, now: () => new Date(Date.now() + ms) });
  const fetched = (ctx: Context, requestID: unknown, more: object = {}) =>
    pollSignatures(ctx, { requestID, ...more });
  const begun = async (ctx: Context, more: object = {}) => {
    const { SAD } = await authorize(ctx);
    const answer = await signing(ctx, SAD, { operationMode: "A", ...more });
    return "responseID" in answer ? answer.responseID : "";
  };

  test("fetches its signatures when they are there, as often as it likes, until they are kept no longer", async () => {
    const { ctx } = await programWith(await opened());
    const id = await begun(ctx, { validity_period: 60_000 });
    await expect
      .poll(async () => (await fetched(later(ctx, 2_000), id).catch(() => null))?.signatures.length, {
        ...{ timeout: 10_000, interval: 1_100 },
      })
      .toBe(1);
    const twice = [await fetched(later(ctx, 10_000), id), await fetched(later(ctx, 20_000), id)];
    expect(twice[0]).toEqual(twice[1]);
    expect(await saidOf(fetched(later(ctx, 20_100), id))).toBe("csc/polled-too-soon");
    expect(await saidOf(fetched(later(ctx, 61_000), id))).toBe("csc/request-unknown");
    const { ctx: other } = await programWith(await opened({ name: "Other" }));
    expect(await saidOf(fetched(other, id))).toBe("csc/request-unknown");
  });

  test("is told what is wrong with what it asks", async () => {
    const { ctx } = await programWith(await opened());
    const { SAD } = await authorize(ctx);
    const said = (more: object) => saidOf(signing(ctx, SAD, { operationMode: "A", ...more }));
    expect(await said({ operationMode: "X" })).toBe("Invalid parameter operationMode");
    expect(await said({ validity_period: "soon" })).toBe("Invalid parameter validity_period");
    expect(await said({ validity_period: 86_400_001 })).toBe("Out of bounds parameter validity_period");
    expect(await said({ response_uri: "https://example.com/" })).toBe("Invalid parameter response_uri");
    expect(await saidOf(fetched(ctx, 7))).toBe("Missing (or invalid type) string parameter requestID");
    expect(await saidOf(fetched(ctx, "none"))).toBe("csc/request-unknown");
    expect(await saidOf(fetched(ctx, "none", { userID: "ana" }))).toBe("userID parameter SHALL be null");
    expect(await saidOf(fetched(ctx, "none", { clientData: 1 }))).toBe("Invalid parameter clientData");
  });

  test("is answered that it is not done while no worker is there, and the next worker does it", async () => {
    const { ctx } = await programWith(await opened());
    const { SAD } = await authorize(ctx);
    const answer = await signing(ctx, SAD, { operationMode: "A" });
    const id = "responseID" in answer ? answer.responseID : "";
    // As it is where nobody has heard of it.
    const reset = async () => product().admin`update program_authorizations
      set state = 'redeemed', signatures = null where response_sha256 = ${Buffer.from(sha256(fromUtf8(id)))}`;
    const isThere = async (ms: number) => (await fetched(later(ctx, ms), id).catch(() => null)) !== null;
    await expect.poll(() => isThere(2_000), { timeout: 10_000, interval: 1_100 }).toBe(true);
    await reset();
    expect(await saidOf(fetched(later(ctx, 60_000), id))).toBe("csc/not-yet-signed");
    await expect.poll(() => isThere(120_000), { timeout: 10_000, interval: 1_100 }).toBe(true);
  });
});

describe("a program that asks a member first", () => {
  const later = (ctx: Context, ms: number): Context => ({ ...ctx, now: () => new Date(Date.now() + ms) });
  const check = (ctx: Context, handle: unknown) => checkApproval(ctx, { handle });
  async function asked() {
    const { ctx } = await programWith(await opened({ asksApproval: true }));
    const pending = (await ask(ctx)) as Pending;
    const { handle } = pending.body as { handle: string };
    const [item] = (await listKeyPrograms(owner)).asked.slice(-1);
    return { ctx, handle, authorizationId: item!.id, item: item! };
  }

  test("is given its authorization once an administrator has allowed these hashes, and once only", async () => {
    const { ctx, handle, authorizationId, item } = await asked();
    expect(item).toMatchObject({ program: "Billing", hashes: [Buffer.from(hash, "base64").toString("hex")] });
    expect(await check(ctx, handle)).toEqual(new Pending({ handle }));
    expect(await saidOf(check(ctx, handle))).toBe("csc/polled-too-soon");
    await decideAsked(owner, { authorizationId, isAllowed: true });
    const allowed = await check(ctx, handle);
    if (allowed instanceof Pending) throw new Error("still asking");
    expect(await saidOf(check(later(ctx, 2_000), handle))).toBe("csc/handle-unknown");
    expect((await sign(ctx, allowed.SAD)).signatures).toHaveLength(1);
    const again = decideAsked(owner, { authorizationId, isAllowed: false });
    expect(await saidOf(again)).toBe("signing/program-asks-no-more");
    const own = (await readChain(owner, null)).entries.filter(
      ({ data }) => data.authorization === authorizationId,
    );
    expect(own.map(({ type }) => type)).toEqual([
      ...["program-signing.asked", "program-signing.approved", "program-signing.authorized"],
      "program-signature.made",
    ]);
    expect(own[2]!.data.approvedBy).toBe((owner.actor as { memberId: string }).memberId);
    expect(JSON.stringify(own)).not.toContain(handle);
  });

  test("signs nothing where they say no, nobody answers, or another program has the handle", async () => {
    const refused = await asked();
    await decideAsked(owner, { authorizationId: refused.authorizationId, isAllowed: false });
    expect(await saidOf(check(refused.ctx, refused.handle))).toBe("csc/approval-refused");
    const late = await asked();
    expect(await saidOf(check(later(late.ctx, 601_000), late.handle))).toBe("csc/handle-unknown");
    const { ctx: other } = await programWith(await opened({ name: "Other", asksApproval: true }));
    expect(await saidOf(check(other, late.handle))).toBe("csc/handle-unknown");
    expect(await saidOf(check(other, 7))).toBe("Invalid parameter handle");
    expect(await saidOf(signing(late.ctx, late.handle))).toBe("csc/authorization-unknown");
    const laterOwner = later(owner, 601_000);
    const decision = { authorizationId: late.authorizationId, isAllowed: true };
    expect(await saidOf(decideAsked(laterOwner, decision))).toBe("signing/program-asks-no-more");
  });
});

describe("a program with a key of its own", () => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const challengeKey = publicKey.export({ type: "spki", format: "pem" }) as string;
  const answerTo = (challenge: string, key = privateKey) => [
    { id: "CHALLENGE", value: sign256("sha256", Buffer.from(challenge), key).toString("base64") },
  ];
  const challenge = async (ctx: Context, authObjectID = "CHALLENGE") =>
    (await giveChallenge(ctx, { credentialID, authObjectID })).challenge;

  test("answers a challenge before each authorization, each once and in time", async () => {
    const { ctx } = await programWith(await opened({ challengeKey }));
    const { auth } = (await describeCredential(ctx, { credentialID })) as { auth: object };
    expect(auth).toMatchObject({
      ...{ mode: "explicit", expression: "CHALLENGE" },
      objects: [{ type: "ChallengeResponse", id: "CHALLENGE" }],
    });
    expect(await saidOf(authorize(ctx))).toBe("csc/secret-refused");
    const authData = answerTo(await challenge(ctx));
    expect((await sign(ctx, (await authorize(ctx, { authData })).SAD)).signatures).toHaveLength(1);
    expect(await saidOf(authorize(ctx, { authData }))).toBe("csc/secret-refused");
    const late = { ...ctx, now: () => new Date(Date.now() + 121_000) };
    const slow = answerTo(await challenge(ctx));
    expect(await saidOf(authorize(late, { authData: slow }))).toBe("csc/secret-refused");
    expect(await saidOf(challenge(ctx, "OTP"))).toBe("csc/object-unknown");
    expect(await saidOf(giveChallenge(ctx, { credentialID }))).toBe(
      "Missing (or invalid type) string parameter authObjectID",
    );
  });

  test("is locked after five answers by another key, and takes no key that is private or weak", async () => {
    const { ctx } = await programWith(await opened({ challengeKey }));
    const other = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
    for (let count = 0; count < 5; count++) {
      const authData = answerTo(await challenge(ctx), other);
      expect(await saidOf(authorize(ctx, { authData }))).toBe("csc/secret-refused");
    }
    expect(await saidOf(challenge(ctx))).toBe("csc/credential-locked");
    const weak = generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey;
    const texts = [
      privateKey.export({ type: "pkcs8", format: "pem" }) as string,
      weak.export({ type: "spki", format: "pem" }) as string,
      "-----BEGIN PUBLIC KEY-----",
    ];
    for (const text of texts)
      expect(await saidOf(opened({ challengeKey: text }))).toBe("signing/program-key-unreadable");
  });
});
