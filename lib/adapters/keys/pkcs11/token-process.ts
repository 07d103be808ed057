import { isRefusal } from "#lib/errors.ts";
import { endWithParent } from "../../sandbox/end-with-parent.ts";
import type { TaskName, TokenAccess, TokenReply, TokenRequest } from "./protocol.ts";
import { Token } from "./token.ts";
import { failureOf, TokenLost } from "./token-failures.ts";
import { tokenKeys } from "./token-keys.ts";

/*
 * The entry of the process that holds the vendor's module: what hangs or crashes there ends this process and no
 * other. Requests are answered as they come, several at once.
 */

let keys: ReturnType<typeof tokenKeys> | null = null;

async function answer({ number, task, input }: TokenRequest): Promise<TokenReply> {
  try {
    return { number, is: "done", output: await perform(task, input) };
  } catch (thrown) {
    const error = isRefusal(thrown) ? thrown : failureOf(thrown, task);
    if (error instanceof TokenLost) return { number, is: "lost", message: error.message };
    if (!isRefusal(error)) throw error;
    return { number, is: "refused", kind: error.kind, code: error.code, message: error.message };
  }
}

async function perform(task: TaskName, input: unknown): Promise<unknown> {
  if (task === "connect") {
    keys = tokenKeys(await Token.connect(input as TokenAccess));
    return undefined;
  }
  if (!keys) throw new TokenLost("the token is not connected");
  return keys[task](input as never);
}

if (!process.send) throw new Error("nobody started this module as the process of a token");
endWithParent();
process.on("message", async (request: TokenRequest) => process.send!(await answer(request)));
