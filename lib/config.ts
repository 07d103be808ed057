import { z } from "zod";
import { KEY_VARIABLES, type KeySettings, keySettings, missingKeyPartners } from "./key-settings.ts";
import { isLoopback } from "./loopback.ts";
import { trustedList } from "./request-facts.ts";
import { filled, optional, url, type Variables } from "./setting-forms.ts";
import { missingSmsPartners, SMS_VARIABLES, type SmsSettings, smsSettings } from "./sms-settings.ts";

/** Settings of one process, checked as a whole before anything starts. */
export interface Config {
  readonly isDevelopment: boolean;
  /** Where the web process listens. */
  readonly port: number;
  readonly baseUrl: string;
  readonly dataDir: string;
  /** Where copies of every row and file go each day; null where none are made. */
  readonly backupDir: string | null;
  readonly database: {
    readonly url: string;
    /** For migrations; the same as `url` when only that was given. */
    readonly adminUrl: string;
    /** Taken on after connecting, when the URL's role is the admin's. */
    readonly role: string | null;
    readonly maxConnections: number;
  };
  readonly files:
    | { readonly kind: "local"; readonly folder: string }
    | ({ readonly kind: "s3" } & S3Settings);
  readonly masterKey:
    | { readonly kind: "local"; readonly path: string }
    | { readonly kind: "kms"; readonly keyId: string };
  readonly keys: KeySettings;
  readonly mail: SmtpSettings | null;
  /** Where mail servers bring back what they could not deliver; null where nobody listens. */
  readonly returns: { readonly address: string; readonly port: number } | null;
  /** Whether programs may be let sign with keys of this installation, over the API of the Cloud Signature Consortium. */
  readonly cscServer: boolean;
  /** How the operator has said that the database is encrypted where it lies; null where they have not. */
  readonly databaseAtRest: "disk" | "service" | "none" | null;
  /** Null keeps text messages in the Outbox. */
  readonly sms: SmsSettings | null;
  /** What uploads may hold. */
  readonly uploads: { readonly fileBytes: number; readonly envelopeBytes: number; readonly pages: number };
  /** How much of anything there may be, beside what uploads hold. */
  readonly limits: {
    /** Of one envelope. */
    readonly documents: number;
    readonly recipients: number;
    readonly fields: number;
    /** Of one table of people. */
    readonly tableRows: number;
    readonly tableBytes: number;
    /** Files of one mail together. */
    readonly mailedBytes: number;
    /** Of one member. */
    readonly contacts: number;
    /** Of one organization. */
    readonly folders: number;
  };
  readonly tsaUrl: string | null;
  /** PEM file of the trust anchors its time-stamps have to lead to; null where any authority's will do. */
  readonly tsaAnchorsFile: string | null;
  readonly level: "B-B" | "B-T" | "B-LT" | "B-LTA";
  /** Addresses or networks in front of us whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  /** Hosts in private networks that may be asked all the same: `name` or `name:port`. */
  readonly privateHosts: readonly string[];
  readonly authSecret: string;
  readonly logLevel: "debug" | "info" | "warn" | "error" | "silent";
}

export interface S3Settings {
  readonly bucket: string;
  readonly region: string;
  readonly endpoint: string | null;
  readonly accessKeyId: string | null;
  readonly secretAccessKey: string | null;
  readonly forcePathStyle: boolean;
}

export interface SmtpSettings {
  readonly host: string;
  readonly port: number;
  readonly user: string | null;
  readonly password: string | null;
  readonly from: string;
  /** `starttls` demands it, `tls` speaks TLS from the start, `none` is for a relay on this machine. */
  readonly security: "starttls" | "tls" | "none";
}

const database = z
  .string()
  .refine(
    (value) => /^postgres(ql)?:\/\/./.test(value) && URL.canParse(value),
    "must be an address like postgres://user:password@host/database",
  );
const port = z.coerce
  .number("must be a number from 1 to 65535")
  .int("must be a whole number")
  .min(1, "must be 1 or more")
  .max(65_535, "must be 65535 or less");
const countTo = (most: number) =>
  z.coerce
    .number(`must be a number from 1 to ${most}`)
    .int("must be a whole number")
    .min(1, "must be 1 or more")
    .max(most, `must be ${most} or less`);
const words = (value: string) => value.split(/[\s,]+/).filter((entry) => entry !== "");
/** A name or address, with a port or for all of them; never a wildcard. */
const isHost = (entry: string) =>
  /^(\[[0-9a-f:]+\]|[a-z0-9]([a-z0-9.-]*[a-z0-9])?)(:[0-9]{1,5})?$/i.test(entry);
const flag = z.enum(["true", "false"], "must be true or false").transform((value) => value === "true");

const Environment = z.object({
  NODE_ENV: z.string().default("production"),
  PORT: port.default(3000),
  BASE_URL: url.default("http://localhost:3000").transform((value) => value.replace(/\/+$/, "")),
  DATA_DIR: filled.default(".data"),
  BACKUP_DIR: optional,
  DATABASE_URL: database,
  DATABASE_ADMIN_URL: database.optional(),
  DATABASE_MAX_CONNECTIONS: z.coerce
    .number("must be a number from 2 to 200")
    .int("must be a whole number")
    .min(2, "must be 2 or more")
    .max(200, "must be 200 or less")
    .default(10),
  S3_BUCKET: optional,
  S3_REGION: filled.default("us-east-1"),
  S3_ENDPOINT: url.optional(),
  S3_ACCESS_KEY_ID: optional,
  S3_SECRET_ACCESS_KEY: optional,
  S3_FORCE_PATH_STYLE: flag.default(false),
  ...KEY_VARIABLES,
  CSC_SERVER: flag.default(false),
  DATABASE_AT_REST: z.enum(["disk", "service", "none"], "must be disk, service or none").optional(),
  SMTP_HOST: optional,
  SMTP_PORT: port.default(587),
  SMTP_USER: optional,
  SMTP_PASSWORD: optional,
  SMTP_FROM: filled.regex(/@[^@>\s]+>?$/, "must be an address like Whereof <sign@example.com>").optional(),
  RETURN_ADDRESS: filled
    .regex(/^[A-Za-z0-9._-]{1,30}@[A-Za-z0-9.-]{1,190}$/, "must be an address like returns@mail.example.com")
    .optional(),
  RETURN_PORT: port.optional(),
  SMTP_SECURITY: z.enum(["starttls", "tls", "none"], "must be starttls, tls or none").default("starttls"),
  ...SMS_VARIABLES,
  MAX_FILE_MB: countTo(500).default(50),
  MAX_ENVELOPE_MB: countTo(4_000).default(200),
  MAX_PAGES: countTo(10_000).default(2_000),
  MAX_DOCUMENTS: countTo(100).default(20),
  MAX_RECIPIENTS: countTo(200).default(50),
  MAX_FIELDS: countTo(5_000).default(2_000),
  MAX_TABLE_ROWS: countTo(100_000).default(10_000),
  MAX_TABLE_MB: countTo(200).default(20),
  MAX_MAILED_MB: countTo(50).default(10),
  MAX_CONTACTS: countTo(200_000).default(20_000),
  MAX_FOLDERS: countTo(2_000).default(500),
  TSA_URL: url
    .refine((value) => !URL.canParse(value) || new URL(value).username === "", "must not hold a log-in")
    .optional(),
  TSA_ANCHORS: optional,
  SIGNATURE_LEVEL: z
    .enum(["B-B", "B-T", "B-LT", "B-LTA"], "must be B-B, B-T, B-LT or B-LTA")
    .default("B-LTA"),
  TRUSTED_PROXIES: z
    .string()
    .refine(isAddressList, "must list addresses or networks, like 10.0.0.5, 10.1.0.0/16")
    .default("")
    .transform(words),
  PRIVATE_HOSTS: z
    .string()
    .refine((value) => words(value).every(isHost), "must list hosts, like pki.corp.example, 10.1.2.3:8080")
    .default("")
    .transform(words),
  NEXTAUTH_SECRET: z.string().min(32, "must have 32 characters or more"),
  LOG_LEVEL: z
    .enum(["debug", "info", "warn", "error", "silent"], "must be debug, info, warn, error or silent")
    .default("info"),
});

/** Every variable that is read; docs/configuration.md explains each. */
export const VARIABLES: readonly string[] = Object.keys(Environment.shape);

/** Everything that is wrong with the settings, in one message. Values are never repeated: they may be secret. */
export class ConfigError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`The settings do not work yet:\n${faults.map((fault) => `  - ${fault}`).join("\n")}`);
    this.name = "ConfigError";
    this.faults = faults;
  }
}

/** Reads the settings. @throws ConfigError naming every fault at once. */
export function readConfig(environment: Variables = process.env): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const parsed = Environment.safeParse(given);
  const faults = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${issue.path.join(".")} ${wording(issue)}`);
  faults.push(...missingPartners(given));
  if (!parsed.success || faults.length > 0) throw new ConfigError(faults);
  return configFrom(parsed.data, foreignTo(given));
}

/** What is no setting of ours, nor a way into the cloud: a vendor's module may look for its own there. */
const foreignTo = (given: Variables): Record<string, string> =>
  Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) =>
      value === undefined || VARIABLES.includes(name) || name.startsWith("AWS_") ? [] : [[name, value]],
    ),
  );

function isAddressList(value: string): boolean {
  try {
    trustedList(words(value));
    return true;
  } catch {
    return false;
  }
}

function wording(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_type" && issue.message.includes("undefined")) return "is missing";
  return issue.message.replace(/^Invalid input: /, "");
}

/** Settings that only make sense together. */
function missingPartners(given: Variables): string[] {
  const faults: string[] = [];
  const missing = new Set<string>();
  const needs = (setting: string, partner: string, why: string) => {
    if (given[setting] === undefined || given[partner] !== undefined || missing.has(partner)) return;
    missing.add(partner);
    faults.push(`${partner} is missing: ${setting} is set, and ${why}`);
  };
  needs("S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY", "the two belong together");
  needs("S3_SECRET_ACCESS_KEY", "S3_ACCESS_KEY_ID", "the two belong together");
  for (const setting of [
    "S3_ENDPOINT",
    "S3_REGION",
    "S3_ACCESS_KEY_ID",
    "S3_SECRET_ACCESS_KEY",
    "S3_FORCE_PATH_STYLE",
  ])
    needs(setting, "S3_BUCKET", "files need a bucket");
  needs("SMTP_HOST", "SMTP_FROM", "mail needs a sender's address");
  needs("SMTP_USER", "SMTP_PASSWORD", "the two belong together");
  needs("SMTP_PASSWORD", "SMTP_USER", "the two belong together");
  for (const setting of ["SMTP_FROM", "SMTP_USER", "SMTP_PASSWORD", "SMTP_PORT", "SMTP_SECURITY"])
    needs(setting, "SMTP_HOST", "mail needs a server");
  needs("RETURN_ADDRESS", "RETURN_PORT", "reports have to come in somewhere");
  needs("RETURN_PORT", "RETURN_ADDRESS", "the two belong together");
  needs("RETURN_ADDRESS", "SMTP_HOST", "mail needs a server");
  needs("TSA_ANCHORS", "TSA_URL", "they are another authority's");
  if (isOpenToForgers(given))
    faults.push(
      "TSA_URL must be https, or TSA_ANCHORS name the authority's root: on the way of plain http anybody could stamp in its place",
    );
  if (given.SMTP_SECURITY === "none" && given.SMTP_HOST !== undefined && !isLoopback(given.SMTP_HOST))
    faults.push("SMTP_SECURITY must be starttls or tls: only a server on this machine may go without");
  faults.push(...missingKeyPartners(given, needs), ...missingSmsPartners(given, needs));
  return faults;
}

/** Whether somebody between here and the time-stamping authority could answer for it. */
function isOpenToForgers({ TSA_URL: address, TSA_ANCHORS: anchors, PRIVATE_HOSTS: hosts = "" }: Variables) {
  if (!address || anchors !== undefined || !URL.canParse(address)) return false;
  const { protocol, hostname, host } = new URL(address);
  const isNamed = words(hosts).some((named) => named === hostname || named === host);
  return protocol === "http:" && !isLoopback(hostname) && !isNamed;
}

function configFrom(values: z.infer<typeof Environment>, foreign: Record<string, string>): Config {
  const orNull = <T>(value: T | undefined): T | null => value ?? null;
  return {
    isDevelopment: values.NODE_ENV === "development",
    port: values.PORT,
    baseUrl: values.BASE_URL,
    dataDir: values.DATA_DIR,
    backupDir: orNull(values.BACKUP_DIR),
    database: {
      url: values.DATABASE_URL,
      adminUrl: values.DATABASE_ADMIN_URL ?? values.DATABASE_URL,
      role: values.DATABASE_ADMIN_URL === undefined ? "whereof_app" : null,
      maxConnections: values.DATABASE_MAX_CONNECTIONS,
    },
    files:
      values.S3_BUCKET === undefined
        ? { kind: "local", folder: `${values.DATA_DIR}/files` }
        : {
            kind: "s3",
            bucket: values.S3_BUCKET,
            region: values.S3_REGION,
            endpoint: orNull(values.S3_ENDPOINT),
            accessKeyId: orNull(values.S3_ACCESS_KEY_ID),
            secretAccessKey: orNull(values.S3_SECRET_ACCESS_KEY),
            forcePathStyle: values.S3_FORCE_PATH_STYLE,
          },
    masterKey:
      values.KMS_MASTER_KEY_ID === undefined
        ? { kind: "local", path: `${values.DATA_DIR}/master-key` }
        : { kind: "kms", keyId: values.KMS_MASTER_KEY_ID },
    keys: keySettings(values, foreign),
    mail:
      values.SMTP_HOST === undefined
        ? null
        : {
            host: values.SMTP_HOST,
            port: values.SMTP_PORT,
            user: orNull(values.SMTP_USER),
            password: orNull(values.SMTP_PASSWORD),
            from: values.SMTP_FROM!,
            security: values.SMTP_SECURITY,
          },
    returns:
      values.RETURN_ADDRESS === undefined
        ? null
        : { address: values.RETURN_ADDRESS.toLowerCase(), port: values.RETURN_PORT! },
    cscServer: values.CSC_SERVER,
    databaseAtRest: values.DATABASE_AT_REST ?? null,
    sms: smsSettings(values),
    uploads: {
      fileBytes: values.MAX_FILE_MB * 1024 ** 2,
      envelopeBytes: values.MAX_ENVELOPE_MB * 1024 ** 2,
      pages: values.MAX_PAGES,
    },
    limits: {
      documents: values.MAX_DOCUMENTS,
      recipients: values.MAX_RECIPIENTS,
      fields: values.MAX_FIELDS,
      tableRows: values.MAX_TABLE_ROWS,
      tableBytes: values.MAX_TABLE_MB * 1024 ** 2,
      mailedBytes: values.MAX_MAILED_MB * 1024 ** 2,
      contacts: values.MAX_CONTACTS,
      folders: values.MAX_FOLDERS,
    },
    tsaUrl: orNull(values.TSA_URL),
    tsaAnchorsFile: orNull(values.TSA_ANCHORS),
    level: values.SIGNATURE_LEVEL,
    trustedProxies: values.TRUSTED_PROXIES,
    privateHosts: values.PRIVATE_HOSTS,
    authSecret: values.NEXTAUTH_SECRET,
    logLevel: values.LOG_LEVEL,
  };
}
