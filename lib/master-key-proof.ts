import { randomBytes } from "node:crypto";
import { eq } from "drizzle-orm";
import type { Database } from "#db/client.ts";
import { sealedKeys, settings } from "#db/schema/installation.ts";
import { equalBytes, fromBase64, sha256, toBase64 } from "./bytes.ts";
import { ConfigError } from "./config.ts";
import { isRefusal } from "./errors.ts";
import type { MasterKey } from "./ports/master-key.ts";

/** Something the master key wrapped when it was first used: whoever unwraps it holds the same key. */
interface Proof {
  readonly masterKeyId: string;
  /** Base64. */
  readonly wrapped: string;
  /** SHA-256 of what was wrapped, Base64. */
  readonly sha256: string;
}

const SETTING = "master-key-proof";
const CONTEXT = "whereof installation";

export interface MasterKeyPlace {
  /** As operators know it: `/data/master-key`, or the key's ARN. */
  readonly name: string;
  /** There is none yet, and opening it would make one. */
  readonly isMissing: boolean;
  open(): Promise<MasterKey>;
}

/**
 * Opens the master key and makes sure that it is the one this database's files and keys were wrapped by. A new one
 * is made for a database that holds nothing yet, and for no other.
 *
 * @throws ConfigError in words for operators
 */
export async function openProvenMasterKey(db: Database, place: MasterKeyPlace): Promise<MasterKey> {
  const { name, isMissing } = place;
  if (isMissing && (await holdsAnything(db)))
    throw new ConfigError([
      `${name} is gone: this database has files and keys that nothing else opens. Put it back from your backup. A new one is not made, since it would open none of them`,
    ]);
  const masterKey = await place.open();
  const proof = (await loadProof(db)) ?? (await saveProof(db, masterKey));
  if (await isProven(masterKey, proof)) return masterKey;
  throw new ConfigError([
    `${name} is another master key than the one this database's files and keys were stored with. Put that one back`,
  ]);
}

async function holdsAnything(db: Database): Promise<boolean> {
  if (await loadProof(db)) return true;
  const [key] = await db.select({ id: sealedKeys.id }).from(sealedKeys).limit(1);
  return key !== undefined;
}

async function loadProof(db: Database): Promise<Proof | null> {
  const [row] = await db.select({ value: settings.value }).from(settings).where(eq(settings.key, SETTING));
  return (row?.value as Proof | undefined) ?? null;
}

/** Of several processes that start at once, the first says which key it is. */
async function saveProof(db: Database, masterKey: MasterKey): Promise<Proof> {
  const secret = new Uint8Array(randomBytes(32));
  const { masterKeyId, wrapped } = await masterKey.wrap(secret, CONTEXT);
  const proof: Proof = { masterKeyId, wrapped: toBase64(wrapped), sha256: toBase64(sha256(secret)) };
  await db.insert(settings).values({ key: SETTING, value: proof }).onConflictDoNothing();
  return (await loadProof(db))!;
}

async function isProven(masterKey: MasterKey, proof: Proof): Promise<boolean> {
  try {
    const wrapped = { masterKeyId: proof.masterKeyId, wrapped: fromBase64(proof.wrapped) };
    return equalBytes(sha256(await masterKey.unwrap(wrapped, CONTEXT)), fromBase64(proof.sha256));
  } catch (error) {
    if (isRefusal(error, "master-key/mismatch")) return false;
    throw error;
  }
}
