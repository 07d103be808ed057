import { randomBytes } from "node:crypto";
import type { Logger } from "pino";
import type { OpenDatabase } from "#db/client.ts";
import type { Config } from "./config.ts";
import type { FileStore } from "./ports/files.ts";
import type { FontLibrary } from "./ports/fonts.ts";
import type { JobQueue } from "./ports/queue.ts";
import type { Sandbox } from "./ports/sandbox.ts";

/** What every process of the product works with, chosen once from the settings. It holds no signing key. */
export interface Runtime {
  readonly config: Config;
  readonly database: OpenDatabase;
  readonly files: FileStore;
  readonly queue: JobQueue;
  readonly sandbox: Sandbox;
  readonly fonts: FontLibrary;
  readonly log: Logger;
  now(): Date;
  random(length: number): Uint8Array;
}
