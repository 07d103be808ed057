import type { Visitor } from "#lib/context.ts";
import { limitRate, networkOf } from "#lib/identity/limit-rate.ts";
import type { OcspRequest } from "#lib/pki/core/revocation/ocsp-request.ts";
import { type Published, publishedOcsp } from "#lib/pki/published.ts";

/** What has a nonce is signed for whoever asks, and nobody may keep the workers busy with it. */
const RATE = { tries: 300, windowSeconds: 60 };

/**
 * The status of a certificate of ours, for anybody.
 *
 * @throws identity/too-many-tries for answers that are made for the one who asks
 */
export async function answerStatus({ runtime, request }: Visitor, asked: OcspRequest): Promise<Published> {
  if (asked.nonce) await limitRate(runtime, `ocsp:${networkOf(request.ip)}`, RATE);
  return publishedOcsp(runtime, asked);
}
