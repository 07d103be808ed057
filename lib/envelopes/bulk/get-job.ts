import { hasPermission, requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { displayedSize } from "#lib/pdf/placement.ts";
import type { Blocker } from "../core/blockers.ts";
import type { BulkSource } from "../core/bulk/bulk-source.ts";
import { composeRow, type RowProblem } from "../core/bulk/compose-row.ts";
import { targetsOf, withheldFields } from "../core/bulk/mapping.ts";
import type { QuietHours } from "../core/bulk/pacing.ts";
import { isAtProvider } from "../core/routing.ts";
import type { SignatureKind } from "../core/signature-kind.ts";
import { loadRecipientsOf, type RecipientRow } from "../store.ts";
import { sourceBlockers } from "./check-rows.ts";
import { bulkSettings, requireBulk } from "./may-send.ts";
import {
  countEnvelopes,
  countReaders,
  countRows,
  countSends,
  findSameTable,
  type JobRow,
  listJobRows,
  loadJob,
  loadRows,
  type RowState,
} from "./store.ts";

export interface JobCounts {
  readonly rows: Readonly<Record<RowState, number>>;
  readonly all: number;
  /** Envelopes of the job by their state. */
  readonly envelopes: Readonly<Record<string, number>>;
  readonly mails: { readonly done: number; readonly refused: number };
  /** Who is asked to read and confirm, and who has; null where nobody is. */
  readonly readers: { readonly all: number; readonly done: number } | null;
}

export interface JobListItem {
  readonly id: string;
  readonly title: string;
  readonly fileName: string;
  readonly state: JobRow["state"];
  readonly pauseReason: JobRow["pauseReason"];
  readonly ownerName: string;
  readonly createdAt: Date;
  readonly counts: Readonly<Record<RowState, number>>;
}

export interface JobView {
  readonly id: string;
  readonly title: string;
  readonly fileName: string;
  readonly format: string;
  readonly state: JobRow["state"];
  readonly pauseReason: JobRow["pauseReason"];
  readonly header: readonly string[];
  readonly mapping: readonly (string | null)[];
  readonly source: BulkSource;
  readonly targets: readonly {
    readonly key: string;
    readonly label: string;
    readonly person: number | null;
  }[];
  /** Whom nobody mails: the sender gives them links. Their places among the people, from 0, and names where the source has one. */
  readonly givenLinks: readonly { readonly id: string; readonly position: number; readonly name: string }[];
  /** Labels of fields that a table never fills. */
  readonly withheld: readonly string[];
  readonly blockers: readonly Blocker[];
  readonly counts: JobCounts;
  readonly settings: {
    readonly perMinute: number;
    readonly quietHours: QuietHours | null;
    readonly bouncePercent: number;
    readonly reminderHours: number | null;
  };
  readonly organizationPerMinute: number;
  /** The same table went out with this job already. */
  readonly sameTable: { readonly id: string; readonly startedAt: Date } | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
}

const LISTED = 100;

/** Bulk jobs, newest first: one's own; who may manage everything sees everybody's. */
export async function listJobs(ctx: Context): Promise<JobListItem[]> {
  requirePermission(ctx, "bulk.send");
  return inTransaction(ctx, async (ctx) => {
    const member = await requireBulk(ctx);
    const ownerId = hasPermission(member, "envelope.manage-all") ? null : member.memberId;
    const jobs = await listJobRows(ctx, ownerId, LISTED);
    const items: JobListItem[] = [];
    for (const { id, title, fileName, state, pauseReason, ownerName, createdAt } of jobs) {
      const counts = await countRows(ctx, id);
      items.push({
        ...{ id, title, fileName, state, pauseReason, createdAt, counts },
        ownerName: ownerName ?? "",
      });
    }
    return items;
  });
}

/** One job as its screen needs it. @throws envelopes/bulk-not-found */
export async function getJob(ctx: Context, input: { readonly jobId: string }): Promise<JobView> {
  requirePermission(ctx, "bulk.send");
  return inTransaction(ctx, async (ctx) => {
    const job = await ownJob(ctx, input.jobId);
    const { source, header, mapping, fileName, format, state, pauseReason, createdAt, startedAt, endedAt } =
      job;
    const { perMinute, quietHours, bouncePercent, reminderHours } = job;
    const isPreparing = state === "preparing";
    const same = isPreparing ? await findSameTable(ctx, job) : null;
    const people = new Map(source.content.recipients.map(({ id }, index) => [id, index]));
    const labels = new Map(source.content.fields.map(({ id, label, type }) => [id, label || type]));
    return {
      ...{
        id: job.id,
        title: source.content.title,
        fileName,
        format,
        state,
        pauseReason,
        header,
        mapping,
        source,
      },
      targets: targetsOf(source).map((target) => ({
        key: target.key,
        label:
          target.kind === "person"
            ? target.part
            : target.kind === "field"
              ? (labels.get(target.fieldId) ?? "")
              : target.kind,
        person: target.kind === "person" ? people.get(target.recipientId)! : null,
      })),
      givenLinks: source.content.recipients.flatMap(({ id, name, isGivenLink }, position) =>
        isGivenLink ? [{ id, position, name }] : [],
      ),
      withheld: withheldFields(source).map((id) => labels.get(id) ?? ""),
      blockers: isPreparing ? await sourceBlockers(ctx, source) : [],
      counts: await countsOf(ctx, job),
      settings: { perMinute, quietHours, bouncePercent, reminderHours },
      organizationPerMinute: (await bulkSettings(ctx)).perMinute,
      sameTable: same?.startedAt ? { id: same.id, startedAt: same.startedAt } : null,
      ...{ createdAt, startedAt, endedAt },
    };
  });
}

async function countsOf(ctx: Context, { id, source }: JobRow): Promise<JobCounts> {
  const rows = await countRows(ctx, id);
  const all = Object.values(rows).reduce((sum, count) => sum + count, 0);
  const hasReaders = source.content.recipients.some(({ role }) => role === "viewer");
  const readers = hasReaders ? await countReaders(ctx, id) : null;
  return { rows, all, envelopes: await countEnvelopes(ctx, id), mails: await countSends(ctx, id), readers };
}

/** Also of who may not send in bulk any more: they may look at it, and stop it. */
async function ownJob(ctx: Context, jobId: string): Promise<JobRow> {
  const member = requirePermission(ctx, "bulk.send");
  const job = await loadJob(ctx, jobId);
  requireOwn(member, job.ownerId, "envelope.manage-all");
  return job;
}

export interface JobRowView {
  readonly id: EnvelopeId;
  readonly number: number;
  readonly line: number;
  readonly cells: readonly string[];
  readonly state: RowState;
  readonly problems: readonly RowProblem[];
  /** How its envelope is doing; null while there is none. */
  readonly envelope: { readonly state: string } | null;
}

/** Rows of a job in order, from after a number. */
export async function listJobRowsOf(
  ctx: Context,
  input: {
    readonly jobId: string;
    readonly after: number;
    readonly limit: number;
    readonly states?: readonly RowState[];
  },
): Promise<JobRowView[]> {
  requirePermission(ctx, "bulk.send");
  const { jobId, after, states } = input;
  return inTransaction(ctx, async (ctx) => {
    const { source } = await ownJob(ctx, jobId);
    const rows = await loadRows(ctx, jobId, {
      after,
      limit: Math.min(input.limit, 500),
      ...(states ? { states } : {}),
    });
    const sent = rows.filter(({ state }) => state === "sent").map(({ id }) => id);
    const people = Map.groupBy(await loadRecipientsOf(ctx, sent), ({ envelopeId }) => envelopeId);
    return rows.map(({ id, number, line, cells, state, problems }) => {
      const states = people.get(id)?.map((person) => reachedBy(person, source.content.signatureKind)) ?? [];
      return {
        ...{ id, number, line, state, problems, cells: cells ?? [] },
        envelope: state === "sent" ? { state: furthest(states) } : null,
      };
    });
  });
}

/** Whoever has yet to let a provider sign has agreed, and not signed. */
function reachedBy(person: RecipientRow, signatureKind: SignatureKind = "here"): string {
  const isWaiting = isAtProvider({ ...person, isSigned: person.signedAt !== null }, signatureKind);
  return isWaiting ? "consented" : person.state;
}

const ORDER = ["declined", "finished", "consented", "viewed", "notified", "delegated", "waiting"];
const furthest = (states: readonly string[]): string =>
  ORDER.find((state) => states.includes(state)) ?? "waiting";

export interface RowPreview {
  /** Where it stands in the table, which begins with the names of the columns. */
  readonly line: number;
  readonly title: string;
  readonly people: readonly { readonly name: string; readonly email: string; readonly role: string }[];
  /** The page that shows the most of what the row fills in, and what stands where on it. */
  readonly page: {
    readonly documentId: string;
    readonly page: number;
    readonly widthPt: number;
    readonly heightPt: number;
  } | null;
  readonly values: readonly {
    readonly text: string;
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
    readonly isFilled: boolean;
  }[];
}

/** The first three good rows as the documents they become. */
export async function previewRows(ctx: Context, input: { readonly jobId: string }): Promise<RowPreview[]> {
  requirePermission(ctx, "bulk.send");
  return inTransaction(ctx, async (ctx) => {
    const { id, source, mapping } = await ownJob(ctx, input.jobId);
    const rows = await loadRows(ctx, id, { after: 0, limit: 3, states: ["ready"] });
    return rows.map(({ line, cells }) => {
      const composed = composeRow(source, mapping, cells ?? []);
      const places = Map.groupBy(composed.fields, ({ documentId, page }) => `${documentId} ${page}`);
      const filledOn = (fields: readonly { readonly id: string }[]) =>
        fields.filter((field) => composed.filled.has(field.id)).length;
      const [best] = [...places.values()].toSorted((a, b) => filledOn(b) - filledOn(a));
      // Without any field it is the first page that is read.
      const shown = best?.[0] ?? { documentId: source.documents[0]?.id ?? "", page: 0 };
      const shape = source.documents.find(({ id }) => id === shown.documentId)?.pages[shown.page];
      return {
        ...{ line, title: composed.title },
        people: composed.recipients.map(({ name, email, role }) => ({ name, email, role })),
        page: shape ? { documentId: shown.documentId, page: shown.page, ...displayedSize(shape) } : null,
        values: (best ?? []).map(({ id, label, settings, x, y, width, height }) => ({
          ...{ x, y, width, height, isFilled: composed.filled.has(id) },
          text: composed.filled.has(id) ? (settings.value ?? "") : label,
        })),
      };
    });
  });
}
