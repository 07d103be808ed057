import { createHash, X509Certificate } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, expect, test } from "vitest";
import { testProduct } from "#db/testing.ts";
import { startKmsDouble } from "#lib/adapters/testing/kms-double.ts";
import { opensslTsa } from "#lib/adapters/testing/openssl-tsa.ts";
import { noS3Because, startS3 } from "#lib/adapters/testing/s3.ts";
import { inFolder, run } from "#lib/pdf/testing.ts";
import { hasWaitedFor, linkFor, personWith, sent, sign, until } from "#lib/signing/testing.ts";
import { expectValid, sealedPdf, signed } from "./testing-story.ts";

const kms = await startKmsDouble();
const masterKey = kms.createKey("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT");
const s3 = noS3Because ? null : await startS3();
if (noS3Because) console.warn(`The story with S3 runs on local files: ${noS3Because}`);
afterAll(async () => {
  await s3?.stop();
  await kms.close();
});

const kmsSettings = {
  KMS_REGION: kms.access.region,
  KMS_ENDPOINT: kms.access.endpoint,
  KMS_ACCESS_KEY_ID: kms.access.credentials.accessKeyId,
  KMS_SECRET_ACCESS_KEY: kms.access.credentials.secretAccessKey,
};
const s3Settings: Record<string, string> = s3
  ? {
      S3_BUCKET: s3.settings.bucket,
      S3_ENDPOINT: s3.settings.endpoint,
      S3_REGION: s3.settings.region,
      S3_ACCESS_KEY_ID: s3.settings.credentials.accessKeyId,
      S3_SECRET_ACCESS_KEY: s3.settings.credentials.secretAccessKey,
      S3_FORCE_PATH_STYLE: "true",
    }
  : {};

const rsa = testProduct({
  runsJobs: true,
  settings: async () => ({
    ...kmsSettings,
    ...s3Settings,
    KEY_PROVIDER: "aws-kms",
    KMS_MASTER_KEY_ID: masterKey,
  }),
});
const ec = testProduct({
  runsJobs: true,
  settings: async () => ({ ...kmsSettings, KEY_PROVIDER: "aws-kms", SEAL_ALGORITHM: "ecdsa-p256-sha256" }),
});

test("with its key in KMS, its master key in KMS and its files in S3, the story is the same", async () => {
  const ctx = await (await rsa().newOrganization()).member("owner");
  const envelope = await signed(ctx);
  const pdf = await sealedPdf(ctx, envelope);
  expectValid(pdf);
  const [seal] = await rsa().admin<{ der: Buffer }[]>`
    select der from certificates where kind = 'seal' and organization_id = ${ctx.organizationId}`;
  const { publicKey } = new X509Certificate(seal!.der);
  expect(publicKey.asymmetricKeyType).toBe("rsa");
  expect(publicKey.asymmetricKeyDetails).toMatchObject({ modulusLength: 3072 });
  const [key] = await rsa()
    .admin`select provider, key_id from signing_keys where organization_id = ${ctx.organizationId}`;
  expect(key).toMatchObject({ provider: "aws-kms", key_id: expect.stringMatching(/^arn:aws:kms:/) });
  expect(kms.requests.filter((operation) => operation === "Sign").length).toBeGreaterThanOrEqual(2);
  if (!s3) return;
  const [revision] = await rsa().admin`
    select file_key from document_revisions where organization_id = ${ctx.organizationId} and number = 0`;
  const stored = await s3.get(revision!.file_key as string);
  expect(Buffer.from(stored).includes("%PDF-")).toBe(false);
}, 180_000);

test("an ECDSA key in KMS seals as well", async () => {
  const ctx = await (await ec().newOrganization()).member("owner");
  const pdf = await sealedPdf(ctx, await signed(ctx));
  expectValid(pdf);
}, 180_000);

test("while KMS does not answer the envelope waits in view, and goes on by itself", async () => {
  const ctx = await (await ec().newOrganization()).member("owner");
  kms.fail({ error: "ThrottlingException" }, 12);
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
  const waiting = await until(ctx, envelopeId, hasWaitedFor("keys/throttled"));
  expect(waiting.state).toBe("sent");
  const resumed = await until(
    ctx,
    envelopeId,
    ({ isPrepared, waitingFor }) => isPrepared && waitingFor === null,
    60_000,
  );
  expect(resumed.trail.map(({ type }) => type)).toEqual(
    expect.arrayContaining(["envelope.delayed", "envelope.resumed"]),
  );
}, 180_000);

const tsa = opensslTsa();
let isTsaUp = true;
const tsaServer = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on("data", (part: Buffer) => parts.push(part));
  request.on("end", () => {
    if (!isTsaUp) return response.writeHead(503).end();
    response
      .writeHead(200, { "content-type": "application/timestamp-reply" })
      .end(tsa.reply(Buffer.concat(parts)));
  });
});
await new Promise<void>((resolve) => tsaServer.listen(0, "127.0.0.1", resolve));
afterAll(() => {
  tsaServer.close();
  tsa.close();
});
const foreign = testProduct({
  runsJobs: true,
  settings: async () => ({
    TSA_URL: `http://127.0.0.1:${(tsaServer.address() as AddressInfo).port}/tsa`,
    SIGNATURE_LEVEL: "B-T",
  }),
});

test("another's time-stamping authority is asked; away, it is waited for, never replaced", async () => {
  const ctx = await (await foreign().newOrganization()).member("owner");
  isTsaUp = false;
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
  const waiting = await until(ctx, envelopeId, ({ waitingFor }) => waitingFor !== null);
  expect(waiting).toMatchObject({ waitingFor: "timestamps/unavailable", isPrepared: false });
  isTsaUp = true;
  await sign(await personWith(ctx, await linkFor(ctx, envelopeId, "Ana Ruiz")));
  const done = await until(ctx, envelopeId, ({ state }) => state === "completed", 60_000);
  const pdf = await sealedPdf(ctx, done);
  const report = inFolder((file) => run("pdfsig", [file("sealed.pdf", pdf)]).text);
  expect(report.match(/Signature is Valid\./g)).toHaveLength(3);
  const hash = createHash("sha256").update(pdf).digest("hex");
  expect(done.documents[0]!.sha256).toBe(hash);
}, 180_000);
