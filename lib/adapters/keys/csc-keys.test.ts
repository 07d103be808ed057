import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  randomUUID,
  verify,
} from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { fromBase64, toBase64, toHex } from "#lib/bytes.ts";
import { PSS_SHA256_PARAMS } from "#lib/ports/csc-names.ts";
import { keysContract } from "#lib/ports/keys.contract.ts";
import { type RemoteSecret, remoteKeyId, type SigningKey } from "#lib/ports/keys.ts";
import { selfSigned } from "../testing/certificate.ts";
import { type CredentialOptions, startCscDouble } from "../testing/csc-double.ts";
import { totpCode, totpStep } from "./csc/totp.ts";
import { type CscAccess, cscKeys } from "./csc-keys.ts";

const service = await startCscDouble();
afterAll(() => service.close());

const secrets = new Map<string, RemoteSecret>();
const access: CscAccess = {
  ...{ url: `${service.url}/csc/v2`, oauthUrl: null, clientId: service.client.clientId },
  clientSecret: { text: service.client.clientSecret },
  answerWithinMs: 400,
  secretOf: async (id) => secrets.get(id) ?? null,
};
const secretId = (secret: Partial<RemoteSecret>): string => {
  const id = randomUUID();
  secrets.set(id, { pin: null, totpSecret: null, ...secret });
  return id;
};
const message = randomBytes(64);
const isSignedBy = ({ publicKey }: SigningKey, signature: Uint8Array) =>
  verify(
    "sha256",
    message,
    createPublicKey({ key: Buffer.from(publicKey), format: "der", type: "spki" }),
    signature,
  );
const unavailable = { kind: "unavailable", code: "keys/unavailable" };
const asked = (method: string) => service.requests.filter((one) => one.endsWith(method)).length;

keysContract("a remote signing service", async () => {
  const keys = cscKeys({ ...access, answerWithinMs: 10_000 });
  // The service's administrator makes the keys; we choose one.
  const create = async (algorithm: Parameters<typeof keys.create>[0]) =>
    keys.open(await service.addCredential(algorithm), algorithm);
  return { provider: { ...keys, create } };
});

describe("a remote credential", () => {
  let keys: ReturnType<typeof cscKeys>;
  let key: SigningKey;
  beforeEach(async () => {
    keys = cscKeys(access);
    key = await opened({});
  });
  const opened = async (options: CredentialOptions, secret: string | null = null) =>
    keys.open(remoteKeyId(await service.addCredential("ecdsa-p256-sha256", options), secret));
  /** No authorization was used for more than it was given for, and most of them once. */
  const mostUses = () => Math.max(...service.uses.values());

  test("is authorized for a hash before it signs that hash, and the signature holds", async () => {
    const before = service.requests.length;
    expect(isSignedBy(key, await key.sign(message))).toBe(true);
    expect(service.requests.slice(before)).toEqual([
      "POST /csc/v2/credentials/authorize",
      "POST /csc/v2/signatures/signHash",
    ]);
  });

  test.each(["break", "lose", "hang", { status: 500 }, () => ({}), () => ({ signatures: [] })] as const)(
    "is authorized anew when its signature does not come, and never used twice: %s",
    async (fault) => {
      const before = asked("authorize");
      service.fail(fault, 1, "/signHash");
      expect(isSignedBy(key, await key.sign(message))).toBe(true);
      expect(asked("authorize") - before).toBe(2);
      expect(mostUses()).toBe(1);
    },
  );

  test("is unavailable when that goes on, after three authorizations", async () => {
    for (const fault of ["break", "lose", { status: 503 }] as const) {
      const [before, signed] = [asked("authorize"), asked("signHash")];
      service.fail(fault, 3, "/signHash");
      await expect(key.sign(message)).rejects.toMatchObject(unavailable);
      expect([asked("authorize") - before, asked("signHash") - signed]).toEqual([3, 3]);
    }
    expect(mostUses()).toBe(1);
  });

  test("is authorized anew when the authorization has ended, and not asked with one that ends at once", async () => {
    const expired = { status: 400, body: { error: "invalid_request", error_description: "SAD expired" } };
    service.fail(expired, 1, "/signHash");
    expect(isSignedBy(key, await key.sign(message))).toBe(true);
    service.authorizeFor(1);
    const before = asked("signHash");
    await expect(key.sign(message)).rejects.toMatchObject(unavailable);
    expect(asked("signHash")).toBe(before);
    service.authorizeFor(300);
  });

  test("never passes on a signature that does not hold", async () => {
    const other = toBase64(await (await opened({})).sign(message));
    service.fail(() => ({ signatures: [other] }), 1, "/signHash");
    await expect(key.sign(message)).rejects.toMatchObject(unavailable);
  });

  test("signs what waits together, as many at once as the service allows", async () => {
    const wide = await opened({ multisign: 4 });
    const before = asked("signHash");
    const messages = Array.from({ length: 9 }, () => randomBytes(20));
    await Promise.all(messages.map((one) => wide.sign(one)));
    // The first goes alone, the eight that waited by fours; on a busy machine a part of them comes late.
    const together = asked("signHash") - before;
    expect(together).toBeGreaterThanOrEqual(3);
    expect(together).toBeLessThan(9);
    const narrow = await opened({ multisign: 1 });
    await Promise.all(messages.map((one) => narrow.sign(one)));
    expect(asked("signHash") - before).toBe(together + 9);
    await Promise.all([wide.sign(message), wide.sign(message), wide.sign(message)]);
  });

  test("is used on with a fresh token when the old one ended, before the authorization and after it", async () => {
    service.endTokens();
    expect(isSignedBy(key, await key.sign(message))).toBe(true);
    const ended = { status: 401, body: { error: "invalid_token" } };
    service.fail(ended, 1, "/signHash");
    const before = asked("authorize");
    expect(isSignedBy(key, await key.sign(message))).toBe(true);
    expect(asked("authorize") - before).toBe(1);
    expect(mostUses()).toBe(1);
  });

  test("gives ECDSA as DER, however the service writes it", async () => {
    const raw = await opened({ isRaw: true });
    for (let count = 0; count < 40; count++) expect(isSignedBy(raw, await raw.sign(message))).toBe(true);
  });

  test("is opened with its PIN, and a wrong one is told once and never again", async () => {
    const pin = "4711 0815";
    const id = await service.addCredential("ecdsa-p256-sha256", { pin });
    const right = await keys.open(remoteKeyId(id, secretId({ pin })));
    expect(isSignedBy(right, await right.sign(message))).toBe(true);
    const wrong = await keys.open(remoteKeyId(id, secretId({ pin: "0000" })));
    const refused = { kind: "forbidden", code: "keys/remote-secret-refused" };
    await expect(wrong.sign(message)).rejects.toMatchObject(refused);
    const before = asked("authorize");
    for (let count = 0; count < 5; count++) await expect(wrong.sign(message)).rejects.toMatchObject(refused);
    expect(asked("authorize")).toBe(before);
    expect(isSignedBy(right, await right.sign(message))).toBe(true);
    const none = await keys.open(id);
    await expect(none.sign(message)).rejects.toMatchObject(refused);
    await expect(keys.open(remoteKeyId(id, randomUUID()))).rejects.toMatchObject({ code: "keys/not-found" });
  });

  test("tells the code of an authenticator, each once", async () => {
    const totpSecret = "JBSWY3DPEHPK3PXP";
    let now = 1_790_000_000_000;
    const used = new Set<string>();
    const code = () => {
      const shown = totpCode(totpSecret, totpStep(now));
      if (used.has(shown)) return "used";
      used.add(shown);
      return shown;
    };
    const clock = {
      now: () => now,
      sleep: async (ms: number) => {
        now += ms;
      },
    };
    keys = cscKeys({ ...access, clock });
    const coded = await opened({ code }, secretId({ totpSecret }));
    for (let count = 0; count < 3; count++) expect(isSignedBy(coded, await coded.sign(message))).toBe(true);
    // Another process has used this one.
    now += 30_000;
    code();
    expect(isSignedBy(coded, await coded.sign(message))).toBe(true);
  });

  test("is not used when only a person can authorize it", async () => {
    const asking = await opened({ mode: "oauth2code" });
    const needed = { kind: "forbidden", code: "keys/remote-person-needed" };
    await expect(asking.sign(message)).rejects.toMatchObject(needed);
  });

  test("is refused plainly when it is off, locked, gone or of another kind", async () => {
    const id = await service.addCredential("ecdsa-p256-sha256", { pin: "1" });
    const late = await keys.open(id);
    service.change(id, { isEnabled: false });
    await expect(keys.open(id)).rejects.toMatchObject({ code: "keys/not-permitted" });
    service.change(id, { isEnabled: true, pin: null });
    const codes: Record<string, string> = {
      "Credential locked": "keys/remote-credential-locked",
      "The credential identified by credentialID is disabled": "keys/not-permitted",
      "Signing certificate is expired": "keys/not-permitted",
      "Invalid parameter credentialID": "keys/not-found",
      "Invalid parameter signAlgo": "keys/unsupported-algorithm",
      "Something else": "keys/remote-refused",
    };
    service.change(id, { pin: null });
    for (const [error_description, code] of Object.entries(codes)) {
      service.fail({ status: 400, body: { error: "invalid_request", error_description } }, 1, "/signHash");
      const key = await keys.open(id);
      await expect(key.sign(message)).rejects.toMatchObject({ code });
    }
    await expect(late.sign(message)).rejects.toMatchObject({ code: "keys/remote-secret-refused" });
  });

  test("is not there to be made", async () => {
    const made = keys.create("ecdsa-p256-sha256", "new");
    await expect(made).rejects.toMatchObject({ code: "keys/not-made-here" });
  });

  test("is listed with what it asks for and how it signs", async () => {
    const id = await service.addCredential("rsa-pss-3072-sha256", {
      pin: "1",
      code: () => "1",
      multisign: 2,
    });
    const found = (await keys.list()).find((one) => one.id === id);
    const asks = ["pin", "totp"];
    expect(found).toMatchObject({ algorithm: "rsa-pss-3072-sha256", asks, multisign: 2, isEnabled: true });
    expect(found!.certificates).toHaveLength(1);
    // Some services give only the names.
    service.fail((body) => ({ ...body, credentialInfos: undefined }), 1, "credentials/list");
    expect((await keys.list()).find((one) => one.id === id)).toEqual(found);
  });

  test("is unavailable where nobody listens, and not to be used with a wrong log-in", async () => {
    const closed = createServer().listen(0);
    const { port } = closed.address() as { port: number };
    closed.close();
    const nobody = cscKeys({ ...access, url: `http://127.0.0.1:${port}` });
    await expect(nobody.check()).rejects.toMatchObject(unavailable);
    const stranger = cscKeys({ ...access, clientSecret: { text: "guessed-secret" } });
    const error = await stranger.check().catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ code: "keys/not-permitted" });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toMatch(/guessed/);
    await expect(keys.check()).resolves.toBeUndefined();
  });

  test("is asked with the secret of a file, which may change while we run", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "whereof-csc-"));
    const file = path.join(folder, "secret");
    const byFile = cscKeys({ ...access, clientSecret: { file } });
    await expect(byFile.check()).rejects.toMatchObject({ code: "keys/not-permitted" });
    writeFileSync(file, `${service.client.clientSecret}\n`);
    await expect(byFile.check()).resolves.toBeUndefined();
    rmSync(folder, { recursive: true });
  });

  test("is listed for a user, where the service wants to be told whose", async () => {
    const ofUser = cscKeys({ ...access, userId: "seal-office" });
    await expect(ofUser.list()).rejects.toMatchObject({ code: "keys/remote-refused" });
    await expect(keys.list()).resolves.toBeInstanceOf(Array);
  });

  test("does not send the secret over a line without TLS because the service says so", async () => {
    const fresh = cscKeys(access);
    service.fail((body) => ({ ...body, oauth2: "http://elsewhere.example" }), 1, "/info");
    await expect(fresh.check()).rejects.toMatchObject({ code: "keys/not-permitted" });
  });
});

describe("a service of the Cloud Signature Consortium", () => {
  const post = async (path: string, body: object, token?: string) => {
    const response = await fetch(`${service.url}/csc/v2/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Record<string, string> };
  };

  test("refuses what the specification refuses", async () => {
    const form = new URLSearchParams({
      ...{ grant_type: "client_credentials", scope: "service" },
      ...{ client_id: service.client.clientId, client_secret: service.client.clientSecret },
    });
    const login = await fetch(`${service.url}/oauth2/token`, { method: "POST", body: form });
    const { access_token: token } = (await login.json()) as { access_token: string };
    const credentialID = await service.addCredential("rsa-2048-sha256");
    const hash = toBase64(createHash("sha256").update(message).digest());
    const authorization = {
      ...{ credentialID, numSignatures: 1, hashes: [hash] },
      hashAlgorithmOID: "2.16.840.1.101.3.4.2.1",
    };
    const authorize = (change: object) =>
      post("credentials/authorize", { ...authorization, ...change }, token);
    const said = ({ status, body }: Awaited<ReturnType<typeof post>>) =>
      `${status} ${body.error_description}`;
    expect(said(await authorize({ numSignatures: 6 }))).toBe("400 Numbers of signatures is too high");
    expect(said(await authorize({ numSignatures: 2 }))).toMatch(/numSignatures/);
    expect(said(await authorize({ hashAlgorithmOID: "1.2.3" }))).toMatch(/hashAlgorithmOID/);
    expect(said(await authorize({ hashes: undefined }))).toMatch(/parameter hashes/);
    const { SAD } = (await authorize({})).body;
    const signing = {
      ...{ credentialID, SAD, hashes: [hash], signAlgo: "1.2.840.113549.1.1.1" },
      hashAlgorithmOID: "2.16.840.1.101.3.4.2.1",
    };
    const sign = (change: object) => post("signatures/signHash", { ...signing, ...change }, token);
    expect(said(await sign({ SAD: undefined }))).toMatch(/string parameter SAD/);
    expect(said(await sign({ signAlgo: "1.2.840.10045.4.3.2" }))).toMatch(/Invalid parameter signAlgo/);
    expect(said(await sign({ hashAlgorithmOID: undefined }))).toMatch(/hashAlgorithmOID/);
    const other = toBase64(createHash("sha256").update("other").digest());
    expect(said(await sign({ hashes: [other] }))).toMatch(/not authorized by the SAD/);
    expect((await sign({})).status).toBe(200);
    expect(said(await sign({}))).toMatch(/Invalid parameter SAD/);
    expect((await post("signatures/signHash", signing, "guessed")).status).toBe(401);
  });

  test("is told the parameters of RSA-PSS as OpenSSL writes them", () => {
    const key = generateKeyPairSync("rsa", { modulusLength: 3072 }).privateKey;
    const pem = key.export({ type: "pkcs8", format: "pem" }) as string;
    const certificate = selfSigned(pem, "PSS", [
      ...["-sha256", "-sigopt", "rsa_padding_mode:pss"],
      ...["-sigopt", "rsa_pss_saltlen:32", "-sigopt", "rsa_mgf1_md:sha256"],
    ]);
    expect(toHex(certificate)).toContain(toHex(fromBase64(PSS_SHA256_PARAMS)));
  });
});

describe("a service that answers later", () => {
  let now = 0;
  const clock = {
    now: () => now,
    async sleep(ms: number) {
      now += ms;
    },
  };
  const opened = async (options: CredentialOptions = {}, isLater = false) => {
    now = Date.now();
    const keys = cscKeys({ ...access, answerWithinMs: 5_000, clock, isLater });
    return keys.open(await service.addCredential("ecdsa-p256-sha256", options));
  };
  const later = { status: 202, body: { handle: "h1" } } as const;
  const accepted = { status: 202, body: { error: "accepted_request" } } as const;
  const refused = (error: string, error_description: string, status = 400) => ({
    status,
    body: { error, error_description },
  });
  const waited = async (work: Promise<unknown>) => {
    const from = now;
    await work;
    return now - from;
  };

  test("is asked again until somebody has agreed there, with what it gave last, and not too often", async () => {
    const key = await opened();
    const before = asked("authorizeCheck");
    service.askPerson();
    for (const fault of [later, "break", { status: 429 }, { ...later, body: { handle: "h2" } }] as const)
      service.fail(fault, 1, "/authorizeCheck");
    const from = now;
    expect(isSignedBy(key, await key.sign(message))).toBe(true);
    const ms = now - from;
    expect(asked("authorizeCheck") - before).toBe(5);
    expect(ms).toBeGreaterThan(1_500 * 5);
    expect(service.handles.at(-1)).toBe("h2");
  });

  test("needs a person where they say no or never say anything, and is asked for no second authorization", async () => {
    const key = await opened();
    const needed = { kind: "forbidden", code: "keys/remote-person-needed" };
    const before = asked("credentials/authorize");
    service.fail(later, 1, "credentials/authorize");
    service.fail(refused("access_denied", "No", 403), 1, "/authorizeCheck");
    await expect(key.sign(message)).rejects.toMatchObject({
      code: expect.stringMatching(/person|permitted/),
    });
    service.fail(later, 1, "credentials/authorize");
    service.fail(later, 200, "/authorizeCheck");
    expect(await waited(expect(key.sign(message)).rejects.toMatchObject(needed))).toBeLessThanOrEqual(
      120_000,
    );
    service.forget();
    expect(asked("credentials/authorize") - before).toBe(2);
  });

  test("is waited for as long as is set, whether somebody is asked or signatures come later", async () => {
    now = Date.now();
    const keys = cscKeys({ ...access, answerWithinMs: 5_000, clock, patienceMs: 540_000 });
    const key = await keys.open(await service.addCredential("ecdsa-p256-sha256"));
    service.askPerson();
    // Asked every five seconds at most, these take more than five minutes.
    service.fail(later, 70, "/authorizeCheck");
    const from = now;
    expect(isSignedBy(key, await key.sign(message))).toBe(true);
    expect(now - from).toBeGreaterThan(300_000);
    const slow = cscKeys({ ...access, answerWithinMs: 5_000, clock, patienceMs: 540_000, isLater: true });
    const patient = await slow.open(await service.addCredential("ecdsa-p256-sha256"));
    service.fail(accepted, 500, "/signPolling");
    const ms = await waited(expect(patient.sign(message)).rejects.toMatchObject(unavailable));
    expect(ms).toBeGreaterThan(530_000);
    expect(ms).toBeLessThanOrEqual(550_000);
    service.forget();
  });

  test.each(["S", "A"] as const)(
    "has its signatures fetched when they are made, in mode %s",
    async (mode) => {
      now = Date.now();
      const keys = cscKeys({ ...access, answerWithinMs: 5_000, clock, isLater: mode === "A" });
      const key = await keys.open(await service.addCredential("ecdsa-p256-sha256"));
      service.signLater();
      const busy = refused("accepted_request", "The previous asynchronous signature request is not done");
      for (const fault of [accepted, busy, "lose", { status: 503 }] as const)
        service.fail(fault, 1, "/signPolling");
      expect(isSignedBy(key, await key.sign(message))).toBe(true);
      expect(Math.max(...service.uses.values())).toBe(1);
    },
  );

  test("is asked anew where it has lost the response, and given up where none ever comes", async () => {
    const key = await opened();
    service.signLater();
    service.fail(refused("invalid_request", "Invalid parameter requestID"), 1, "/signPolling");
    const before = asked("credentials/authorize");
    expect(isSignedBy(key, await key.sign(message))).toBe(true);
    expect(asked("credentials/authorize") - before).toBe(2);
    const patient = await opened({}, true);
    service.fail(accepted, 500, "/signPolling");
    expect(await waited(expect(patient.sign(message)).rejects.toMatchObject(unavailable))).toBeLessThan(
      130_000,
    );
    service.forget();
  });
});
