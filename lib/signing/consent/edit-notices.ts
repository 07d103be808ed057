import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedText } from "#lib/identity/core/typed-text.ts";
import { uuidV7 } from "#lib/ids.ts";
import {
  BUILT_IN_NOTICES,
  CHANGES_PART,
  CONSENT_MODES,
  type ConsentMode,
  missingParts,
  NOTICE_PARTS,
  newestNotices,
  nextVersion,
  noticeBody,
  noticeSha256,
} from "../core/consent.ts";
import { signingError } from "../errors.ts";
import {
  changeDraft,
  dropDraft,
  findDraft,
  loadNotices,
  lockDraft,
  type NoticeRow,
  saveNotice,
} from "./store.ts";

const MOST_PART = 6_000;
const locale = z.string().regex(/^[a-z]{2,3}$/, "a language like en or de");

export interface NoticeView {
  /** Null for what comes with the product. */
  readonly id: string | null;
  readonly mode: ConsentMode;
  readonly version: string;
  readonly locale: string;
  readonly parts: readonly { readonly name: string; readonly text: string }[];
  readonly body: string;
  readonly sha256: string;
  readonly publishedAt: Date | null;
  /** What people agreed to changed materially with it. */
  readonly isMaterial: boolean;
  /** What people are shown now. */
  readonly isCurrent: boolean;
}

/** Every version of every notice, newest first: drafts, what people are shown now, and what they were shown before. */
export async function listNotices(ctx: Context): Promise<NoticeView[]> {
  requirePermission(ctx, "consent.manage");
  return inTransaction(ctx, async (ctx) => {
    const rows = await loadNotices(ctx);
    const published = rows.filter(({ publishedAt }) => publishedAt);
    const current = CONSENT_MODES.flatMap((mode) => [...newestNotices(mode, published).values()]);
    const isCurrent = (notice: { version: string; locale: string }) =>
      current.some(({ version, locale }) => version === notice.version && locale === notice.locale);
    const own = rows.filter(({ createdBy }) => createdBy !== null).toReversed();
    return [
      ...own.map((row) => viewOf(row, row.publishedAt !== null && isCurrent(row))),
      ...BUILT_IN_NOTICES.map((notice) =>
        viewOf(
          { ...notice, id: null, sha256: noticeSha256(notice), publishedAt: null, isMaterial: false },
          isCurrent(notice),
        ),
      ),
    ];
  });
}

type Shown = Pick<
  NoticeRow,
  "mode" | "version" | "locale" | "parts" | "body" | "sha256" | "publishedAt" | "isMaterial"
> & {
  readonly id: string | null;
};

function viewOf(notice: Shown, isCurrent: boolean): NoticeView {
  const { id, mode, version, locale, parts, sha256, publishedAt, isMaterial } = notice;
  return {
    ...{ id, mode, version, locale, sha256, publishedAt, isMaterial, isCurrent },
    body: noticeBody(mode, parts),
    parts: [CHANGES_PART, ...NOTICE_PARTS[mode]].map((name) => ({ name, text: parts[name] ?? "" })),
  };
}

const NewDraft = z.object({ mode: z.enum(CONSENT_MODES), locale });

/** Begins the next version from the words of the one in use, in English where the language has none. @returns its id */
export async function draftNotice(ctx: Context, input: z.input<typeof NewDraft>): Promise<string> {
  const member = requirePermission(ctx, "consent.manage");
  const { mode, locale } = NewDraft.parse(input);
  return inTransaction(ctx, async (ctx) => {
    const open = await findDraft(ctx, mode, locale);
    if (open) return open.id;
    const known = await loadNotices(ctx);
    const newest = newestNotices(
      mode,
      known.filter(({ publishedAt }) => publishedAt),
    );
    // What has changed since an earlier version is said by each for itself.
    const { [CHANGES_PART]: _, ...parts } = (newest.get(locale) ?? newest.get("en")!).parts;
    const version = nextVersion(mode, locale, known);
    const at = ctx.now();
    const id = uuidV7(at.getTime(), ctx.runtime.random(10));
    const { organizationId } = ctx;
    await saveNotice(ctx, {
      ...{ organizationId, id, mode, version, locale, parts, createdAt: at, createdBy: member.memberId },
    });
    const data = { notice: { id, mode, version, locale } };
    await appendEvent(ctx, { type: "consent-notice.drafted", envelopeId: null, data });
    return id;
  });
}

const Parts = z.record(z.string().max(20), typedText(MOST_PART));
const Edit = z.object({ id: z.uuid(), parts: Parts });

/** Keeps the words of a draft. @throws signing/notice-published, notice-not-found */
export async function saveNoticeDraft(ctx: Context, input: z.input<typeof Edit>): Promise<void> {
  requirePermission(ctx, "consent.manage");
  const { id, parts } = Edit.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const { mode } = await lockDraft(ctx, id);
    const names = [CHANGES_PART, ...NOTICE_PARTS[mode]];
    await changeDraft(ctx, id, { parts: Object.fromEntries(names.map((name) => [name, parts[name] ?? ""])) });
  });
}

const Publish = Edit.extend({
  /** What people agreed to, or what they need for it, changes materially: who has not finished is asked anew. */
  isMaterial: z.boolean().default(false),
  /** Who has signed under earlier versions is mailed what has changed. */
  isTold: z.boolean().default(false),
});

/**
 * Makes a draft the notice people are shown from now on. Its words are fixed with their hash; older versions stay. With a
 * material change it says what is other than before, and who agreed and has not finished is asked anew.
 *
 * @throws signing/notice-incomplete while a part that must be said has no words; notice-published, notice-not-found
 */
export async function publishNotice(ctx: Context, input: z.input<typeof Publish>): Promise<void> {
  const member = requirePermission(ctx, "consent.manage");
  const { id, parts, isMaterial, isTold } = Publish.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const { mode, version, locale } = await lockDraft(ctx, id);
    const missing = missingParts(mode, parts, isMaterial);
    if (missing.length > 0) throw signingError("notice-incomplete", missing.join(", "));
    const names = [...(isMaterial ? [CHANGES_PART] : []), ...NOTICE_PARTS[mode]];
    const kept = Object.fromEntries(names.map((name) => [name, parts[name]!]));
    const body = noticeBody(mode, kept);
    const sha256 = noticeSha256({ body });
    await changeDraft(ctx, id, {
      ...{ parts: kept, body, sha256, publishedAt: ctx.now(), publishedBy: member.memberId },
      ...{ isMaterial, isTold: isMaterial && isTold },
    });
    const change = isMaterial ? { material: true, told: isTold } : {};
    const data = { notice: { id, mode, version, locale, sha256 }, ...change };
    await appendEvent(ctx, { type: "consent-notice.published", envelopeId: null, data });
  });
}

/** Gives a draft up. @throws signing/notice-published, notice-not-found */
export async function dropNotice(ctx: Context, input: { readonly id: string }): Promise<void> {
  requirePermission(ctx, "consent.manage");
  await inTransaction(ctx, async (ctx) => {
    const { mode, version, locale } = await lockDraft(ctx, z.uuid().parse(input.id));
    await dropDraft(ctx, input.id);
    const data = { notice: { id: input.id, mode, version, locale } };
    await appendEvent(ctx, { type: "consent-notice.dropped", envelopeId: null, data });
  });
}
