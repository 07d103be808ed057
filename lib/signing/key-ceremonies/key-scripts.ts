import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedLine, typedText } from "#lib/identity/core/typed-text.ts";
import { uuidV7 } from "#lib/ids.ts";
import { type KeyScript, OUR_SCRIPTS, parseScript, scriptSha256, scriptText } from "../core/key-scripts.ts";
import { signingError } from "../errors.ts";
import { loadScripts, saveScript } from "./store.ts";

export interface ScriptView extends KeyScript {
  readonly sha256: string;
  readonly text: string;
  /** Null for one that came with the product. */
  readonly publishedBy: string | null;
  readonly publishedAt: Date | null;
}

/** Scripts for key ceremonies, the newest version of each. */
export async function listKeyScripts(ctx: Context): Promise<ScriptView[]> {
  requirePermission(ctx, "certificate.read");
  return inTransaction(ctx, newestScripts);
}

export async function newestScripts(ctx: Context): Promise<ScriptView[]> {
  const newest = new Map<string, ScriptView>();
  for (const script of OUR_SCRIPTS) newest.set(script.name, viewOf(script, null, null));
  for (const row of (await loadScripts(ctx)).toReversed())
    newest.set(row.name, viewOf(row, row.publishedBy, row.publishedAt));
  return [...newest.values()];
}

const viewOf = (
  { name, version, custodiansNeeded, steps }: KeyScript,
  publishedBy: string | null,
  publishedAt: Date | null,
): ScriptView => {
  const script = { name, version, custodiansNeeded, steps };
  return { ...script, sha256: scriptSha256(script), text: scriptText(script), publishedBy, publishedAt };
};

const Input = z.object({
  name: typedLine(120),
  custodiansNeeded: z.coerce.number().int().min(0).max(20),
  text: typedText(100_000),
});

/**
 * Publishes a script, or the next version of one with the same name. Ceremonies under way keep theirs.
 *
 * @returns its version. @throws signing/export-text-missing, script-unreadable
 */
export async function publishKeyScript(ctx: Context, input: z.input<typeof Input>): Promise<number> {
  const { name: publishedBy } = requirePermission(ctx, "key.manage");
  const { name, custodiansNeeded, text } = Input.parse(input);
  if (name === "") throw signingError("export-text-missing", "no name");
  const steps = parseScript(text);
  if (!steps) throw signingError("script-unreadable", "no steps, or too many");
  return inTransaction(ctx, async (ctx) => {
    const known = (await newestScripts(ctx)).find((one) => one.name === name);
    const script: KeyScript = { name, version: (known?.version ?? 0) + 1, custodiansNeeded, steps };
    const sha256 = scriptSha256(script);
    const id = uuidV7(ctx.now().getTime(), ctx.runtime.random(10));
    const { organizationId } = ctx;
    await saveScript(ctx, { organizationId, id, ...script, sha256, publishedBy, publishedAt: ctx.now() });
    const data = { script: name, version: script.version, sha256, steps: steps.length, custodiansNeeded };
    await appendEvent(ctx, { type: "key-script.published", envelopeId: null, data });
    return script.version;
  });
}
