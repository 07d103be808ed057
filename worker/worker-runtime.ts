import { readFileSync } from "node:fs";
import { type Config, ConfigError } from "#lib/config.ts";
import { keepInOutbox, keepSmsInOutbox } from "#lib/delivery/keep-in-outbox.ts";
import { announceChange } from "#lib/pki/announce-change.ts";
import { type Authorities, ensureAuthorities } from "#lib/pki/authorities.ts";
import { watchClock } from "#lib/pki/clock-watch.ts";
import { certificatesFromPem } from "#lib/pki/core/certificates/pem.ts";
import { type TrustAnchor, trustAnchorOf } from "#lib/pki/core/validation/path.ts";
import { embeddedTimestamps, foreignTimestamps } from "#lib/pki/embedded-timestamps.ts";
import type { TimestampAuthority } from "#lib/ports/timestamps.ts";
import {
  createRuntime,
  openArchive,
  openBackups,
  openMail,
  openSecrets,
  openSftp,
  openSms,
  openTimestamps,
  type WorkerRuntime,
} from "#lib/runtime.ts";
import { openKeys } from "./keys.ts";

const RENEWAL_CHECK_MS = 15 * 60_000;
const CHANGED = "authorities_changed";

/** A runtime that can sign. */
export async function createWorkerRuntime(config: Config): Promise<WorkerRuntime> {
  const runtime = await createRuntime(config, { runsJobs: true });
  let known: { readonly authorities: Promise<Authorities>; readonly at: number } | null = null;
  const authorities = (): Promise<Authorities> => {
    const now = worker.now().getTime();
    if (known && Math.abs(now - known.at) < RENEWAL_CHECK_MS) return known.authorities;
    const fresh = { authorities: ensureAuthorities(worker), at: now };
    known = fresh;
    // A failure is not remembered: the next who asks tries again.
    fresh.authorities.catch(() => {
      if (known === fresh) known = null;
    });
    return fresh.authorities;
  };
  await runtime.database.listen(CHANGED, () => {
    known = null;
  });
  const transport = await openTimestamps(config);
  const anchors = anchorsIn(config);
  let timestamps: TimestampAuthority;
  const keys = await openKeys(runtime);
  const worker: WorkerRuntime = {
    ...{ ...runtime, keys },
    clock: watchClock(runtime),
    authorities,
    async renewAuthorities() {
      known = null;
      const fresh = await authorities();
      await announceChange(runtime, CHANGED);
      return fresh;
    },
    get timestamps() {
      timestamps ??= transport ? foreignTimestamps(worker, transport, anchors) : embeddedTimestamps(worker);
      return timestamps;
    },
    sftp: openSftp(config),
    archive: await openArchive(config, runtime.database.db),
    backups: await openBackups(config, runtime),
    openSecret: await openSecrets(config),
    mail: await openMail(config, (message) => keepInOutbox(runtime, message)),
    sms: await openSms(config, (message) => keepSmsInOutbox(runtime, message)),
    async close() {
      await runtime.close();
      keys.close();
    },
  };
  return worker;
}

/** Whom another's time-stamps have to come from. @throws ConfigError when the file says nothing of it */
function anchorsIn({ tsaAnchorsFile }: Config): TrustAnchor[] | null {
  if (tsaAnchorsFile === null) return null;
  try {
    const anchors = certificatesFromPem(readFileSync(tsaAnchorsFile, "utf8")).map(trustAnchorOf);
    if (anchors.length > 0) return anchors;
  } catch (cause) {
    throw new ConfigError([`TSA_ANCHORS cannot be read: ${(cause as Error).message}`]);
  }
  throw new ConfigError(["TSA_ANCHORS names a file without a certificate"]);
}
