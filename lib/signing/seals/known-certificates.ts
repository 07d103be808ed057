import type { Context } from "#lib/context.ts";
import { listRegistered } from "./store.ts";

/** What the organization has registered: DER each. */
export async function knownCertificates(
  ctx: Context,
): Promise<{ readonly anchors: readonly Uint8Array[]; readonly known: readonly Uint8Array[] }> {
  const rows = await listRegistered(ctx);
  const of = (use: string) => rows.filter((row) => row.use === use).map(({ der }) => der);
  return { anchors: of("anchor"), known: of("chain") };
}
