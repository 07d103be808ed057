import type { Context } from "#lib/context.ts";
import type { RevisionRow } from "./store.ts";

const SIGNED: readonly RevisionRow["kind"][] = ["certified", "signed", "sealed"];
const TIMEOUT_MS = 60_000;

/**
 * The signature that made the last of `parts`, as a CMS of its own; null where no signature did.
 *
 * @param parts the prepared revision and all after it, up to the one that is wanted.
 */
export async function detachedSignature(
  ctx: Context,
  parts: readonly RevisionRow[],
): Promise<Uint8Array | null> {
  const made = parts.at(-1);
  if (!made || !SIGNED.includes(made.kind)) return null;
  const { files, sandbox } = ctx.runtime;
  const handles = await Promise.all(parts.map(({ fileKey }) => files.handle(fileKey)));
  try {
    const plain = handles.map(({ key, path, dataKey }) => ({ key, path, dataKey }));
    return await sandbox.run("signatureAtEnd", { files: plain }, { timeoutMs: TIMEOUT_MS });
  } finally {
    await Promise.all(handles.map((handle) => handle.release()));
  }
}
