import { z } from "zod";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { plainName, targetsOf } from "../core/bulk/mapping.ts";
import { envelopesError } from "../errors.ts";
import { checkRows } from "./check-rows.ts";
import { lockOwnJob } from "./may-send.ts";
import { changeJob, findMapping, saveMapping } from "./store.ts";

const Input = z.object({
  jobId: z.uuid(),
  /** For each column the key of where it goes, or null. */
  mapping: z.array(z.string().max(100).nullable()).max(200),
});

/**
 * Puts columns where the sender says, remembers it for the next table, and looks at every row again.
 *
 * @throws envelopes/bulk-not-preparing, bulk-mapping-wrong
 */
export async function changeMapping(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  requirePermission(ctx, "bulk.send");
  const { jobId, mapping } = Input.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const job = await lockOwnJob(ctx, jobId);
    if (job.state !== "preparing") throw envelopesError("bulk-not-preparing", `job is ${job.state}`);
    const known = new Set(targetsOf(job.source).map(({ key }) => key));
    const used = mapping.filter((key) => key !== null);
    const isWrong =
      mapping.length !== job.header.length ||
      used.some((key) => !known.has(key)) ||
      new Set(used).size < used.length;
    if (isWrong) throw envelopesError("bulk-mapping-wrong", `${mapping.length} columns`);
    await changeJob(ctx, jobId, { mapping });
    const chosen = job.header.flatMap((name, index) => {
      const key = mapping[index];
      return key ? [[plainName(name), key] as const] : [];
    });
    const before = await findMapping(ctx, job.sourceId);
    const dropped = new Set(job.header.map(plainName));
    const kept = Object.entries(before).filter(([name]) => !dropped.has(name));
    await saveMapping(ctx, job.sourceId, Object.fromEntries([...kept.slice(-200), ...chosen]));
    await checkRows(ctx, { ...job, mapping });
  });
}
