import type { Context } from "#lib/context.ts";
import type { RecipientId } from "#lib/ids.ts";
import { boxSize } from "#lib/pdf/fields.ts";
import type { PageBox } from "#lib/pdf/placement.ts";
import { hasAgreementOn } from "./agreements/store.ts";
import { findSignatureBlockers } from "./authentication/signature-choice.ts";
import type { Blocker } from "./core/blockers.ts";
import { breaksSignatures } from "./core/documents/earlier-signatures.ts";
import type { DraftContent, DraftField, DraftRecipient } from "./core/draft.ts";
import { primaryOf } from "./core/languages.ts";
import { isAsked, signs } from "./core/roles.ts";
import type { SignatureDemand } from "./core/signature-kind.ts";
import { loadAccessCodes, loadConsumerLanguages, loadHosts } from "./store.ts";
import { undrawableNames } from "./undrawable-names.ts";
import { undrawableValues } from "./undrawable-values.ts";

/** Whose turn it is, as a draft says it or as it is kept. */
interface Placed {
  readonly turn?: number;
  readonly order?: number;
  readonly alternativeTo?: string | null;
  /** An instant, as the draft or the database has it. */
  readonly answerUntil?: Date | string | null;
}

/** What stands in the way of sending and cannot be seen in the draft itself. */
export async function serverBlockers(
  ctx: Context,
  draft: {
    readonly recipients: readonly (Pick<
      DraftRecipient,
      "id" | "role" | "name" | "check" | "language" | "meaning" | "onBehalfOf" | "hostId"
    > &
      Placed)[];
    readonly fields: readonly DraftField[];
    readonly consentMode: DraftContent["consentMode"];
    readonly order?: DraftContent["order"];
  } & SignatureDemand,
  documents: readonly {
    readonly id: string;
    readonly pages: readonly PageBox[];
    readonly holdsHealth: boolean;
    readonly keepsSignatures: boolean;
  }[],
): Promise<Blocker[]> {
  const asked = draft.recipients.filter(({ check }) => check === "access-code");
  const known = await loadAccessCodes(
    ctx,
    asked.map(({ id }) => id as RecipientId),
  );
  const missing = asked.filter(({ id }) => !known.has(id));
  const hosts = new Set<string>((await loadHosts(ctx)).map(({ id }) => id));
  const gone = draft.recipients.filter(({ hostId }) => hostId != null && !hosts.has(hostId));
  const late = draft.recipients.filter(
    ({ role, answerUntil }) => isAsked(role) && answerUntil && new Date(answerUntil) <= ctx.now(),
  );
  const payments = draft.fields.filter(({ type }) => type === "payment" && !ctx.runtime.payments);
  const unread = draft.consentMode === "consumer" ? await withoutNotice(ctx, draft.recipients) : [];
  const health = documents.filter(({ holdsHealth }) => holdsHealth);
  const mayHold = health.length === 0 || (await hasAgreementOn(ctx, ctx.now().toISOString().slice(0, 10)));
  return [
    ...(mayHold ? [] : health).map(({ id }): Blocker => ({ code: "no-agreement", documentId: id })),
    ...(await findSignatureBlockers(ctx, draft)),
    ...undrawableNames(ctx, draft.recipients),
    ...missing.map(({ id }): Blocker => ({ code: "access-code-missing", recipientId: id })),
    ...late.map(({ id }): Blocker => ({ code: "answer-time-over", recipientId: id })),
    ...gone.map(({ id }): Blocker => ({ code: "host-gone", recipientId: id })),
    ...undrawableValues(ctx, draft.fields, documents),
    ...draft.recipients
      .filter((one) => signs(one.role) && !hasRoom(one, draft.fields, documents))
      .map(({ id }): Blocker => ({ code: "signature-too-small", recipientId: id })),
    ...keptBlockers(draft.fields, documents),
    ...payments.map(({ id }): Blocker => ({ code: "payment-off", fieldId: id })),
    ...unread.map(({ id }): Blocker => ({ code: "language-without-notice", recipientId: id })),
  ];
}

/** On pages that others signed before. */
function keptBlockers(
  fields: readonly DraftField[],
  documents: readonly { readonly id: string; readonly keepsSignatures: boolean }[],
): Blocker[] {
  return documents
    .filter(({ keepsSignatures }) => keepsSignatures)
    .flatMap(({ id }) => {
      const own = fields.filter(({ documentId }) => documentId === id);
      return own.filter((field) => breaksSignatures(field, own));
    })
    .map(({ id }): Blocker => ({ code: "breaks-signatures", fieldId: id }));
}

/** Room for a mark and three lines below it, the longest of which is the time; and for one line more. */
const ROOM = { widthPt: 112, heightPt: 47, linePt: 8 } as const;

/** Whether name, for whom, meaning and time are printed in one of a person's signature fields, or there is none to judge. */
function hasRoom(
  { id, meaning, onBehalfOf }: Pick<DraftRecipient, "id" | "meaning" | "onBehalfOf">,
  fields: readonly DraftField[],
  documents: readonly { readonly id: string; readonly pages: readonly PageBox[] }[],
): boolean {
  const own = fields.filter((field) => field.type === "signature" && field.recipientId === id);
  const leastPt = ROOM.heightPt + (meaning && onBehalfOf ? ROOM.linePt : 0);
  if (!meaning && !onBehalfOf) return true;
  if (own.length === 0) return true;
  return own.some((field) => {
    const page = documents.find(({ id }) => id === field.documentId)?.pages[field.page];
    if (!page) return false;
    const { widthPt, heightPt } = boxSize(field, page);
    return widthPt >= ROOM.widthPt && heightPt >= leastPt;
  });
}

/** Whose language has no published notice for consumers. */
async function withoutNotice<R extends Pick<DraftRecipient, "language">>(
  ctx: Context,
  recipients: readonly R[],
): Promise<readonly R[]> {
  const asked = recipients.filter(({ language }) => language !== "" && language !== "en");
  if (asked.length === 0) return [];
  const published = await loadConsumerLanguages(ctx);
  return asked.filter(({ language }) => !published.has(primaryOf(language)));
}
