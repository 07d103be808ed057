import { readConfig } from "#lib/config.ts";
import { startBulkSending } from "./bulk-sending.ts";
import { createWorkerRuntime } from "./worker-runtime.ts";

// A worker that only sends rows of bulk jobs: what becomes of the envelopes afterwards is left to another.
const runtime = await createWorkerRuntime(readConfig());
startBulkSending(runtime);
