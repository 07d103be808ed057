import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type OpensslTsa, opensslTsa } from "../testing/openssl-tsa.ts";
import { httpTimestamps } from "./http-timestamps.ts";

type Answer = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;
const REPLY = { "content-type": "application/timestamp-reply" };
const unavailable = { kind: "unavailable", code: "timestamps/unavailable" };
let tsa: OpensslTsa;
let server: Server;
let url: string;
let requests: IncomingMessage[] = [];
let answer: Answer;
let query: Buffer;

const answerProperly: Answer = (_, response, body) => response.writeHead(200, REPLY).end(tsa.reply(body));

beforeAll(async () => {
  tsa = opensslTsa();
  query = tsa.query(createHash("sha256").update("a document").digest());
  server = createServer(async (request, response) => {
    requests.push(request);
    answer(request, response, Buffer.concat(await Array.fromAsync(request)));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/tsa`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  tsa.close();
});

test("an authority's answer comes back as openssl gave it", async () => {
  answer = answerProperly;
  requests = [];
  const reply = await httpTimestamps({ url }).post(query);
  expect(tsa.verifies(query, reply)).toBe(true);
  expect(requests).toMatchObject([
    {
      method: "POST",
      headers: { "content-type": "application/timestamp-query", accept: REPLY["content-type"] },
    },
  ]);
});

test("a log-in is sent, and shown nowhere", async () => {
  answer = answerProperly;
  requests = [];
  const transport = httpTimestamps({ url: `${url}?account=secret`, user: "ada", password: "secret" });
  await transport.post(query);
  expect(requests[0]!.headers.authorization).toBe(`Basic ${btoa("ada:secret")}`);
  expect(transport.name).toBe(url);

  answer = (_, response) => response.writeHead(401, { "www-authenticate": "Basic" }).end();
  const refusal = await transport.post(query).catch((error) => error);
  expect(refusal).toMatchObject(unavailable);
  expect(inspect(refusal, { depth: 9, showHidden: true })).not.toContain("secret");
  expect(() => httpTimestamps({ url: "http://ada:secret@localhost/" })).toThrow(RangeError);
  expect(() => httpTimestamps({ url: "http://tsa.example.com/", user: "ada" })).toThrow(RangeError);
});

describe("it is unavailable", () => {
  const faults: Record<string, Answer> = {
    "when it fails": (_, response) => response.writeHead(500, REPLY).end("oops"),
    "when it answers with a page": (_, response) =>
      response.writeHead(200, { "content-type": "text/html" }).end("<p>"),
    "when it sends us elsewhere": (_, response) =>
      response.writeHead(302, { ...REPLY, location: "/other" }).end(),
    "when it never answers": () => {},
    "when it stops in the middle": (_, response) => void response.writeHead(200, REPLY).write("0"),
    "when it hangs up": (_, response) => response.destroy(),
    "when its answer does not end": (_, response) => {
      response.writeHead(200, REPLY);
      const more = () => {
        while (!response.destroyed && response.write(new Uint8Array(65_536))) {}
      };
      response.on("drain", more);
      more();
    },
    "when its answer is a bomb": (_, response) =>
      response
        .writeHead(200, { ...REPLY, "content-encoding": "gzip" })
        .end(gzipSync(new Uint8Array(50 << 20))),
  };

  test.for(Object.keys(faults))("%s", async (fault) => {
    answer = faults[fault]!;
    requests = [];
    const startedAt = Date.now();
    await expect(httpTimestamps({ url, timeoutMs: 500 }).post(query)).rejects.toMatchObject(unavailable);
    expect(Date.now() - startedAt).toBeLessThan(60_000);
    expect(requests).toHaveLength(1);
  });

  test.for(["when its answer does not end", "when its answer is a bomb"])("at once %s", async (fault) => {
    answer = faults[fault]!;
    const refusal = await httpTimestamps({ url, timeoutMs: 20_000 })
      .post(query)
      .catch((error) => error);
    expect(refusal).toMatchObject({
      ...unavailable,
      message: expect.stringContaining("more than 262144 bytes"),
    });
  });

  test("where nobody listens", async () => {
    const nobody = httpTimestamps({ url: "http://127.0.0.1:9/" });
    await expect(nobody.post(query)).rejects.toMatchObject(unavailable);
  });
});
