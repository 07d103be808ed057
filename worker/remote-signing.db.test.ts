import { type ChildProcess, fork } from "node:child_process";
import { createHash, createPublicKey, randomBytes, verify } from "node:crypto";
import { once } from "node:events";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testProduct } from "#db/testing.ts";
import { cscKeys } from "#lib/adapters/keys/csc-keys.ts";
import { type ProxyFault, startFaultyProxy } from "#lib/adapters/testing/faulty-proxy.ts";
import { fromBase64, fromUtf8, toBase64 } from "#lib/bytes.ts";
import { type Context, createContext } from "#lib/context.ts";
import { keyPem } from "#lib/pki/core/pkcs12/testing.ts";
import { pem, testKey } from "#lib/pki/core/testing.ts";
import { parseTimestampToken } from "#lib/pki/core/timestamps/timestamp-token.ts";
import type { SigningKey } from "#lib/ports/keys.ts";
import { decideAsked } from "#lib/signing/programs/check-approval.ts";
import { listKeyPrograms } from "#lib/signing/programs/list-programs.ts";
import { closeProgram, openProgram } from "#lib/signing/programs/open-program.ts";
import { activateSeal } from "#lib/signing/seals/activate-seal.ts";
import { askRemoteCredentials } from "#lib/signing/seals/ask-remote-credentials.ts";
import { chooseRemoteCredential } from "#lib/signing/seals/choose-remote-credential.ts";
import { getRemoteCredentials } from "#lib/signing/seals/get-remote-credentials.ts";
import { importSeal } from "#lib/signing/seals/import-seal.ts";
import { listSeals } from "#lib/signing/seals/list-seals.ts";
import { testSeal } from "#lib/signing/seals/test-seal.ts";
import { startTestCa, type TestCa } from "#lib/signing/seals/testing-ca.ts";
import { sent, until } from "#lib/signing/testing.ts";
import { expectValid, sealedPdf, signed } from "./testing-story.ts";

const PIN = "five-red-herons";
const proxy = await startFaultyProxy();
let ca: TestCa;
let child: ChildProcess;
let opener: Context;

/** The product whose keys are used: set up here, run in a process of its own. */
const provider = testProduct({ settings: async () => ({ CSC_SERVER: "true", BASE_URL: proxy.url }) });
/** The product that seals with them. */
const product = testProduct({
  runsJobs: true,
  settings: async () => {
    const { clientId, clientSecret } = await startProvider();
    return {
      ...{ CSC_URL: `${proxy.url}/csc/v2`, CSC_CLIENT_ID: clientId, CSC_CLIENT_SECRET: clientSecret },
      CSC_TIMEOUT_SECONDS: "2",
    };
  },
});
afterAll(async () => {
  child?.disconnect();
  await proxy.close();
});

async function startProvider() {
  ca = await startTestCa();
  const { runtime, settings } = provider();
  ca.publishTo(runtime);
  opener = await (await provider().newOrganization()).member("owner");
  const key = testKey("rsa-3072-sha256");
  const chain = await ca.certify(key.publicKey);
  const file = keyPem({ key, certificateDer: chain[0]! }) + chain.map((der) => pem(der)).join("");
  await importSeal(opener, { bytes: fromUtf8(file), password: "", chosen: null });
  const { id } = (await listSeals(opener)).brought[0]!;
  const { organizationId } = opener;
  const worker = createContext(runtime, { organizationId, actor: { kind: "system", job: "test" } });
  await testSeal(worker, { sealId: id });
  await activateSeal(opener, { sealId: id });
  const keyIds = (await listKeyPrograms(opener)).keys.map((one) => one.id);
  const logIn = await openProgram(opener, { name: "Sealer", keyIds, perMinute: 1000, days: 30, pin: PIN });
  const environment = { ...process.env, ...settings };
  child = fork(path.join(import.meta.dirname, "testing-csc-server.ts"), [], { env: environment });
  const [{ port }] = (await once(child, "message")) as [{ port: number }];
  proxy.leadTo(`http://127.0.0.1:${port}`);
  return logIn;
}

/** Moves the provider's clock on, and back again when the next answer is there. */
const setClock = async (laterByMs: number) => {
  child.send({ laterByMs });
  await once(child, "message");
};

async function waitFor<T>(look: () => Promise<T | null | undefined | false>): Promise<T> {
  for (const end = Date.now() + 40_000; Date.now() < end; ) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("waited in vain");
}

let owner: Context;
beforeAll(async () => {
  ca.publishTo(product().runtime);
  owner = await (await product().newOrganization()).member("owner");
  await askRemoteCredentials(owner);
  const credential = await waitFor(async () => {
    const listing = (await getRemoteCredentials(owner))?.listing;
    return listing?.answeredAt && listing.credentials[0];
  });
  await chooseRemoteCredential(owner, { credentialId: credential.id, pin: PIN });
  const seal = await waitFor(async () =>
    (await listSeals(owner)).brought.find(({ checks }) => checks !== null),
  );
  expect(seal.checks!.filter(({ isGood }) => !isGood)).toEqual([]);
  await activateSeal(owner, { sealId: seal.id });
}, 180_000);

async function remoteKey(): Promise<SigningKey> {
  const [row] = await product().admin`select key_id, algorithm from signing_keys where provider = 'csc'`;
  return product().runtime.keys.provider("csc").open(row!.key_id, row!.algorithm);
}

const message = randomBytes(80);
const holds = ({ publicKey }: SigningKey, signature: Uint8Array) => {
  const key = createPublicKey({ key: Buffer.from(publicKey), format: "der", type: "spki" });
  return verify("sha256", message, key, signature);
};

/** What the provider's own log says of each authorization: for how many hashes, and how many it signed. */
async function uses(): Promise<{ hashes: number; signed: number }[]> {
  return provider().admin`
    select jsonb_array_length(a.hashes)::int as hashes, (
      select count(*)::int from audit_events e
      where e.type = 'program-signature.made' and (e.body::jsonb -> 'data' ->> 'authorization') = a.id::text
    ) as signed from program_authorizations a`;
}

const otherSignature = (text: string) => {
  const { signatures } = JSON.parse(text) as { signatures: string[] };
  return JSON.stringify({ signatures: signatures.map(() => toBase64(randomBytes(384))) });
};
const expired: ProxyFault = { before: () => setClock(301_000) };

test("an envelope is sealed by a key of another product, and strangers verify it", async () => {
  expectValid(await sealedPdf(owner, await signed(owner)));
  const [key] = await product().admin`select provider, key_id from signing_keys where is_active`;
  expect(key).toMatchObject({ provider: "csc", key_id: expect.stringMatching(/^key_[0-9a-f]{32}#/) });
  for (const { hashes, signed } of await uses()) expect(signed).toBeLessThanOrEqual(hashes);
}, 180_000);

describe("on a bad way to the provider", () => {
  const FAULTS: [string, ProxyFault, string][] = [
    ["the connection is lost before the hash arrives", "lost-before", "signHash"],
    ["the connection is lost after it was signed", "lost-after", "signHash"],
    ["the provider seems to fail after it was signed", "failed-after", "signHash"],
    ["the answer takes too long", { slowMs: 3_000 }, "signHash"],
    ["the answer is no JSON", () => "{ not json", "signHash"],
    ["the authorization has ended when it arrives", expired, "signHash"],
    ["the authorization is lost", "lost-after", "authorize"],
    ["the authorization is no JSON", () => "<html>", "authorize"],
    ["the description is lost", "lost-before", "credentials/info"],
  ];

  test.for(FAULTS)("where %s, the hash is signed by another authorization", async ([name, fault, at]) => {
    const before = await uses();
    proxy.fail(fault, at);
    const isUnread = name.includes("no JSON") && at === "authorize";
    const key = await remoteKey();
    if (isUnread) await expect(key.sign(message)).rejects.toMatchObject({ code: "keys/unavailable" });
    const signature = await key.sign(message);
    if (fault === expired) await setClock(0);
    expect(holds(key, signature)).toBe(true);
    expect(proxy.pending()).toBe(0);
    const after = await uses();
    expect(after.length).toBeGreaterThan(before.length);
    expect(after.every(({ hashes, signed }) => signed <= hashes)).toBe(true);
  });

  test("another signature or another certificate never gets into a document", async () => {
    const key = await remoteKey();
    proxy.fail(otherSignature, "signHash");
    await expect(key.sign(message)).rejects.toMatchObject({ code: "keys/unavailable" });
    const other = (await ca.certify(testKey("rsa-3072-sha256").publicKey)).map(toBase64);
    const swap = (text: string) => {
      const info = JSON.parse(text) as { cert: object };
      return JSON.stringify({ ...info, cert: { ...info.cert, certificates: other } });
    };
    proxy.fail(swap, "credentials/info", 100);
    const { envelopeId } = await sent(owner, [{ name: "Ana Ruiz" }]);
    await until(owner, envelopeId, ({ waitingFor }) => waitingFor === "keys/unavailable", 40_000);
    const { isPrepared } = await until(owner, envelopeId, () => true);
    expect(isPrepared).toBe(false);
    const rest = proxy.pending();
    expect(rest).toBeGreaterThan(0);
    proxy.forget();
    await until(owner, envelopeId, ({ isPrepared }) => isPrepared, 60_000);
  }, 180_000);

  test("an envelope meets all of them, and is sealed all the same", async () => {
    for (const [, fault, at] of FAULTS) if (fault !== expired) proxy.fail(fault, at);
    expectValid(await sealedPdf(owner, await signed(owner)));
    expect((await uses()).every(({ hashes, signed }) => signed <= hashes)).toBe(true);
  }, 180_000);

  test("a program that is not let in any more is told so, and the envelope waits", async () => {
    const { id } = (await listKeyPrograms(opener)).programs[0]!;
    await closeProgram(opener, { programId: id });
    const { envelopeId } = await sent(owner, [{ name: "Ben Okafor" }]);
    await until(owner, envelopeId, ({ waitingFor }) => waitingFor === "keys/not-permitted", 40_000);
  }, 180_000);
});

describe("a program on the wire", () => {
  const HASH = "2.16.840.1.101.3.4.2.1";
  const hashOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("base64");

  async function programOnTheWire() {
    const keyIds = (await listKeyPrograms(opener)).keys.map((one) => one.id);
    const logIn = await openProgram(opener, { name: "Wire", keyIds, perMinute: 100, days: 1, pin: PIN });
    const form = { grant_type: "client_credentials", scope: "service" };
    const identity = { client_id: logIn.clientId, client_secret: logIn.clientSecret };
    const answer = await fetch(`${proxy.url}/csc/v2/oauth2/token`, {
      method: "POST",
      body: new URLSearchParams({ ...form, ...identity }),
    });
    const { access_token: token } = (await answer.json()) as { access_token: string };
    const call = async (method: string, body: object) => {
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
      const answer = await fetch(`${proxy.url}/csc/v2/${method}`, {
        ...{ method: "POST", headers, body: JSON.stringify(body) },
      });
      return { status: answer.status, body: (await answer.json()) as Record<string, never> };
    };
    const { body } = await call("credentials/list", {});
    return { call, credentialID: body.credentialIDs![0] as string };
  }

  test("finds extendTransaction and timestamp announced, uses both, and is refused in the specification's words", async () => {
    const { call, credentialID } = await programOnTheWire();
    const { body: info } = await call("info", {});
    expect(info.methods).toEqual(
      expect.arrayContaining(["credentials/extendTransaction", "signatures/timestamp"]),
    );
    const [one, two] = [randomBytes(9), randomBytes(9)].map(hashOf) as [string, string];
    const about = { credentialID, hashAlgorithmOID: HASH };
    const authData = [{ id: "PIN", value: PIN }];
    const authorized = await call("credentials/authorize", {
      ...{ ...about, hashes: [one, two], numSignatures: 2, authData },
    });
    const { SAD } = authorized.body;
    const signing = { ...about, signAlgo: "1.2.840.113549.1.1.11" };
    expect((await call("signatures/signHash", { ...signing, SAD, hashes: [one] })).status).toBe(200);
    const spent = await call("credentials/extendTransaction", { ...about, SAD, hashes: [one] });
    expect(spent).toEqual({
      status: 400,
      body: { error: "invalid_request", error_description: "Hash is not authorized by the SAD" },
    });
    const extended = await call("credentials/extendTransaction", { ...about, SAD, hashes: [two] });
    expect(extended).toMatchObject({ status: 200, body: { expiresIn: 300 } });
    expect(await call("credentials/extendTransaction", { ...about, SAD, hashes: [two] })).toEqual({
      status: 400,
      body: { error: "invalid_request", error_description: "Invalid parameter SAD" },
    });
    const rest = { ...signing, SAD: extended.body.SAD, hashes: [two] };
    expect((await call("signatures/signHash", rest)).body.signatures).toHaveLength(1);

    const stamped = await call("signatures/timestamp", { hash: one, hashAlgo: HASH, nonce: "77" });
    expect(stamped.status).toBe(200);
    const token = parseTimestampToken(fromBase64(stamped.body.timestamp!));
    expect(token).toMatchObject({ nonceHex: "4d" });
    expect(toBase64(token.imprint.value)).toBe(one);
    expect(await call("signatures/timestamp", { hash: one, hashAlgo: "1.3.14.3.2.26" })).toEqual({
      status: 400,
      body: { error: "invalid_request", error_description: "Invalid parameter hashAlgo" },
    });
  }, 60_000);
});

describe("a seal that is signed later, by another product in its own process", () => {
  const said = (error_description: string) => ({
    says: { status: 400, body: { error: "invalid_request", error_description } },
  });
  /** Our client, let in anew, on the same bad way. */
  async function laterKey(more: Partial<Parameters<typeof openProgram>[1]> = {}): Promise<SigningKey> {
    await provider().admin`delete from rate_limits where key like 'program-log-in:%'`;
    const { keys } = await listKeyPrograms(opener);
    const keyIds = keys.map((one) => one.id);
    const { clientId, clientSecret } = await openProgram(opener, {
      ...{ name: "Later", keyIds, perMinute: 1000, days: 1, ...more },
    });
    const client = cscKeys({
      ...{ url: `${proxy.url}/csc/v2`, oauthUrl: null, clientId, clientSecret: { text: clientSecret } },
      ...{ secretOf: async () => null, isLater: true, answerWithinMs: 5_000 },
    });
    const [credential] = await client.list();
    return client.open(credential!.id);
  }
  const refusedOnes = async () => {
    const [row] = await provider().admin`
      select count(*)::int as count from program_authorizations where state = 'refused'`;
    return row!.count as number;
  };

  const FAULTS: [string, ProxyFault, string][] = [
    ["nothing is wrong", (text) => text, "signPolling"],
    ["the connection is lost while it is polled", "lost-after", "signPolling"],
    ["it is told that it polls too fast", { says: { status: 429, body: {} } }, "signPolling"],
    ["it is not done yet", { says: { status: 202, body: { error: "accepted_request" } } }, "signPolling"],
    ["its response is known no longer", said("Invalid parameter requestID"), "signPolling"],
    ["what it is fetched with is lost", "lost-after", "signHash"],
    ["the response has ended by then", { before: () => setClock(121_000) }, "signPolling"],
  ];
  test.for(FAULTS)(
    "where %s, the signature comes and holds",
    { timeout: 60_000 },
    async ([name, fault, at]) => {
      const key = await laterKey();
      proxy.fail(fault, at);
      const signature = await key.sign(message);
      if (name.includes("ended")) await setClock(0);
      expect(holds(key, signature)).toBe(true);
      expect(proxy.pending()).toBe(0);
      expect((await uses()).every(({ hashes, signed }) => signed <= hashes)).toBe(true);
    },
  );

  test("an administrator there allows it while it waits; with a no, it has no signature", async () => {
    const key = await laterKey({ asksApproval: true });
    const decide = async (isAllowed: boolean) => {
      const asked = await waitFor(async () => (await listKeyPrograms(opener)).asked[0]);
      await decideAsked(opener, { authorizationId: asked.id, isAllowed });
    };
    const [signature] = await Promise.all([key.sign(message), decide(true)]);
    expect(holds(key, signature)).toBe(true);
    const refused = expect(key.sign(message)).rejects.toMatchObject({ code: "keys/remote-person-needed" });
    await Promise.all([refused, decide(false)]);
    expect(await refusedOnes()).toBe(1);
  }, 60_000);

  test("another's credential or handle gets it nothing, and it signs on", async () => {
    const key = await laterKey();
    proxy.fail(said("Invalid parameter credentialID"), "credentials/authorize");
    await expect(key.sign(message)).rejects.toMatchObject({ code: "keys/not-found" });
    proxy.fail({ says: { status: 202, body: { handle: "nobody's" } } }, "credentials/authorize");
    await expect(key.sign(message)).rejects.toMatchObject({ code: "keys/remote-refused" });
    expect(holds(key, await key.sign(message))).toBe(true);
  }, 60_000);
});
