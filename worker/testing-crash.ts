import diagnostics from "node:diagnostics_channel";
import { appendFileSync, existsSync, readFileSync } from "node:fs";

// Loaded before a worker in a test: kills the process at the first point it has not been killed at before.
const visited = process.argv
  .find((argument) => argument.startsWith("--visited="))
  ?.slice("--visited=".length);

diagnostics.subscribe("whereof.step", (message) => {
  const { point } = message as { point: string };
  const known = visited && existsSync(visited) ? readFileSync(visited, "utf8").split("\n") : [];
  if (!visited || known.includes(point)) return;
  appendFileSync(visited, `${point}\n`);
  process.kill(process.pid, "SIGKILL");
});
