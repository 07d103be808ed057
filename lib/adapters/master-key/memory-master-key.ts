import type { MasterKey } from "#lib/ports/master-key.ts";
import { keyring, newMasterKey } from "./keyring.ts";

/** The in-memory twin, for tests: what it wraps can be read until the process ends. */
export function memoryMasterKey(): MasterKey & { rotate(): void } {
  const versions = [newMasterKey(1)];
  return Object.assign(
    keyring(() => versions),
    { rotate: () => void versions.push(newMasterKey(versions.length + 1)) },
  );
}
