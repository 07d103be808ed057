import { randomBytes, randomFillSync } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { type Logger, pino } from "pino";
import { type Database, type OpenDatabase, openDatabase } from "#db/client.ts";
import { localFiles } from "./adapters/files/local-files.ts";
import { packageFonts } from "./adapters/fonts/package-fonts.ts";
import { identityAssurance } from "./adapters/identity/identity-assurance.ts";
import { openIdConnect } from "./adapters/identity/open-id-connect.ts";
import { envelopeMasterKey } from "./adapters/master-key/envelope-master-key.ts";
import { localMasterKey } from "./adapters/master-key/local-master-key.ts";
import { libreOffice } from "./adapters/office/libreoffice.ts";
import { bossQueue } from "./adapters/queue/boss-queue.ts";
import type { SandboxSettings } from "./adapters/sandbox/pool.ts";
import { processes } from "./adapters/sandbox/processes.ts";
import { sshSftp } from "./adapters/sftp/ssh-sftp.ts";
import { cscSignatureService } from "./adapters/signature-services/csc-service.ts";
import { publicWeb } from "./adapters/web/public-web.ts";
import type { Config } from "./config.ts";
import { databaseEnvelopeKeys } from "./envelope-keys.ts";
import { isRefusal } from "./errors.ts";
import { databaseKitSigner, type KitSigner } from "./kit-key.ts";
import { openProvenMasterKey } from "./master-key-proof.ts";
import type { Authorities } from "./pki/authorities.ts";
import type { ClockWatch } from "./pki/clock-watch.ts";
import type { Archive } from "./ports/archive.ts";
import type { BackupPlace } from "./ports/backup.ts";
import type { FileStore } from "./ports/files.ts";
import type { FontLibrary } from "./ports/fonts.ts";
import type { IdentityProvider } from "./ports/identity-provider.ts";
import type { WorkerKeys } from "./ports/keys.ts";
import type { MailMessage, MailSender } from "./ports/mail.ts";
import type { MasterKey } from "./ports/master-key.ts";
import type { OfficeConverter } from "./ports/office.ts";
import type { PaymentProvider } from "./ports/payments.ts";
import type { JobQueue } from "./ports/queue.ts";
import type { Sandbox } from "./ports/sandbox.ts";
import { openSecret, sealSecret } from "./ports/sealed-secret.ts";
import type { SftpSender } from "./ports/sftp.ts";
import type { SignatureService } from "./ports/signature-service.ts";
import type { SmsMessage, SmsSender } from "./ports/sms.ts";
import type { TimestampAuthority, TimestampTransport } from "./ports/timestamps.ts";
import type { WebReader } from "./ports/web.ts";
import type { WorkspaceKeys } from "./ports/workspace-keys.ts";
import type { SandboxTasks } from "./sandbox.ts";
import { databaseWorkspaceKeys } from "./workspace-keys.ts";

/** What every process of the product works with, chosen once from the settings. It holds no key that signs a document. */
export interface Runtime {
  readonly config: Config;
  readonly database: OpenDatabase;
  readonly files: FileStore;
  readonly queue: JobQueue;
  readonly sandbox: Sandbox<SandboxTasks>;
  readonly fonts: FontLibrary;
  readonly web: WebReader;
  /** What seals the personal values of the audit trail. */
  readonly workspaceKeys: WorkspaceKeys;
  /** Makes PDFs of office documents. */
  readonly office: OfficeConverter;
  /** Null until the operator has named one: then no payment can be asked for. */
  readonly payments: PaymentProvider | null;
  readonly log: Logger;
  /** Wraps a small secret on its way to the database. Only the worker opens what is wrapped for it. */
  sealSecret(purpose: string, secret: Uint8Array): Promise<Uint8Array>;
  /** The seed of somebody's authenticator app, on its way to the database and back: codes are checked where they are given. */
  sealSeed(email: string, seed: Uint8Array): Promise<Uint8Array>;
  openSeed(email: string, sealed: Uint8Array): Promise<Uint8Array>;
  /** A key for one import of a key file: what was encrypted to it is opened where the file is. */
  sealImportKey(id: string, key: Uint8Array): Promise<Uint8Array>;
  openImportKey(id: string, sealed: Uint8Array): Promise<Uint8Array>;
  /** What goes with an identity provider: its secret, and what somebody who was sent there comes back with. */
  sealIdentity(purpose: string, secret: Uint8Array): Promise<Uint8Array>;
  openIdentity(purpose: string, sealed: Uint8Array): Promise<Uint8Array>;
  /** Those who say who somebody is, by what it is called in the trail. */
  readonly identityProviders: Readonly<Record<IdentityProvider["method"], IdentityProvider>>;
  /** Remote signing services that organizations have named, for all but signing. */
  readonly signatureServices: SignatureService;
  /** Says of what a device is given to sign offline that it comes from here. */
  kitSigner(): Promise<KitSigner>;
  now(): Date;
  random(length: number): Uint8Array;
  close(): Promise<void>;
}

/** What only the worker has besides. */
export interface WorkerRuntime extends Runtime {
  readonly keys: WorkerKeys;
  /** Our own certification authorities; made at their first use, renewed in time. */
  authorities(): Promise<Authorities>;
  /** Has this and every other worker look again which authorities there are; for whoever changed them. */
  renewAuthorities(): Promise<Authorities>;
  readonly timestamps: TimestampAuthority;
  /** Whether this process knows the time well enough to say it in a token. */
  readonly clock: ClockWatch;
  readonly mail: MailSender;
  readonly sftp: SftpSender;
  readonly archive: Archive;
  /** Null where the operator has named no place for backups. */
  readonly backups: BackupPlace | null;
  /** The secret that `sealSecret` wrapped for the same purpose. */
  openSecret(purpose: string, sealed: Uint8Array): Promise<Uint8Array>;
  readonly sms: SmsSender;
}

/** For the keys of envelopes and workspaces. */
const KEY_CONNECTIONS = 2;

/**
 * The runtime of a process. The folders it needs are made, and the master key is shown to be the one this database
 * was filled with; nothing else is connected before it is used.
 *
 * @throws ConfigError when the master key is another one, or gone
 */
export async function createRuntime(
  config: Config,
  options: { readonly runsJobs: boolean },
): Promise<Runtime> {
  const dataDir = path.resolve(config.dataDir);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const log = createLog(config);
  const { url, role, maxConnections } = config.database;
  const database = openDatabase({ url, role, maxConnections, keepsStatements: options.runsJobs });
  // Of its own: a file is opened by those who hold a connection of the other and would wait for each other.
  const keyDatabase = openDatabase({ url, role, maxConnections: KEY_CONNECTIONS });
  const closeDatabases = () => Promise.all([database.close(), keyDatabase.close()]);
  const { files, masterKey } = await openFiles(config, dataDir, database.db, keyDatabase.db).catch(
    async (error: unknown) => {
      await closeDatabases();
      throw error;
    },
  );
  const queue = bossQueue({
    ...{ url, role, database, runsJobs: options.runsJobs },
    maxConnections: options.runsJobs ? Math.max(4, maxConnections >> 1) : 3,
    onError: (error) => log.error({ err: error }, "queue"),
  });
  const sandbox = processes<SandboxTasks>({ entry: pathToFileURL(path.resolve("lib/sandbox.ts")) });
  const web = publicWeb(namedHosts(config));
  return {
    ...{ config, database, files, queue, sandbox, log },
    workspaceKeys: databaseWorkspaceKeys(keyDatabase.db, masterKey),
    fonts: packageFonts(),
    office: libreOffice(),
    web,
    identityProviders: { sso: openIdConnect(web), "identity-document": identityAssurance(web) },
    signatureServices: cscSignatureService(web),
    payments: null,
    sealSecret: (purpose, secret) => sealSecret(masterKey, purpose, secret),
    sealSeed: (email, seed) => sealSecret(masterKey, `authenticator:${email}`, seed),
    openSeed: (email, sealed) => openSecret(masterKey, `authenticator:${email}`, sealed),
    sealImportKey: (id, key) => sealSecret(masterKey, `key-import:${id}`, key),
    openImportKey: (id, sealed) => openSecret(masterKey, `key-import:${id}`, sealed),
    sealIdentity: (purpose, secret) => sealSecret(masterKey, `identity:${purpose}`, secret),
    openIdentity: (purpose, sealed) => openSecret(masterKey, `identity:${purpose}`, sealed),
    kitSigner: databaseKitSigner(database.db, masterKey),
    now: () => new Date(),
    random: drawRandom,
    async close() {
      await queue.stop();
      await Promise.all([sandbox.close(), closeDatabases()]);
    },
  };
}

/** Serial numbers, ids and nonces are drawn by the thousand a second, and asking for each takes longer than making it. */
const drawn = new Uint8Array(4096);
let used = drawn.length;
const MOST_DRAWN = 64;

/** Random bytes nobody had before; what was handed out is not kept. */
export function drawRandom(length: number): Uint8Array {
  if (length > MOST_DRAWN) return new Uint8Array(randomBytes(length));
  if (used + length > drawn.length) {
    randomFillSync(drawn);
    used = 0;
  }
  const bytes = drawn.slice(used, used + length);
  drawn.fill(0, used, used + length);
  used += length;
  return bytes;
}

/** Hosts the operator named: reached wherever they are. */
function namedHosts({ tsaUrl, privateHosts }: Config): string[] {
  if (!tsaUrl) return [...privateHosts];
  const { hostname, port, protocol } = new URL(tsaUrl);
  return [...privateHosts, `${hostname}:${port || (protocol === "https:" ? 443 : 80)}`];
}

/** How files leave over SFTP. */
export const openSftp = ({ privateHosts }: Config): SftpSender => sshSftp(privateHosts);

/** Where completed envelopes are copied to, encrypted by their own keys. */
/** Where backups go; null where the operator has named no place. */
export async function openBackups(
  config: Config,
  { database, files }: Pick<Runtime, "database" | "files">,
): Promise<BackupPlace | null> {
  if (config.backupDir === null) return null;
  const { folderBackup } = await import("./adapters/backup/folder-backup.ts");
  const folder = path.resolve(config.backupDir);
  const masterKey = await openMasterKey(config);
  const { url, adminUrl, role } = config.database;
  return folderBackup({
    ...{ folder, role, files, database: { db: database.db, url, adminUrl } },
    rows: localFiles({ folder, masterKey }),
    objects: localFiles({
      folder: path.join(folder, "objects"),
      masterKey: envelopeMasterKey(masterKey, databaseEnvelopeKeys(database.db)),
    }),
  });
}

export async function openArchive(config: Config, db: Database): Promise<Archive> {
  const { s3Archive } = await import("./adapters/archive/s3-archive.ts");
  return s3Archive({
    masterKey: envelopeMasterKey(await openMasterKey(config), databaseEnvelopeKeys(db)),
    temporaryFolder: path.join(path.resolve(config.dataDir), "spool"),
    hosts: config.privateHosts,
  });
}

/** The sandbox alone, for a program that needs nothing else. @param settings `entry` is lib/sandbox.ts. */
export const openSandbox = (settings: SandboxSettings): Sandbox<SandboxTasks> =>
  processes<SandboxTasks>(settings);

/** What logs never hold: addresses of signing links, passwords, and what people typed. */
const REDACTED = ["token", "password", "secret", "dataKey", "*.token", "*.password", "*.secret", "*.dataKey"];

function createLog({ logLevel }: Config): Logger {
  const serializers = { err: describeError };
  const timestamp = pino.stdTimeFunctions.isoTime;
  return pino({ level: logLevel, base: null, redact: REDACTED, serializers, timestamp });
}

/**
 * What the log gets of an error: Drizzle quotes the values of a query that failed, and PostgreSQL those that
 * offend it: names, addresses, sealed keys.
 */
export function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const values = /\nparams: .*$/s.exec(error.message)?.[0] ?? "";
  const without = (text: string) => (values === "" ? text : text.replaceAll(values, ""));
  const { code } = error as { code?: unknown };
  return {
    type: error.constructor.name,
    message: without(error.message),
    ...(code === undefined ? {} : { code }),
    stack: without(error.stack ?? ""),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}

/** Before anything starts: whether this database's files and keys can be opened. @throws ConfigError */
export async function requireMasterKey(config: Config): Promise<void> {
  const { url, role } = config.database;
  const database = openDatabase({ url, role, maxConnections: 2 });
  try {
    await provenMasterKey(config, database.db);
  } finally {
    await database.close();
  }
}

function provenMasterKey(config: Config, db: Database): Promise<MasterKey> {
  const { masterKey } = config;
  const name = masterKey.kind === "local" ? path.resolve(masterKey.path) : masterKey.keyId;
  const isMissing = masterKey.kind === "local" && !existsSync(name);
  return openProvenMasterKey(db, { name, isMissing, open: () => openMasterKey(config) });
}

/**
 * Opens keys of workspaces for whoever only looks: null where the master key is not at hand. Makes none.
 *
 * @throws ConfigError when the master key is another one
 */
export async function findWorkspaceKeys(
  config: Config,
  db: Database,
): Promise<Pick<WorkspaceKeys, "open"> | null> {
  const { masterKey, keys } = config;
  const isAtHand = masterKey.kind === "local" ? existsSync(masterKey.path) : keys.kms !== null;
  if (!isAtHand) return null;
  try {
    return databaseWorkspaceKeys(db, await provenMasterKey(config, db));
  } catch (error) {
    if (isRefusal(error, "master-key/unavailable")) return null;
    throw error;
  }
}

async function openFiles(config: Config, dataDir: string, db: Database, keyDb: Database) {
  const masterKey = await provenMasterKey(config, db);
  const wrapping = envelopeMasterKey(masterKey, databaseEnvelopeKeys(keyDb));
  return { masterKey, files: await fileStore(config, dataDir, wrapping) };
}

async function fileStore(config: Config, dataDir: string, masterKey: MasterKey): Promise<FileStore> {
  if (config.files.kind === "local")
    return localFiles({ folder: path.resolve(config.files.folder), masterKey });
  const { s3Files } = await import("./adapters/files/s3-files.ts");
  const { bucket, region, endpoint, forcePathStyle } = config.files;
  const temporaryFolder = path.join(dataDir, "spool");
  return s3Files({
    bucket,
    region,
    endpoint,
    forcePathStyle,
    credentials: credentialsOf(config.files),
    temporaryFolder,
    masterKey,
  });
}

/** The key that wraps all others. */
export async function openMasterKey({ masterKey, keys: { kms } }: Config): Promise<MasterKey> {
  if (masterKey.kind === "local") return localMasterKey(path.resolve(masterKey.path));
  const { kmsMasterKey } = await import("./adapters/master-key/kms-master-key.ts");
  if (!kms) throw new Error("a master key in KMS needs KMS settings");
  return kmsMasterKey({ ...kms, credentials: credentialsOf(kms), keyArn: masterKey.keyId });
}

/** Opens what `sealSecret` sealed. For the worker alone. */
export async function openSecrets(config: Config): Promise<WorkerRuntime["openSecret"]> {
  const masterKey = await openMasterKey(config);
  return (purpose, sealed) => openSecret(masterKey, purpose, sealed);
}

/** Credentials when they were given; else the SDK finds the machine's own. */
export function credentialsOf(settings: {
  readonly accessKeyId: string | null;
  readonly secretAccessKey: string | null;
}) {
  const { accessKeyId, secretAccessKey } = settings;
  return accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : null;
}

/** How mail leaves: by SMTP, or into the outbox that owners and admins read. */
export async function openMail(
  config: Config,
  keep: (message: MailMessage) => Promise<void>,
): Promise<MailSender> {
  if (!config.mail) return (await import("./adapters/mail/outbox-mail.ts")).outboxMail(keep);
  return (await import("./adapters/mail/smtp-mail.ts")).smtpMail(config.mail);
}

/** How text messages leave: by a provider, or into the outbox that owners and admins read. */
export async function openSms(
  { sms }: Config,
  keep: (message: SmsMessage) => Promise<void>,
): Promise<SmsSender> {
  if (!sms) return (await import("./adapters/sms/outbox-sms.ts")).outboxSms(keep);
  if (sms.kind === "twilio") return (await import("./adapters/sms/twilio-sms.ts")).twilioSms(sms);
  return (await import("./adapters/sms/sns-sms.ts")).snsSms(sms);
}

/** The way to another's time-stamping authority, when one is set. */
export async function openTimestamps(config: Config): Promise<TimestampTransport | null> {
  if (!config.tsaUrl) return null;
  return (await import("./adapters/timestamps/http-timestamps.ts")).httpTimestamps({ url: config.tsaUrl });
}
