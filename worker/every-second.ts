import { type Context, createContext } from "#lib/context.ts";
import type { OrganizationId } from "#lib/ids.ts";
import type { WorkerRuntime } from "#lib/runtime.ts";

const EVERY_MS = 1_000;

/** What is looked for second by second; every organization that has some of it gets its turn in each. */
export interface Round {
  /** As its events and errors name it. */
  readonly job: string;
  readonly organizations: (runtime: WorkerRuntime) => Promise<readonly OrganizationId[]>;
  readonly work: (ctx: Context) => Promise<unknown>;
}

/** Never begins a round before the last one ended; rounds of different jobs do not wait for each other. */
export function everySecond(runtime: WorkerRuntime, { job, organizations, work }: Round): { stop(): void } {
  let [isStopped, isAtWork] = [false, false];
  const told = (error: unknown, organizationId?: OrganizationId) => {
    if (!isStopped) runtime.log.error({ err: error, job, organizationId }, "a round of work broke off");
  };
  const round = async () => {
    if (isAtWork || isStopped) return;
    isAtWork = true;
    try {
      for (const organizationId of await organizations(runtime))
        await work(createContext(runtime, { organizationId, actor: { kind: "system", job } })).catch(
          (error: unknown) => told(error, organizationId),
        );
    } catch (error) {
      told(error);
    } finally {
      isAtWork = false;
    }
  };
  const timer = setInterval(() => void round(), EVERY_MS);
  return {
    stop() {
      isStopped = true;
      clearInterval(timer);
    },
  };
}
