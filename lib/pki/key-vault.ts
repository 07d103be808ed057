import type { Runtime } from "#lib/runtime.ts";
import { deleteSealedKey, loadSealedKey, saveSealedKey } from "./store.ts";

/** Sealed private keys in the database, and secrets that open keys elsewhere: what key providers keep them in. */
export function databaseVault(runtime: Runtime) {
  const { db } = runtime.database;
  return {
    save: (id: string, sealed: Uint8Array) =>
      saveSealedKey(db, { id, algorithm: "pkcs8", sealed, createdAt: runtime.now() }),
    load: (id: string) => loadSealedKey(db, id),
    forget: (id: string) => deleteSealedKey(db, id),
  };
}
