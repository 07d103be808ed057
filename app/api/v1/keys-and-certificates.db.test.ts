import { createHash, randomUUID, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { toBase64, toUtf8 } from "#lib/bytes.ts";
import type { ApiScope, Context, Role, Visitor } from "#lib/context.ts";
import { completedPdf } from "#lib/evidence/testing-sealed.ts";
import { issueApiKey, revokeApiKey } from "#lib/identity/api-keys/issue-api-key.ts";
import { listApiKeys } from "#lib/identity/api-keys/list-api-keys.ts";
import { publicId } from "#lib/ids.ts";
import { basicConstraints, keyUsage } from "#lib/pki/core/certificates/extensions.ts";
import { keyPem } from "#lib/pki/core/pkcs12/testing.ts";
import { opensslMakes, pem, testKey, wildCertificate, YEAR_MS } from "#lib/pki/core/testing.ts";
import { webError } from "#lib/ports/web.ts";
import { office, PASSWORD } from "#lib/retention/testing.ts";
import { checkCertificate, listCertificates, readCertificate } from "./certificates/read-certificates.ts";
import { importKey, listKeys, registerByApi } from "./keys/bring-keys.ts";

const product = testProduct({ runsJobs: true });
const MISSING = `crt_${"0".repeat(32)}`;
let owner: Context;
let sender: Context;
let person: (role: Role) => Promise<Context>;
let done: { envelopeId: string; pdf: Uint8Array };
let server: Server;
let clock: (() => Date) | null = null;

/** As the routes do it. */
function route(visitor: Visitor, request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  const [, , , resource, part] = pathname.split("/");
  if (resource === "keys") return (part === "import" ? importKey : listKeys)(visitor, request);
  if (part === "check") return checkCertificate(visitor, request);
  if (part) return readCertificate(visitor, request, part);
  return (request.method === "POST" ? registerByApi : listCertificates)(visitor, request);
}

beforeAll(async () => {
  const people = await office(product());
  ({ owner, sender, person } = people);
  Object.assign(product().runtime, {
    web: {
      fetch: async () => {
        throw webError("unavailable", "nobody answers");
      },
    },
  });
  done = await completedPdf(owner);
  server = createServer(async (incoming, outgoing) => {
    const { method = "GET", url, headers } = incoming;
    const body = method === "POST" ? (Readable.toWeb(incoming) as ReadableStream) : undefined;
    const init = { method, headers: headers as Record<string, string>, body, duplex: "half" };
    const request = new Request(`http://127.0.0.1${url}`, init as RequestInit);
    const { runtime } = product();
    const facts = { ip: String(headers["x-from"] ?? "203.0.113.7"), userAgent: "ledger/2.1" };
    const visitor = { runtime: { ...runtime, now: clock ?? runtime.now }, request: facts };
    const answer = await route(visitor, request);
    outgoing.writeHead(answer.status, Object.fromEntries(answer.headers));
    outgoing.end(Buffer.from(await answer.arrayBuffer()));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
}, 180_000);
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

type More = Partial<Parameters<typeof issueApiKey>[1]>;
/** By somebody else each time: a password may be tried ten times. */
const issued = async (scopes: readonly ApiScope[], more: More = {}, by?: Context) =>
  issueApiKey(by ?? (await person("admin")), {
    ...{ name: "Ledger", scopes: [...scopes], networks: "", perMinute: 600, days: 30, password: PASSWORD },
    ...more,
  });

async function call(key: string | null, address: string, init: { body?: object; headers?: object } = {}) {
  const { port } = server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/${address}`, {
    method: init.body ? "POST" : "GET",
    headers: {
      // A body that is refused unread ends its connection.
      connection: "close",
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(init.body ? { "content-type": "application/json", "idempotency-key": randomUUID() } : {}),
      ...(init.headers as Record<string, string>),
    },
    ...(init.body ? { body: JSON.stringify(init.body) } : {}),
  });
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const isJson = /json/.test(answer.headers.get("content-type") ?? "");
  return {
    status: answer.status,
    headers: answer.headers,
    bytes,
    body: isJson ? JSON.parse(toUtf8(bytes)) : null,
  };
}

const events = async (type: string, envelopeId: Context["organizationId"] | null = null) =>
  (await readChain(owner, envelopeId as never)).entries.filter((entry) => entry.type === type);

describe("an API key", () => {
  test("is shown once, found by how it begins, and stands in the trail without itself", async () => {
    const { key, id } = await issued(["certificates:read"], { networks: "203.0.113.0/24\n2001:db8::1" });
    expect(key).toMatch(/^whf_[0-9a-f]{12}_[\w-]{43}$/);
    const item = (await listApiKeys(owner)).find((one) => one.id === id)!;
    expect(item).toMatchObject({
      ...{ begins: key.slice(0, 17), state: "in-use", lastUsedAt: null, perMinute: 600 },
      networks: ["203.0.113.0/24", "2001:db8::1"],
    });
    expect((await call(key, "certificates")).status).toBe(200);
    const used = (await listApiKeys(owner)).find((one) => one.id === id)!;
    expect(used.lastUsedAt).not.toBeNull();
    const [event] = (await events("api-key.issued")).filter(({ data }) => data.apiKey === id);
    expect(event).toMatchObject({ actor: { kind: "member" }, data: { scopes: ["certificates:read"] } });
    const secret = key.slice(18);
    const kept = await product().admin`select to_jsonb(k)::text as row from api_keys k`;
    const said = JSON.stringify((await readChain(owner, null)).entries);
    expect([...kept.map(({ row }) => row), said].join()).not.toContain(secret);
  });

  test("is made by administrators only, who show their password, and not by a key", async () => {
    const by = (ctx: Context, more: More = {}) => refusalOf(issued(["keys:write"], more, ctx));
    expect(await by(sender)).toBe("authorize/not-allowed");
    expect(await by(owner, { password: "wrong" })).toBe("identity/current-password-wrong");
    expect(await by(owner, { networks: "example.com" })).toBe("identity/network-wrong");
    expect(await by(owner, { networks: "10.0.0.0/33" })).toBe("identity/network-wrong");
    await expect(issued([])).rejects.toThrow();
    await expect(issued(["keys:read"], { days: 731 })).rejects.toThrow();
    expect(await refusalOf(listApiKeys(sender))).toBe("authorize/not-allowed");
    expect(await refusalOf(revokeApiKey(sender, { apiKeyId: randomUUID() }))).toBe("authorize/not-allowed");
    expect(await refusalOf(revokeApiKey(owner, { apiKeyId: randomUUID() }))).toBe(
      "identity/api-key-not-found",
    );
  });

  test("that is missing, wrong, revoked or over is refused in the same words", async () => {
    const { key, id } = await issued(["certificates:read"]);
    expect(await call(null, "certificates")).toMatchObject({
      ...{ status: 401, body: { code: "api-call/key-missing" } },
    });
    const altered = `${key.slice(0, -1)}${key.endsWith("A") ? "B" : "A"}`;
    for (const wrong of ["nothing", altered]) {
      const { status, headers, body } = await call(wrong, "certificates");
      expect([status, body.code]).toEqual([401, "api-call/key-refused"]);
      expect(headers.get("www-authenticate")).toContain("Bearer");
    }
    clock = () => new Date(Date.now() + 31 * 86_400_000);
    expect((await call(key, "certificates")).body.code).toBe("api-call/key-refused");
    clock = null;
    expect((await call(key, "certificates")).status).toBe(200);
    const stranger = await (await product().newOrganization()).member("owner");
    expect(await refusalOf(revokeApiKey(stranger, { apiKeyId: id }))).toBe("identity/api-key-not-found");
    await revokeApiKey(owner, { apiKeyId: id });
    expect((await call(key, "certificates")).body.code).toBe("api-call/key-refused");
    expect(await refusalOf(revokeApiKey(owner, { apiKeyId: id }))).toBe("identity/api-key-not-found");
    const refused = (await events("api-key.refused")).filter(({ data }) => data.apiKey === id);
    expect(refused.map(({ data }) => data.reason).toSorted()).toEqual(["expired", "revoked"]);
    expect(refused[0]!.actor).toMatchObject({ kind: "api-key", id, name: "Ledger", ip: "203.0.113.7" });
  });

  test("is good from its networks only, within its calls a minute, and for what it was made", async () => {
    const { key } = await issued(["certificates:read"], { networks: "198.51.100.0/28", perMinute: 3 });
    expect((await call(key, "certificates")).body.code).toBe("api-call/wrong-network");
    const from = { headers: { "x-from": "198.51.100.9" } };
    clock = () => new Date(Math.ceil(Date.now() / 60_000) * 60_000 + 1000);
    const first = await call(key, "certificates", from);
    expect([first.status, first.headers.get("ratelimit")]).toEqual([200, '"key";r=2;t=59']);
    const { status, body } = await call(key, "keys", from);
    expect([status, body.code]).toEqual([403, "authorize/not-in-scope"]);
    await call(key, "certificates", from);
    const last = await call(key, "certificates", from);
    clock = null;
    expect([last.status, last.body.code, last.headers.get("retry-after")]).toEqual([
      ...[429, "api-call/too-many", "60"],
    ]);
  });
});

describe("certificates", () => {
  test("of an envelope, a document, a signature and a span of days, page by page", async () => {
    const { key } = await issued(["certificates:read"]);
    const envelope = publicId("envelope", done.envelopeId);
    const all = (await call(key, `certificates?envelope=${envelope}`)).body;
    expect(all.data.map(({ kind }: { kind: string }) => kind).toSorted()).toEqual(["seal", "signer"]);
    const one = await call(key, `certificates?envelope=${envelope}&limit=1`);
    expect(one.body.page).toMatchObject({ has_more: true });
    expect(one.headers.get("link")).toBe(
      `</api/v1/certificates?envelope=${envelope}&limit=1&cursor=${one.body.page.next_cursor}>; rel="next"`,
    );
    const two = await call(key, `certificates?limit=1&cursor=${one.body.page.next_cursor}`);
    expect([...one.body.data, ...two.body.data]).toEqual(all.data);
    expect(two.body.page).toEqual({ next_cursor: null, has_more: false });

    const signer = all.data.find(({ kind }: { kind: string }) => kind === "signer");
    const told = (await call(key, `certificates/${signer.id}`)).body;
    const [signature] = told.signatures;
    expect(signature).toMatchObject({ document_id: expect.stringMatching(/^doc_/), kind: "signed" });
    const ids = async (query: string) =>
      (await call(key, `certificates?${query}`)).body.data.map(({ id }: { id: string }) => id);
    expect(await ids(`signature=${signature.id}`)).toEqual([signer.id]);
    expect(await ids(`document=${signature.document_id}`)).toHaveLength(2);
    const today = new Date().toISOString().slice(0, 10);
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    expect(await ids(`from=${today}T00:00:00Z&to=${tomorrow}T23:59:59%2B02:00`)).toHaveLength(2);
    expect(await ids(`to=2020-01-01`)).toEqual([]);
  });

  test("as files that OpenSSL reads, each of which leaves an event that names the key", async () => {
    const { key, id } = await issued(["certificates:read"]);
    const { data } = (await call(key, "certificates")).body;
    const signer = data.find(({ kind }: { kind: string }) => kind === "signer");
    const der = await call(key, `certificates/${signer.id}?format=der`);
    expect(der.headers.get("content-type")).toBe("application/pkix-cert");
    expect(der.headers.get("content-disposition")).toMatch(/^attachment; filename=".+\.cer"/);
    const read = new X509Certificate(der.bytes);
    expect(read.fingerprint256.replaceAll(":", "").toLowerCase()).toBe(signer.sha256);
    const asPem = await call(key, `certificates/${signer.id}?format=pem`);
    expect(new X509Certificate(asPem.bytes).raw.equals(Buffer.from(der.bytes))).toBe(true);
    const p7b = await call(key, `certificates/${signer.id}?format=p7b`);
    const inside = opensslMakes("o", "pkcs7 -inform DER -in c -print_certs -out o".split(" "), {
      c: p7b.bytes,
    });
    expect(toUtf8(inside).match(/BEGIN CERTIFICATE/g)!.length).toBeGreaterThan(1);
    const entries = await events("evidence.downloaded", done.envelopeId as never);
    const mine = entries.filter(({ actor }) => actor.id === id);
    expect(mine.map(({ actor }) => [actor.kind, actor.name])).toEqual([
      ...[
        ["api-key", "Ledger"],
        ["api-key", "Ledger"],
        ["api-key", "Ledger"],
      ],
    ]);
  });

  test("are confirmed to belong to a file, or not", async () => {
    const { key } = await issued(["certificates:read"]);
    const { data } = (await call(key, "certificates")).body;
    const signer = data.find(({ kind }: { kind: string }) => kind === "signer");
    const seal = data.find(({ kind }: { kind: string }) => kind === "seal");
    const sha256 = createHash("sha256").update(done.pdf).digest("hex");
    const check = (certificate: string, hash: string) =>
      call(key, `certificates/check?certificate=${certificate}&document_sha256=${hash}`);
    const pair = (await check(signer.id, sha256)).body;
    expect(pair).toMatchObject({ belongs: true, certificate: signer.id, document_sha256: sha256 });
    expect(pair.signatures).toMatchObject([{ kind: "signed", is_last: false }]);
    const [{ signed_sha256: own }] = pair.signatures;
    expect((await check(signer.sha256.toUpperCase(), own)).body).toMatchObject({
      ...{ belongs: true, signatures: [{ is_last: true }] },
    });
    // The seal came later: it is not in what the signer signed, but certified it before.
    const kinds = (await check(seal.id, own)).body.signatures.map(({ kind }: { kind: string }) => kind);
    expect(kinds).toEqual(["certified"]);
    expect((await check(signer.id, "0".repeat(64))).body).toMatchObject({ belongs: false, signatures: [] });
    expect((await check(MISSING, sha256)).status).toBe(404);
    const wrong = await check(signer.id, "abc");
    expect([wrong.status, wrong.body.code]).toEqual([422, "input/invalid"]);
  });

  test.each([
    ["certificates?limit=201", 422, "input/invalid"],
    ["certificates?envelope=doc_1", 422, "input/invalid"],
    ["certificates?from=yesterday", 422, "input/invalid"],
    ["certificates?cursor=AAAA", 422, "evidence/cursor-wrong"],
    ["certificates?sort=name", 422, "input/invalid"],
    [`certificates/${MISSING}`, 404, "evidence/not-found"],
    [`certificates/${MISSING}?format=pfx`, 422, "input/invalid"],
  ])("%s is refused with problem details", async (address, status, code) => {
    const { key } = await issued(["certificates:read"]);
    const answer = await call(key, address);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.headers.get("x-request-id")).toBe(answer.body.request_id);
  });

  test("of another organization are not there", async () => {
    const other = await office(product());
    const { key } = await issued(["certificates:read"], {}, other.owner);
    const own = await issued(["certificates:read"]);
    const { data } = (await call(own.key, "certificates")).body;
    expect((await call(key, "certificates")).body.data).toEqual([]);
    expect((await call(key, `certificates/${data[0].id}`)).status).toBe(404);
    const query = `certificate=${data[0].sha256}&document_sha256=${"0".repeat(64)}`;
    expect((await call(key, `certificates/check?${query}`)).status).toBe(404);
  });
});

describe("what is brought", () => {
  const dates = { notBefore: new Date(Date.now() - 3_600_000), notAfter: new Date(Date.now() + YEAR_MS) };
  const authority = (subject: string) =>
    wildCertificate({
      ...{ subject, ...dates },
      extensions: [basicConstraints({ pathLength: null }), keyUsage(["keyCertSign", "crlSign"])],
    });

  async function keyFile() {
    const ca = await authority("Ledger CA");
    const key = testKey("ecdsa-p256-sha256");
    const extensions = [keyUsage(["contentCommitment"])];
    const holder = await wildCertificate({ subject: "Ledger Seal", issuer: ca, key, extensions, ...dates });
    const files = { k: keyPem(holder), c: pem(holder.certificateDer), ca: pem(ca.certificateDer) };
    const args = "pkcs12 -export -inkey k -in c -certfile ca -passout pass:right -out o";
    return opensslMakes("o", args.split(" "), files);
  }

  test("a key is imported by the code of the page, signs nothing by that, and is taken once for each name", async () => {
    const { key, id } = await issued(["keys:write", "keys:read"]);
    const body = { file: toBase64(await keyFile()), password: "right" };
    const named = { body, headers: { "idempotency-key": "import-2026-11" } };
    const [first, again] = [await call(key, "keys/import", named), await call(key, "keys/import", named)];
    expect(first).toMatchObject({ status: 201, body: { state: "certified" } });
    expect(again).toMatchObject({ status: 201, body: first.body });
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    const differs = await call(key, "keys/import", { ...named, body: { ...body, password: "other" } });
    expect([differs.status, differs.body.code]).toEqual([422, "api-call/differs"]);
    const nameless = await call(key, "keys/import", { body, headers: { "idempotency-key": "short" } });
    expect([nameless.status, nameless.body.code]).toEqual([400, "api-call/name-missing"]);
    const { brought, current } = (await call(key, "keys")).body;
    expect(brought.filter((one: { id: string }) => one.id === first.body.id)).toHaveLength(1);
    // No call makes it the seal: a person does that, where the test's result is in sight.
    expect(current?.subject).not.toBe("Ledger Seal");
    const imported = await events("seal-key.imported");
    expect(imported.map(({ actor }) => [actor.kind, actor.id])).toEqual([["api-key", id]]);
  });

  test("what is wrong with a key file is said, and may be tried anew under the same name", async () => {
    const { key } = await issued(["keys:write"]);
    const file = toBase64(await keyFile());
    const headers = { "idempotency-key": "import-again" };
    const wrong = await call(key, "keys/import", { body: { file, password: "wrong" }, headers });
    expect([wrong.status, wrong.body.code]).toEqual([422, "pki/wrong-password"]);
    expect(JSON.stringify(wrong.body)).not.toContain('"wrong"');
    const { certificateDer } = await authority("Nobody");
    const keyless = await call(key, "keys/import", { body: { pem: pem(certificateDer) }, headers });
    expect([keyless.status, keyless.body.code]).toEqual([422, "keys/not-usable"]);
    expect(keyless.body.findings.map(({ code }: { code: string }) => code)).toContain("no-private-key");
    for (const body of [{}, { file, pem: "x" }, { file: "no base64!" }, { file, use: "anchor" }])
      expect((await call(key, "keys/import", { body })).body.code).toBe("input/invalid");
    const large = await call(key, "keys/import", { body: { pem: "x".repeat(2_200_000) } });
    expect([large.status, large.body.code]).toEqual([413, "api/body-too-large"]);
  });

  test("certificates are registered, each once; a leaf is no anchor, and a reader registers nothing", async () => {
    const { key, id } = await issued(["certificates:write"]);
    const ca = await authority("Anchor CA");
    const body = { use: "anchor", pem: pem(ca.certificateDer) };
    const first = await call(key, "certificates", { body });
    const sha256 = createHash("sha256").update(ca.certificateDer).digest("hex");
    expect(first).toMatchObject({ status: 201, body: { added: 1, sha256: [sha256] } });
    expect(await call(key, "certificates", { body })).toMatchObject({ status: 200, body: { added: 0 } });
    const [event] = await events("certificate.registered");
    expect(event).toMatchObject({ actor: { kind: "api-key", id }, data: { certificate: sha256 } });
    const leaf = await wildCertificate({ subject: "Leaf", issuer: ca, extensions: [], ...dates });
    const misfit = await call(key, "certificates", {
      body: { use: "anchor", pem: pem(leaf.certificateDer) },
    });
    expect([misfit.status, misfit.body.code]).toEqual([422, "signing/not-an-authority"]);
    const reader = await issued(["certificates:read"]);
    expect((await call(reader.key, "certificates", { body })).body.code).toBe("authorize/not-in-scope");
  });
});

test("the same call fifty times at once is done once", async () => {
  const { key } = await issued(["certificates:write"]);
  const extensions = [basicConstraints({ pathLength: null })];
  const dates = { notBefore: new Date(Date.now() - 1000), notAfter: new Date(Date.now() + YEAR_MS) };
  const { certificateDer } = await wildCertificate({ subject: "Racing CA", extensions, ...dates });
  const init = {
    body: { use: "chain", file: toBase64(certificateDer) },
    headers: { "idempotency-key": "all-at-once" },
  };
  const answers = await Promise.all(Array.from({ length: 50 }, () => call(key, "certificates", init)));
  const fresh = answers.filter(
    ({ status, headers }) => status === 201 && !headers.has("idempotency-replayed"),
  );
  expect(fresh).toHaveLength(1);
  const others = new Set(answers.map(({ status, body }) => `${status} ${body.code ?? ""}`));
  expect([...others].every((one) => ["201 ", "409 api-call/still-running"].includes(one))).toBe(true);
});
