import { readConfig } from "#lib/config.ts";
import { createOrganization, isSetUp } from "#lib/identity/create-organization.ts";
import { createRuntime } from "#lib/runtime.ts";
import { Seed, settings } from "../e2e/seed.ts";

/** Who sets up a product that is there for the benchmarks alone, and gone after them. */
export const BENCH_OWNER = { email: "owner@example.com", password: "marble ferry lantern oak, benched" };

/** Acts on the product that runs; sets it up if nobody has. */
export async function openProduct(): Promise<Seed> {
  const runtime = await createRuntime(readConfig(settings()), { runsJobs: false });
  if (!(await isSetUp(runtime)))
    await createOrganization(
      { runtime, request: { ip: "127.0.0.1", userAgent: "whereof bench" } },
      {
        organizationName: "Whereof bench",
        name: "Olivia Owner",
        ...BENCH_OWNER,
      },
    );
  await runtime.close();
  return Seed.open();
}
