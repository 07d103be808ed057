import { Worker } from "node:worker_threads";

/**
 * Ends this child process when its parent is gone. A call without end would outlive a killed parent: the thread it
 * blocks cannot notice, so another one does.
 */
export function endWithParent(): void {
  process.on("disconnect", () => process.exit());
  const watch = `setInterval(() => {
    if (process.ppid !== ${process.ppid}) process.kill(process.pid, "SIGKILL");
  }, 1000);`;
  new Worker(watch, { eval: true, resourceLimits: { maxOldGenerationSizeMb: 8 } }).unref();
}
