import type { Context } from "#lib/context.ts";
import { isLoopback } from "#lib/loopback.ts";
import { signingError } from "../errors.ts";

/** Whether what is answered stays on this machine: asked from here, under an address of this machine. */
const isHere = ({ request, runtime }: Context): boolean =>
  request === null || (isLoopback(request.ip) && isLoopback(new URL(runtime.config.baseUrl).hostname));

/**
 * Refuses to hand out a secret where it would go over the network unencrypted, or where nobody can tell: a proxy counts
 * only when it is one of ours and says that it was asked over https.
 *
 * @throws signing/export-not-encrypted
 */
export function requirePrivateWay(ctx: Context): void {
  if (isHere(ctx) || ctx.request?.isEncrypted === true) return;
  throw signingError("export-not-encrypted", "asked for without TLS, or through a proxy that is not trusted");
}

/** How it went, for the chain of custody. */
export const wayOf = (ctx: Context): string =>
  isHere(ctx) ? "download on this machine" : "download over TLS";
