import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { filesError } from "#lib/ports/files.ts";
import { type AwsAccess, awsClientConfig, awsFailure } from "../aws/aws-access.ts";

/** Long enough for MAX_FILE_BYTES at 40 Mbit/s. */
const REQUEST_TIMEOUT_MS = 15 * 60_000;
const UPLOAD_ATTEMPTS = 3;
const RETRY_AFTER_MS = 300;
const TRANSIENT = new Set([
  "RequestTimeout",
  "RequestTimeTooSkewed",
  "SlowDown",
  "ConditionalRequestConflict",
]);

export interface S3Bucket extends AwsAccess {
  readonly bucket: string;
  /** Put before every key, `whereof/`, when the bucket holds other things too. */
  readonly keyPrefix?: string;
  /** Bucket in the path and not in the host name, as most servers other than AWS want it. */
  readonly forcePathStyle?: boolean;
}

/** One whole object or its first or last bytes. */
export type Range = { first: number } | { last: number };

/** The bucket's objects under our keys; every call throws the refusals of the files port. */
export interface S3Objects {
  /** Uploads a local file of that size and MD5 unless the key is taken; says whether it did. */
  create(key: string, file: string, sizeBytes: number, md5: string): Promise<boolean>;
  /** An object's bytes; the request is made when the first are asked for. */
  read(key: string): AsyncGenerator<Uint8Array, void>;
  /** Part of an object and the size of the whole. */
  readRange(key: string, range: Range): Promise<{ bytes: Uint8Array; objectSize: number }>;
  delete(key: string): Promise<void>;
  /** The keys that begin so. */
  list(prefix: string): AsyncGenerator<string, void>;
}

export function s3Objects(settings: S3Bucket): S3Objects {
  const { bucket: Bucket, keyPrefix = "", forcePathStyle = false } = settings;
  const client = new S3Client({
    ...awsClientConfig(settings, REQUEST_TIMEOUT_MS),
    forcePathStyle,
    // Other servers do not know the SDK's newer checksums; Content-MD5 is understood everywhere.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
  const at = (key: string) => ({ Bucket, Key: keyPrefix + key });

  // One request, since servers ignore the condition when a multipart upload is completed (Ceph 16 overwrites).
  const upload = (key: string, file: string, sizeBytes: number, md5: string) =>
    client.send(
      new PutObjectCommand({
        ...at(key),
        Body: createReadStream(file),
        ContentLength: sizeBytes,
        ContentMD5: md5,
        ContentType: "application/octet-stream",
        IfNoneMatch: "*",
      }),
    );
  const get = async (key: string, range?: string) => {
    try {
      const answer = await client.send(new GetObjectCommand({ ...at(key), ...(range && { Range: range }) }));
      return { ...answer, Body: answer.Body as Readable };
    } catch (error) {
      throw toRefusal(key, error);
    }
  };

  return {
    async create(key, file, sizeBytes, md5) {
      for (let attempt = 1; ; attempt++) {
        try {
          await upload(key, file, sizeBytes, md5);
          return true;
        } catch (error) {
          if (statusOf(error) === 412) return false;
          if (attempt === UPLOAD_ATTEMPTS || !isTransient(error)) throw toRefusal(key, error);
        }
        await sleep(RETRY_AFTER_MS * attempt);
      }
    },
    async *read(key) {
      const { Body, ContentLength } = await get(key);
      yield* counted(key, Body, ContentLength);
    },
    async readRange(key, range) {
      const { Body, ContentRange } = await get(
        key,
        "first" in range ? `bytes=0-${range.first - 1}` : `bytes=-${range.last}`,
      );
      const bytes = Buffer.concat(await Array.fromAsync(counted(key, Body)));
      return { bytes, objectSize: Number(/\/(\d+)$/.exec(ContentRange ?? "")?.[1] ?? bytes.length) };
    },
    async delete(key) {
      try {
        await client.send(new DeleteObjectCommand(at(key)));
      } catch (error) {
        throw toRefusal(key, error);
      }
    },
    async *list(prefix) {
      const Prefix = keyPrefix + prefix;
      let StartAfter: string | undefined;
      do {
        const page = await client
          .send(new ListObjectsV2Command({ Bucket, Prefix, ...(StartAfter ? { StartAfter } : {}) }))
          .catch((error: unknown) => {
            throw toRefusal(prefix, error);
          });
        const keys = (page.Contents ?? []).flatMap(({ Key }) => Key ?? []);
        for (const key of keys) yield key.slice(keyPrefix.length);
        StartAfter = page.IsTruncated ? keys.at(-1) : undefined;
      } while (StartAfter);
    },
  };
}

/** A response's body, refused as unavailable when the connection breaks before its end. */
async function* counted(key: string, body: Readable, size?: number): AsyncGenerator<Uint8Array, void> {
  let received = 0;
  try {
    for await (const piece of body) {
      received += piece.length;
      yield piece;
    }
  } catch (error) {
    throw toRefusal(key, error);
  }
  if (size !== undefined && received !== size) {
    throw filesError("unavailable", `${key}: ${received} of ${size} bytes arrived`);
  }
}

const statusOf = (error: unknown): number | undefined =>
  (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;

function isTransient(error: unknown): boolean {
  const status = statusOf(error);
  return status === undefined || status >= 500 || status === 429 || TRANSIENT.has((error as Error).name);
}

function toRefusal(key: string, error: unknown) {
  if ((error as Error).name === "NoSuchKey") return filesError("not-found", `${key} is not stored`);
  return filesError("unavailable", `${key}: S3 did not answer as it should`, { cause: awsFailure(error) });
}
