import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import { eq } from "drizzle-orm";
import type { Database } from "#db/client.ts";
import { settings } from "#db/schema/installation.ts";
import { fromBase64, toBase64 } from "./bytes.ts";
import type { MasterKey } from "./ports/master-key.ts";
import { openSecret, sealSecret } from "./ports/sealed-secret.ts";

/** Says that a signing kit was put together here. It signs nothing else, and no document. */
export interface KitSigner {
  /** P-256, SubjectPublicKeyInfo in DER, base64. */
  readonly publicKey: string;
  /** @returns ECDSA with SHA-256 as r ‖ s (IEEE P1363), base64. */
  sign(message: Uint8Array): string;
}

const SETTING = "offline-kit-key";
const PURPOSE = "offline-kit-key";

/** One key for the installation, made at its first use and sealed by the master key; kept open in this process. */
export function databaseKitSigner(db: Database, masterKey: MasterKey): () => Promise<KitSigner> {
  let known: Promise<KitSigner> | null = null;
  return () => {
    known ??= openOrMake(db, masterKey);
    // A failure is not remembered: the next who asks tries again.
    known.catch(() => {
      known = null;
    });
    return known;
  };
}

async function openOrMake(db: Database, masterKey: MasterKey): Promise<KitSigner> {
  let stored = await load(db);
  if (stored === null) {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const pkcs8 = new Uint8Array(privateKey.export({ type: "pkcs8", format: "der" }));
    const value = toBase64(await sealSecret(masterKey, PURPOSE, pkcs8));
    // Of several who make one at the same time, the first one's stands.
    await db.insert(settings).values({ key: SETTING, value }).onConflictDoNothing();
    stored = (await load(db))!;
  }
  const pkcs8 = await openSecret(masterKey, PURPOSE, fromBase64(stored));
  const key = createPrivateKey({ key: Buffer.from(pkcs8), format: "der", type: "pkcs8" });
  pkcs8.fill(0);
  const spki = createPublicKey(key).export({ type: "spki", format: "der" });
  return {
    publicKey: toBase64(new Uint8Array(spki)),
    sign: (message) => toBase64(new Uint8Array(sign("sha256", message, { key, dsaEncoding: "ieee-p1363" }))),
  };
}

async function load(db: Database): Promise<string | null> {
  const [row] = await db.select({ value: settings.value }).from(settings).where(eq(settings.key, SETTING));
  return typeof row?.value === "string" ? row.value : null;
}
