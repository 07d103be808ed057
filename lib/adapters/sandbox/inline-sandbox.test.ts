import { sandboxContract } from "#lib/ports/sandbox.contract.ts";
import { sandboxTasks } from "../testing/sandbox-tasks.ts";
import { inlineSandbox } from "./inline-sandbox.ts";

sandboxContract("in this thread", () => inlineSandbox(sandboxTasks), false);
