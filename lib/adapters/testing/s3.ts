import { createHash, randomUUID } from "node:crypto";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { isCephInstalled, startCeph } from "./ceph.ts";

/** A fresh bucket on a real S3 and a way to look into it. */
export interface BucketForTests {
  readonly settings: {
    readonly region: string;
    readonly endpoint: string;
    readonly forcePathStyle: true;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly bucket: string;
  };
  get(key: string): Promise<Uint8Array>;
  put(key: string, bytes: Uint8Array): Promise<void>;
  getFrom(bucket: string, key: string): Promise<Uint8Array<ArrayBuffer>>;
  putIn(bucket: string, key: string, bytes: Uint8Array): Promise<void>;
  /** Another bucket of the same server. */
  another(locks: boolean): Promise<string>;
  stop(): Promise<void>;
}

const { S3_TEST_ENDPOINT, S3_TEST_ACCESS_KEY_ID, S3_TEST_SECRET_ACCESS_KEY, S3_TEST_REGION } = process.env;

/** Why there is no S3 to test against, or null when there is one. */
export const noS3Because: string | null =
  S3_TEST_ENDPOINT || isCephInstalled()
    ? null
    : "no S3 here: set S3_TEST_ENDPOINT, S3_TEST_ACCESS_KEY_ID and S3_TEST_SECRET_ACCESS_KEY, or install Ceph " +
      "(apt-get install -y --no-install-recommends radosgw ceph-mon ceph-osd ceph-common)";

/** The S3 that S3_TEST_ENDPOINT names, else a Ceph gateway started for this test. @param options `locks`: with Object Lock */
export async function startS3(options: { readonly locks?: boolean } = {}): Promise<BucketForTests> {
  const server = S3_TEST_ENDPOINT
    ? {
        endpoint: S3_TEST_ENDPOINT,
        accessKeyId: S3_TEST_ACCESS_KEY_ID ?? "",
        secretAccessKey: S3_TEST_SECRET_ACCESS_KEY ?? "",
        stop: async () => {},
      }
    : await startCeph();
  const { endpoint, accessKeyId, secretAccessKey } = server;
  const bucket = `whereof-test-${randomUUID()}`;
  const settings = {
    region: S3_TEST_REGION ?? "us-east-1",
    endpoint,
    forcePathStyle: true as const,
    credentials: { accessKeyId, secretAccessKey },
    bucket,
  };
  const client = new S3Client({ ...settings, requestChecksumCalculation: "WHEN_REQUIRED" });
  await client.send(
    new CreateBucketCommand({ Bucket: bucket, ObjectLockEnabledForBucket: options.locks ?? false }),
  );
  const getFrom = async (Bucket: string, Key: string) => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
    return new Uint8Array(await Body!.transformToByteArray());
  };
  const putIn = async (Bucket: string, Key: string, Body: Uint8Array) => {
    const ContentMD5 = createHash("md5").update(Body).digest("base64");
    await client.send(new PutObjectCommand({ Bucket, Key, Body, ContentMD5 }));
  };
  return {
    settings,
    get: (key) => getFrom(bucket, key),
    put: (key, bytes) => putIn(bucket, key, bytes),
    getFrom,
    putIn,
    async another(locks) {
      const name = `whereof-test-${randomUUID()}`;
      await client.send(new CreateBucketCommand({ Bucket: name, ObjectLockEnabledForBucket: locks }));
      return name;
    },
    async stop() {
      client.destroy();
      await server.stop();
    },
  };
}
