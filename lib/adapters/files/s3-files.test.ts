import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { filesContract } from "#lib/ports/files.contract.ts";
import { memoryMasterKey } from "../master-key/memory-master-key.ts";
import { noS3Because, startS3 } from "../testing/s3.ts";
import { openHandle } from "./encrypted-reader.ts";
import { s3Files } from "./s3-files.ts";

const temporary = () => mkdtempSync(path.join(tmpdir(), "whereof-s3-"));

if (noS3Because) console.warn(`The S3 contract is left out: ${noS3Because}.`);

describe.skipIf(noS3Because)("a real S3", () => {
  filesContract("S3", async () => {
    const server = await startS3();
    const temporaryFolder = temporary();
    const settings = {
      ...server.settings,
      keyPrefix: "whereof/",
      temporaryFolder,
      masterKey: memoryMasterKey(),
    };
    return {
      store: s3Files(settings),
      openHandle,
      objectOf: (key) => server.get(`whereof/${key}`),
      replace: (key, object) => server.put(`whereof/${key}`, object),
      leftovers: async () => readdirSync(temporaryFolder),
      async close() {
        await server.stop();
        rmSync(temporaryFolder, { recursive: true });
      },
    };
  });
});

/** A server that behaves as badly as each test tells it to. */
describe("an S3 in trouble", () => {
  let server: Server;
  let answers: ((response: ServerResponse) => void)[] = [];
  let requests: { method: string; headers: Record<string, unknown> }[] = [];
  const temporaryFolder = temporary();
  let store: ReturnType<typeof s3Files>;

  beforeAll(async () => {
    server = createServer(async (request, response) => {
      requests.push({ method: request.method!, headers: request.headers });
      request.resume();
      await new Promise((resolve) => request.once("end", resolve));
      const answer = answers.length > 1 ? answers.shift()! : answers[0]!;
      answer(response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    store = s3Files({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: "us-east-1",
      bucket: "bucket",
      forcePathStyle: true,
      credentials: { accessKeyId: "AKID", secretAccessKey: "very-secret", sessionToken: "session-secret" },
      idleTimeoutMs: 1_000,
      temporaryFolder,
      masterKey: memoryMasterKey(),
    });
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
    rmSync(temporaryFolder, { recursive: true });
  });

  const says =
    (status: number, code = "", more = "") =>
    (response: ServerResponse) =>
      response
        .writeHead(status, { "content-type": "application/xml" })
        .end(code && `<Error><Code>${code}</Code><Message>${more}</Message></Error>`);
  const attempt = (...replies: typeof answers) => {
    answers = replies;
    requests = [];
    return store.put("a/b", [new Uint8Array(100)]);
  };

  test("is asked again after a 503 and a broken connection", async () => {
    const breaks = (response: ServerResponse) => response.destroy();
    await expect(attempt(says(503, "SlowDown"), breaks, says(200))).resolves.toMatchObject({
      sizeBytes: 100,
    });
    expect(requests.map(({ method }) => method)).toEqual(["PUT", "PUT", "PUT"]);
    expect(requests[0]!.headers["if-none-match"]).toBe("*");
  });

  test("is unavailable after three attempts", async () => {
    await expect(attempt(says(500, "InternalError"))).rejects.toMatchObject({ code: "files/unavailable" });
    expect(requests).toHaveLength(3);
    expect(readdirSync(temporaryFolder)).toEqual([]);
  });

  test("is not asked again when it forbids, and what it quotes stays out of the log", async () => {
    const refusal = await attempt(says(403, "SignatureDoesNotMatch", "token session-secret")).catch((e) => e);
    expect(refusal).toMatchObject({ code: "files/unavailable" });
    expect(requests).toHaveLength(1);
    const { inspect } = await import("node:util");
    expect(inspect(refusal, { depth: 9, showHidden: true })).not.toMatch(/session-secret|very-secret/);
  });

  test("is unavailable, not empty, when the bucket is gone", async () => {
    answers = [says(404, "NoSuchBucket")];
    await expect(store.open("a/b")).rejects.toMatchObject({ code: "files/unavailable" });
  });

  test("is unavailable when it stops in the middle of an object", async () => {
    const stalls = (response: ServerResponse) =>
      response.writeHead(200, { "content-length": "1000" }).write(new Uint8Array(500));
    answers = [stalls];
    await expect(store.open("a/b")).rejects.toMatchObject({ code: "files/unavailable" });
    expect(readdirSync(temporaryFolder)).toEqual([]);
  });
});
