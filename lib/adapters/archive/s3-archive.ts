import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { rm } from "node:fs/promises";
import http from "node:http";
import https from "node:https";
import { isIP } from "node:net";
import type { Readable } from "node:stream";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectLegalHoldCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectRetentionCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { isRefusal } from "#lib/errors.ts";
import { type Archive, type ArchivePlace, archiveError, type LockMode } from "#lib/ports/archive.ts";
import type { MasterKey } from "#lib/ports/master-key.ts";
import { awsClientConfig, awsFailure } from "../aws/aws-access.ts";
import { decryptStream } from "../files/encrypted-stream.ts";
import { encrypt } from "../files/encrypted-writer.ts";
import { requireFileKey } from "../files/file-key.ts";
import { prepareTemporaryFolder, temporaryPath, writePieces } from "../files/temporary-files.ts";
import { isNamedHost, isPublicAddress, publicOnly } from "../web/egress.ts";

const REQUEST_TIMEOUT_MS = 15 * 60_000;
const TRIAL_TEXT = new TextEncoder().encode("Whereof was here and has left again.\n");

interface Settings {
  /** Wraps by the key of each envelope, so that destroying that key destroys its archived copies too. */
  readonly masterKey: MasterKey;
  /** Absolute, on this machine: encrypted files on their way out. */
  readonly temporaryFolder: string;
  /** In private networks and reached all the same, as `PRIVATE_HOSTS` lists them. */
  readonly hosts: readonly string[];
}

/** Archives in S3 or what speaks its protocol, with Object Lock where the bucket does that. */
export function s3Archive({ masterKey, temporaryFolder, hosts }: Settings): Archive {
  prepareTemporaryFolder(temporaryFolder);

  const work = async <T>(place: ArchivePlace, what: string, doing: (client: S3Client) => Promise<T>) => {
    const client = clientFor(place, hosts);
    try {
      return await doing(client);
    } catch (error) {
      throw toRefusal(what, error);
    } finally {
      client.destroy();
    }
  };
  const at = ({ bucket, keyPrefix }: ArchivePlace, key: string, versionId?: string | null) => ({
    ...{ Bucket: bucket, Key: keyPrefix + key },
    ...(versionId ? { VersionId: versionId } : {}),
  });

  const archive: Archive = {
    async tryOut(place, key, lock) {
      await work(place, key, async (client) => {
        if (lock) await requireLocking(client, place);
        const { VersionId } = await client.send(
          new PutObjectCommand({
            ...at(place, key),
            ...{ Body: TRIAL_TEXT, ContentMD5: createHash("md5").update(TRIAL_TEXT).digest("base64") },
            ...(lock ? { ObjectLockMode: s3Mode(lock.mode), ObjectLockRetainUntilDate: lock.until } : {}),
          }),
        );
        const { Body } = await client.send(new GetObjectCommand(at(place, key, VersionId)));
        const read = Buffer.concat(await (Body as Readable).toArray());
        if (!read.equals(TRIAL_TEXT))
          throw archiveError("not-whole", "what can be read is not what was written");
        if (lock) return requireRefusedDeletion(client, at(place, key, VersionId));
        await client.send(new DeleteObjectCommand(at(place, key, VersionId)));
      });
    },

    async put(place, key, bytes, lock) {
      requireFileKey(key);
      const path = temporaryPath(temporaryFolder);
      const md5 = createHash("md5");
      let objectBytes = 0;
      try {
        const { sha256, sizeBytes } = await writePieces(
          key,
          path,
          encrypt(key, bytes, masterKey),
          (piece) => {
            md5.update(piece);
            objectBytes += piece.length;
          },
        );
        const { VersionId } = await work(place, key, (client) =>
          client.send(
            new PutObjectCommand({
              ...at(place, key),
              ...{ Body: createReadStream(path), ContentLength: objectBytes },
              ...{ ContentMD5: md5.digest("base64"), ContentType: "application/octet-stream" },
              ...(lock ? { ObjectLockMode: s3Mode(lock.mode), ObjectLockRetainUntilDate: lock.until } : {}),
            }),
          ),
        );
        const copy = { key, versionId: VersionId ?? null };
        const hash = createHash("sha256");
        for await (const piece of archive.read(place, copy)) hash.update(piece);
        if (hash.digest("hex") !== sha256)
          throw archiveError("not-whole", `${key} reads back as something else`);
        if (lock) {
          const found = await archive.readLock(place, copy);
          // Servers keep whole seconds.
          const isAsAsked = found?.mode === lock.mode && found.until.getTime() > lock.until.getTime() - 1000;
          if (!isAsAsked) throw archiveError("not-locking", `${key} was stored without its lock`);
        }
        return { ...copy, sha256, sizeBytes };
      } finally {
        await rm(path, { force: true });
      }
    },

    readLock: (place, { key, versionId }) =>
      work(place, key, async (client) => {
        const { Retention } = await client
          .send(new GetObjectRetentionCommand(at(place, key, versionId)))
          .catch(noneWhere<{ Retention?: { Mode?: string; RetainUntilDate?: Date } }>(NO_LOCK, {}));
        const { Mode, RetainUntilDate } = Retention ?? {};
        if (!Mode || !RetainUntilDate) return null;
        return { mode: Mode.toLowerCase() as LockMode, until: RetainUntilDate };
      }),

    extendLock: (place, { key, versionId }, lock) =>
      work(place, key, async (client) => {
        await client.send(
          new PutObjectRetentionCommand({
            ...at(place, key, versionId),
            ...{ Retention: { Mode: s3Mode(lock.mode), RetainUntilDate: lock.until }, ...WITH_CHECKSUM },
          }),
        );
      }),

    hold: (place, { key, versionId }, isHeld) =>
      work(place, key, async (client) => {
        const Status = isHeld ? "ON" : "OFF";
        await client.send(
          new PutObjectLegalHoldCommand({
            ...at(place, key, versionId),
            LegalHold: { Status },
            ...WITH_CHECKSUM,
          }),
        );
      }),

    isHeld: (place, { key, versionId }) =>
      work(place, key, async (client) => {
        const { LegalHold } = await client
          .send(new GetObjectLegalHoldCommand(at(place, key, versionId)))
          .catch(noneWhere<{ LegalHold?: { Status?: string } }>(NO_LOCK, {}));
        return LegalHold?.Status === "ON";
      }),

    async *read(place, { key, versionId }) {
      const client = clientFor(place, hosts);
      try {
        const { Body } = await client.send(new GetObjectCommand(at(place, key, versionId)));
        const stream = await decryptStream(key, Body as Readable, masterKey);
        for await (const piece of stream as unknown as AsyncIterable<Uint8Array>) yield piece;
      } catch (error) {
        if (isRefusal(error, "files/damaged")) throw archiveError("not-whole", `${key} is damaged`);
        throw toRefusal(key, error);
      } finally {
        client.destroy();
      }
    },

    remove: (place, { key, versionId }) =>
      work(place, key, async (client) => {
        await client.send(new DeleteObjectCommand(at(place, key, versionId))).catch((error: unknown) => {
          if (isLocked(error)) throw archiveError("locked", `${key} is locked`);
          throw error;
        });
      }),
  };
  return archive;
}

const s3Mode = (mode: LockMode) => mode.toUpperCase() as "GOVERNANCE" | "COMPLIANCE";
/** Requests about locks must carry a checksum. */
const WITH_CHECKSUM = { ChecksumAlgorithm: "CRC32" } as const;
const NO_LOCK = [
  "NoSuchObjectLockConfiguration",
  "InvalidRequest",
  "NotImplemented",
  "ObjectLockConfigurationNotFoundError",
];

function clientFor(place: ArchivePlace, hosts: readonly string[]): S3Client {
  const { endpoint, region, accessKeyId, secretAccessKey } = place;
  const access = { region, endpoint, credentials: { accessKeyId, secretAccessKey } };
  const { requestHandler, ...config } = awsClientConfig(access, REQUEST_TIMEOUT_MS);
  return new S3Client({
    ...config,
    requestHandler: { ...requestHandler, ...agentsFor(endpoint, hosts) },
    forcePathStyle: endpoint !== null,
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
}

/** Connections go to public addresses only, but for hosts the operator has named. @throws archive/not-public */
function agentsFor(endpoint: string | null, hosts: readonly string[]) {
  if (endpoint !== null) {
    const { hostname, port, protocol } = new URL(endpoint);
    const plain = hostname.replace(/^\[|\]$/g, "");
    if (isNamedHost(hosts, plain, Number(port) || (protocol === "https:" ? 443 : 80))) return {};
    if (isIP(plain) && !isPublicAddress(plain))
      throw archiveError("not-public", `${hostname} is not on the public internet`);
  }
  return {
    httpAgent: new http.Agent({ lookup: publicOnly }),
    httpsAgent: new https.Agent({ lookup: publicOnly }),
  };
}

async function requireLocking(client: S3Client, { bucket }: ArchivePlace): Promise<void> {
  const none: { ObjectLockConfiguration?: { ObjectLockEnabled?: string } } = {};
  const { ObjectLockConfiguration } = await client
    .send(new GetObjectLockConfigurationCommand({ Bucket: bucket }))
    .catch(noneWhere(NO_LOCK, none));
  if (ObjectLockConfiguration?.ObjectLockEnabled !== "Enabled")
    throw archiveError("not-locking", `bucket ${bucket} does not do Object Lock`);
}

/** A lock that is only said to be there is worse than none. */
async function requireRefusedDeletion(
  client: S3Client,
  version: { Bucket: string; Key: string; VersionId?: string },
): Promise<void> {
  const isRefused = await client.send(new DeleteObjectCommand(version)).then(
    () => false,
    (error: unknown) => {
      if (isLocked(error)) return true;
      throw error;
    },
  );
  if (!isRefused) throw archiveError("not-locking", "a locked object was deleted");
}

const statusOf = (error: unknown): number | undefined =>
  (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;

const isLocked = (error: unknown) => statusOf(error) === 403;

const noneWhere =
  <T>(names: readonly string[], none: T) =>
  (error: unknown): T => {
    if (names.includes((error as Error).name) || statusOf(error) === 501) return none;
    throw error;
  };

const REFUSED = [
  "AccessDenied",
  "InvalidAccessKeyId",
  "SignatureDoesNotMatch",
  "AllAccessDisabled",
  "Forbidden",
];

function toRefusal(what: string, error: unknown): Error {
  const { name, cause } = error as Error;
  if (isRefusal(error))
    return /^(archive|files|master-key)\//.test(error.code) ? error : notPublicOr(what, error);
  if (isRefusal(cause)) return notPublicOr(what, cause);
  const told = { cause: awsFailure(error) };
  if (name === "NoSuchBucket") return archiveError("bucket-not-found", what, told);
  if (name === "NoSuchKey" || name === "NoSuchVersion" || name === "NotFound")
    return archiveError("gone", `${what} is not there`, told);
  if (REFUSED.includes(name)) return archiveError("access-refused", what, told);
  // As S3 answers where an object with a lock comes to a bucket without.
  if (name === "InvalidRequest" || name === "NotImplemented") return archiveError("not-locking", what, told);
  return archiveError("unavailable", `${what}: the bucket did not answer as it should`, told);
}

const notPublicOr = (what: string, error: Error) =>
  isRefusal(error, "web/not-public")
    ? archiveError("not-public", what)
    : archiveError("unavailable", what, { cause: error });
