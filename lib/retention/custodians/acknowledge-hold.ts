import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requireCustodian } from "#lib/authorize.ts";
import { fromBase64Url, sha256 } from "#lib/bytes.ts";
import { type Context, createContext, inTransaction, type Visitor } from "#lib/context.ts";
import { limitRate, networkOf } from "#lib/identity/limit-rate.ts";
import { noticeSha256 } from "../core/hold-notice.ts";
import { retentionError } from "../errors.ts";
import { loadHold } from "../hold-store.ts";
import { loadOrganization } from "../store.ts";
import { changeCustodian, findNotice, lockCustodian } from "./store.ts";

const TOKEN_BYTES = 32;
const WRONG_LINKS = { tries: 30, windowSeconds: 600 };
const OPENED = { tries: 120, windowSeconds: 600 };
const ANSWERS = { tries: 10, windowSeconds: 600 };

export interface HoldNoticeView {
  readonly organizationName: string;
  readonly name: string;
  readonly notice: string;
  /** What an acknowledgement is bound to. */
  readonly noticeSha256: string;
  readonly placedAt: Date;
  readonly acknowledgedAt: Date | null;
  /** When there was nothing left to keep for it: the hold was released, or it concerns this person no more. */
  readonly endedAt: Date | null;
}

/** Whose notice a link belongs to. @throws retention/not-found, identity/too-many-tries */
export async function custodianContext(visitor: Visitor, token: string): Promise<Context> {
  const { runtime, request } = visitor;
  const bytes = fromBase64Url(token.slice(0, 64));
  const found = bytes.length === TOKEN_BYTES ? await findNotice(runtime, sha256(bytes)) : null;
  if (!found) {
    await limitRate(runtime, `wrong-hold-link:${networkOf(request.ip)}`, WRONG_LINKS);
    throw retentionError("not-found", "no such notice");
  }
  const { organizationId, custodianId } = found;
  await limitRate(runtime, `hold-link:${custodianId}`, OPENED);
  const system = createContext(runtime, { organizationId, actor: { kind: "system", job: "link" }, request });
  const { holdId, name, email } = await inTransaction(system, (ctx) => lockCustodian(ctx, custodianId));
  const actor = { kind: "custodian", custodianId, holdId, name, email } as const;
  return createContext(runtime, { organizationId, actor, request });
}

/** What somebody is asked to keep. Looking at it records nothing: mail scanners look too. */
export async function readHoldNotice(ctx: Context): Promise<HoldNoticeView> {
  const { custodianId, holdId, name } = requireCustodian(ctx);
  return inTransaction(ctx, async (ctx) => {
    const { acknowledgedAt, endedAt } = await lockCustodian(ctx, custodianId);
    const { notice, placedAt, releasedAt } = await loadHold(ctx, holdId);
    const words = notice ?? "";
    return {
      ...{ organizationName: (await loadOrganization(ctx)).name, name, notice: words, placedAt },
      ...{ noticeSha256: noticeSha256(words), acknowledgedAt, endedAt: endedAt ?? releasedAt },
    };
  });
}

const Shown = z.object({ noticeSha256: z.string().regex(/^[0-9a-f]{64}$/) });

/**
 * Somebody says that they have read a notice and will keep what it names. Saying it twice is saying it once.
 *
 * @throws retention/hold-released, custodian-removed, notice-changed when these are not the words that were shown,
 *   identity/too-many-tries
 */
export async function acknowledgeHold(ctx: Context, input: z.input<typeof Shown>): Promise<void> {
  const { custodianId, holdId } = requireCustodian(ctx);
  const shown = Shown.parse(input);
  await limitRate(ctx.runtime, `hold-answer:${custodianId}`, ANSWERS);
  await inTransaction(ctx, async (ctx) => {
    const hold = await loadHold(ctx, holdId, true);
    if (hold.releasedAt) throw retentionError("hold-released", `hold ${holdId}`);
    const custodian = await lockCustodian(ctx, custodianId);
    if (custodian.endedAt) throw retentionError("custodian-removed", `custodian ${custodianId}`);
    if (noticeSha256(hold.notice ?? "") !== shown.noticeSha256)
      throw retentionError("notice-changed", `hold ${holdId}`);
    if (custodian.acknowledgedAt) return;
    await changeCustodian(ctx, custodianId, { acknowledgedAt: ctx.now() });
    const data = { hold: holdId, custodian: custodianId, noticeSha256: shown.noticeSha256 };
    await appendEvent(ctx, { type: "hold-notice.acknowledged", envelopeId: null, data });
  });
}
