import type { OpenDatabase } from "#db/client.ts";
import { defineErrors } from "#lib/errors.ts";
import type { FileStore } from "./files.ts";

/** What one backup holds. */
export interface BackupMade {
  /** Of the file with every row. */
  readonly name: string;
  /** Of its plain bytes, lower-case hex. */
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly tables: number;
  readonly rows: number;
  /** Encrypted objects beside it, of which so many were not there before. */
  readonly files: number;
  readonly filesAdded: number;
}

/** A backup put back beside the product, which does not see it. */
export interface RestoredBackup {
  readonly database: OpenDatabase;
  /** The objects of the backup, opened with the keys of this installation. */
  readonly files: Pick<FileStore, "open">;
  readonly rows: number;
  /** Takes everything away again. */
  close(): Promise<void>;
}

/** Where copies of every row and every object of the installation lie, apart from both. */
export interface BackupPlace {
  /** As people name it. */
  readonly folder: string;
  /** Copies all rows as of one moment, and every object. Null while another worker does. Throws backup/unavailable. */
  backUp(organizations: readonly string[], at: Date): Promise<BackupMade | null>;
  /** Throws backup/unavailable, backup/damaged when it is not what was written, backup/not-permitted. */
  restore(backup: Pick<BackupMade, "name" | "sha256" | "rows">): Promise<RestoredBackup>;
  /** Forgets all rows but the newest so many backups'. */
  prune(keep: readonly string[]): Promise<void>;
}

export const backupError = defineErrors("backup", {
  unavailable: "unavailable",
  damaged: "unavailable",
  "not-permitted": "unavailable",
});
