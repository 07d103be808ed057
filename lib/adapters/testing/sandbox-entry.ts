import { serveTasks } from "../sandbox/serve-tasks.ts";
import { sandboxTasks } from "./sandbox-tasks.ts";

serveTasks(sandboxTasks);
