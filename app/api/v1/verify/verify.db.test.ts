import { once } from "node:events";
import { createServer, request as httpRequest, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { deflateSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testProduct } from "#db/testing.ts";
import { fromLatin1, fromUtf8, toLatin1 } from "#lib/bytes.ts";
import {
  etsiList,
  GRANTED,
  listSigner,
  QTST,
  signedList,
  type TestService,
} from "#lib/evidence/core/trust/testing.ts";
import { sealedDocument } from "#lib/evidence/core/validation/testing.ts";
import { packageBytes, readyPackage } from "#lib/evidence/testing-package.ts";
import { completedPdf } from "#lib/evidence/testing-sealed.ts";
import { offerTrustList } from "#lib/evidence/trust/change-trust-list.ts";
import { importTrustList } from "#lib/evidence/trust/import-trust-list.ts";
import { contract, fileOf, onePage, qpdf, stream } from "#lib/pdf/testing.ts";
import { at, DAY_MS, pem, testSeal, testSigner, testWorld, type World } from "#lib/pki/core/testing.ts";
import { verifyRequest } from "./verify-request.ts";

const product = testProduct({ runsJobs: true });
const ours = {} as { pdf: Uint8Array; zip: Uint8Array };
let theirs: Uint8Array;
let world: World;
let server: Server;
let receivedBytes = 0;
let visitors = 0;
/** Theirs was signed at a fixed time, ours today. */
let clock: (() => Date) | null = null;

beforeAll(async () => {
  world = await testWorld();
  const [first, second] = [await testSigner(world.issuing), await testSigner(world.issuing)];
  theirs = await sealedDocument(world, { seal: await testSeal(world.issuing), first, second });
  const owner = await (await product().newOrganization()).member("owner");
  const { envelopeId, pdf } = await completedPdf(owner);
  await readyPackage(owner, envelopeId);
  Object.assign(ours, { pdf, zip: await packageBytes(owner, envelopeId) });
  server = createServer(async (incoming, outgoing) => {
    const { socket } = incoming;
    const { method, url, headers } = incoming;
    const body = Readable.toWeb(incoming) as ReadableStream;
    const init = { method, headers: headers as Record<string, string>, body, duplex: "half" };
    const request = new Request(`http://127.0.0.1${url}`, init as RequestInit);
    const facts = { ip: String(headers["x-from"] ?? `198.51.100.${++visitors}`), userAgent: "a test" };
    const { runtime } = product();
    const now = clock ?? runtime.now;
    const answer = await verifyRequest({ runtime: { ...runtime, now }, request: facts }, request);
    outgoing.writeHead(answer.status, Object.fromEntries(answer.headers));
    outgoing.end(Buffer.from(await answer.arrayBuffer()));
    receivedBytes = socket.bytesRead;
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
}, 180_000);
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const address = (query = "") =>
  `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/verify${query}`;
const PDF = { "content-type": "application/pdf" };

async function post(body: BodyInit, headers: Record<string, string> = {}, query = "") {
  const answer = await fetch(address(query), { method: "POST", body, headers });
  return { status: answer.status, headers: answer.headers, body: await answer.json() };
}
const raw = (bytes: Uint8Array, query = "", headers: Record<string, string> = PDF) =>
  post(bytes as Uint8Array<ArrayBuffer>, headers, query);

function form(file: Uint8Array, parts: readonly (readonly [string, string | Uint8Array])[] = []): FormData {
  const data = new FormData();
  const blob = (bytes: Uint8Array) => new Blob([bytes as Uint8Array<ArrayBuffer>]);
  data.append("file", blob(file), "lease.pdf");
  for (const [name, value] of parts)
    if (typeof value === "string") data.append(name, value);
    else data.append(name, blob(value), "anchor.pem");
  return data;
}

test("a PDF as the body gets the report that the command line prints", async () => {
  const { status, headers, body } = await raw(ours.pdf, "?name=lease.pdf");
  expect(status).toBe(200);
  expect(headers.get("cache-control")).toBe("no-store");
  expect(body).toMatchObject({
    ...{ format: "whereof-verify/1", verdict: "passed", exitCode: 0 },
    summary: "This file is exactly what was signed.",
    file: { name: "lease.pdf", sizeBytes: ours.pdf.length },
  });
});

test("the same in a form, named by it", async () => {
  const { status, body } = await post(form(ours.pdf));
  expect([status, body.verdict, body.file.name]).toEqual([200, "passed", "lease.pdf"]);
});

test("an evidence package is known by its first bytes", async () => {
  const { status, body } = await raw(ours.zip, "", { "content-type": "application/zip" });
  expect([status, body.format, body.verdict]).toEqual([200, "whereof-package-check/1", "passed"]);
  const changed = ours.zip.slice();
  changed[changed.length >> 1]! ^= 1;
  expect((await post(form(changed))).body.verdict).toBe("failed");
});

test("a package is checked with an imported list: by a program where it is offered, on the page by who may choose it", async () => {
  const [row] = await product().admin`select certificate_der from authorities where kind = 'root'`;
  const certificateDer = new Uint8Array(row!.certificate_der as Buffer);
  const states = [[GRANTED, "2020-01-01T00:00:00Z"]] as const;
  const listed = (territory: string, services: readonly TestService[]) =>
    fromUtf8(
      signedList(
        etsiList({ territory, services }),
        listSigner({ subject: `/C=${territory}/O=Ministry & Co` }),
      ),
    );
  const both = [
    { name: "Signatures", states, certificateDer },
    { name: "Time", type: QTST, states, certificateDer },
  ];
  const member = await (await product().newOrganization()).member("owner");
  const { id } = await importTrustList(member, { bytes: listed("ES", both) });
  const { id: other } = await importTrustList(member, {
    bytes: listed(
      "FR",
      both.map((one) => ({ ...one, certificateDer: world.root.certificateDer })),
    ),
  });
  const zip = { "content-type": "application/zip" };
  const asMember = async (list: string) => {
    const request = new Request("http://127.0.0.1/verify/report", {
      method: "POST",
      body: form(ours.zip, [["trust", list]]),
    });
    const facts = { ip: `198.51.100.${++visitors}`, userAgent: "a test" };
    const answer = await verifyRequest({ runtime: product().runtime, request: facts, member }, request);
    return { status: answer.status, body: await answer.json() };
  };
  expect(await asMember(id)).toMatchObject({
    status: 200,
    body: { format: "whereof-package-check/1", verdict: "passed", trustAnchor: { isFromPackage: false } },
  });
  // A list that does not name our root: nothing is broken, and nothing is confirmed.
  expect((await asMember(other)).body.verdict).toBe("indeterminate");
  const refused = await raw(ours.zip, `?trust=${id}`, zip);
  expect([refused.status, refused.body.code]).toEqual([404, "evidence/list-not-found"]);
  await offerTrustList(member, { listId: id, isOffered: true });
  await offerTrustList(member, { listId: other, isOffered: true });
  expect((await raw(ours.zip, `?trust=${id}`, zip)).body.verdict).toBe("passed");
  expect((await post(form(ours.zip, [["trust", other]]))).body.verdict).toBe("indeterminate");
  const changed = ours.zip.slice();
  changed[changed.length >> 1]! ^= 1;
  expect((await raw(changed, `?trust=${id}`, zip)).body.verdict).toBe("failed");
});

test("only our own roots are believed in, unless an anchor comes along", async () => {
  clock = () => at(DAY_MS);
  expect((await raw(theirs)).body).toMatchObject({
    ...{ verdict: "indeterminate", exitCode: 2 },
    summary: "Signed by others, here is what we can check.",
  });
  const root = pem(world.root.certificateDer);
  const believed = await post(form(theirs, [["anchor", root]]));
  expect(believed.body).toMatchObject({ verdict: "passed", trustAnchors: [{ subject: expect.anything() }] });
  expect((await post(form(theirs, [["anchor", world.root.certificateDer]]))).body.verdict).toBe("passed");
  clock = null;
  // An anchor of theirs replaces ours; both when `own` is named too.
  expect((await post(form(ours.pdf, [["anchor", root]]))).body.verdict).toBe("indeterminate");
  const both = await post(
    form(ours.pdf, [
      ["anchor", root],
      ["trust", "own"],
    ]),
  );
  expect(both.body).toMatchObject({ verdict: "passed", trustAnchors: [{}, {}] });
});

const objects = (count: number) => Array.from({ length: count }, () => "<</Type /X>>");
const deep = "[".repeat(200_000);
const bomb = stream(
  toLatin1(new Uint8Array(deflateSync(Buffer.alloc(300 << 20), { level: 9 }))),
  "/Filter /FlateDecode",
);

test.each<[string, () => Uint8Array, string | null]>([
  ["cut in the middle", () => ours.pdf.slice(0, ours.pdf.length >> 1), null],
  ["cut in its first line", () => ours.pdf.slice(0, 5), "pdf/damaged"],
  ["no PDF", () => fromLatin1("GIF89a and more"), "pdf/not-a-pdf"],
  [
    "encrypted with a password",
    () => qpdf(contract(), "--encrypt", "secret", "owner", "256"),
    "pdf/needs-password",
  ],
  ["100 000 objects", () => fileOf([...onePage(""), ...objects(100_000)]), "no-signatures"],
  [
    "pages that contain themselves",
    () => fileOf(["<</Type /Catalog /Pages 2 0 R>>", "<</Type /Pages /Kids [2 0 R]>>"]),
    "no-signatures",
  ],
  ["nested without end", () => fileOf(onePage("", `/Deep ${deep}`)), null],
  [
    "a form that is its own child",
    () => fileOf([...onePage("", "", "/AcroForm <</Fields [6 0 R]>>"), "<</T (a) /FT /Sig /Kids [6 0 R]>>"]),
    null,
  ],
  [
    "an object stream of 300 MB in 300 kB, which only repair finds",
    () => {
      const holder = bomb.replace("<<", "<</Type /ObjStm /N 9 /First 40 ");
      const text = toLatin1(fileOf([...onePage("", "", "/AcroForm 9 0 R"), holder]));
      return fromLatin1(text.replace(/startxref\n\d+/, "startxref\n7"));
    },
    null,
  ],
])("a file that is %s is answered in words, and never passes", async (_, bytes, code) => {
  const from = performance.now();
  const { status, body } = await raw(bytes());
  expect([status, body.format]).toEqual([200, "whereof-verify/1"]);
  expect([body.verdict, body.exitCode]).not.toEqual(["passed", 0]);
  expect(body.summary).toMatch(/^(We cannot confirm this file|Signed, then changed)/);
  if (code) expect(body.findings.map((one: { code: string }) => one.code)).toContain(code);
  expect(performance.now() - from).toBeLessThan(60_000);
});

test.each<[string, number, string, () => ReturnType<typeof post>]>([
  [
    "an empty body",
    422,
    "evidence/empty-file",
    () => raw(new Uint8Array(), "", { ...PDF, "content-length": "0" }),
  ],
  ["another kind of body", 415, "api/media-type", () => post("{}", { "content-type": "application/json" })],
  [
    "a form cut off",
    400,
    "api/form-unreadable",
    () => post("--x\r\nContent", { "content-type": "multipart/form-data; boundary=x" }),
  ],
  ["a form without a file", 422, "api/file-missing", () => post(formWithout())],
  ["a field nobody knows", 422, "api/field-unknown", () => post(form(theirs, [["force", "yes"]]))],
  ["trust in nothing known", 422, "api/trust-unknown", () => raw(theirs, "?trust=everybody")],
  [
    "an anchor that is none",
    422,
    "evidence/trust-unreadable",
    () => post(form(theirs, [["anchor", "hello"]])),
  ],
])("%s is refused with problem details", async (_, status, code, ask) => {
  const answer = await ask();
  expect([answer.status, answer.body.code]).toEqual([status, code]);
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect(answer.body).toMatchObject({
    ...{ type: `about:blank#${code}`, status, retryable: false, instance: "/api/v1/verify" },
    ...{ title: expect.stringMatching(/\.$/), request_id: expect.stringMatching(/^[0-9a-f-]{36}$/) },
  });
});

function formWithout(): FormData {
  const data = new FormData();
  data.append("trust", "own");
  return data;
}

/** Sends a head and then as much as is asked for, and says what was answered. */
function stalled(headers: Record<string, string | number>, chunks: number) {
  return new Promise<{ status: number; body: { code: string } }>((resolve, reject) => {
    const outgoing = httpRequest(address(), { method: "POST", headers: { ...PDF, ...headers } });
    outgoing.on("response", async (answer) => {
      const body = JSON.parse(Buffer.concat(await answer.toArray()).toString());
      resolve({ status: answer.statusCode!, body });
      outgoing.destroy();
    });
    outgoing.on("error", reject);
    const chunk = Buffer.alloc(1 << 20, "x");
    let left = chunks;
    const more = () => {
      while (left > 0 && !outgoing.destroyed) {
        left--;
        if (!outgoing.write(chunk)) return void outgoing.once("drain", more);
      }
    };
    outgoing.flushHeaders();
    more();
  });
}

test("500 MB are refused by their length alone, before they are sent", async () => {
  const { status, body } = await stalled({ "content-length": 500 << 20 }, 0);
  expect([status, body.code]).toEqual([413, "files/too-large"]);
  expect(receivedBytes).toBeLessThan(10_000);
});

test("500 MB of unsaid length are refused when they are too many", async () => {
  const { status, body } = await stalled({ "transfer-encoding": "chunked" }, 500);
  expect([status, body.code]).toEqual([413, "files/too-large"]);
  expect(receivedBytes).toBeLessThan(80 << 20);
});

test("thirty files in ten minutes, from one network", async () => {
  const from = { ...PDF, "x-from": "203.0.113.99" };
  let last = await raw(fromLatin1("no PDF"), "", from);
  for (let tries = 0; tries < 62 && last.status === 200; tries++)
    last = await raw(fromLatin1("no PDF"), "", from);
  expect([last.status, last.body.code, last.body.retryable]).toEqual([429, "identity/too-many-tries", true]);
  expect(last.headers.get("retry-after")).toBe("600");
});
