import { z } from "zod";
import { hasPermission, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { EnvelopeId, MemberId, TemplateId } from "#lib/ids.ts";
import type { RecipientRole } from "../core/roles.ts";
import { compareVersions, type VersionChange } from "../core/templates/compare-versions.ts";
import { readTemplate, writeTemplate } from "../core/templates/template-content.ts";
import { type NewerEdition, newerEditions } from "../forms/store.ts";
import { loadEnvelope } from "../store.ts";
import { preparedContent } from "./publish-template.ts";
import {
  countUses,
  listTemplateRows,
  loadNames,
  loadPolicy,
  loadTemplate,
  loadVersion,
  loadVersions,
  loadVersionsOf,
  type TemplateVersionRow,
} from "./template-store.ts";

const MOST_LISTED = 500;

export interface TemplateListItem {
  readonly id: TemplateId;
  readonly name: string;
  readonly ownerName: string;
  readonly currentVersion: number | null;
  readonly isAwaitingApproval: boolean;
  readonly uses: number;
  readonly changedAt: Date;
  /** It is built on an older edition of its form than the library has. */
  readonly isOutdated: boolean;
}

export interface TemplateList {
  readonly items: readonly TemplateListItem[];
  readonly asksForApproval: boolean;
  readonly may: { readonly manage: boolean; readonly approve: boolean };
}

const ListInput = z.object({ isRetired: z.boolean().default(false) });

/** The organization's templates, newest change first. */
export async function listTemplates(ctx: Context, input: z.input<typeof ListInput>): Promise<TemplateList> {
  const member = requirePermission(ctx, "template.read");
  const { isRetired } = ListInput.parse(input);
  return inTransaction(ctx, async (ctx) => {
    const rows = await listTemplateRows(ctx, { isRetired, limit: MOST_LISTED });
    const ids = rows.map(({ template }) => template.id);
    const open = (await loadVersionsOf(ctx, ids)).filter(({ state }) => state === "submitted");
    const uses = await countUses(ctx, ids);
    const newer = await newerEditions(ctx, ids);
    return {
      items: rows.map(({ template: { id, currentVersion, changedAt }, title, ownerName }) => ({
        ...{ id, name: title, ownerName: ownerName ?? "", currentVersion, changedAt },
        isAwaitingApproval: open.some(({ templateId }) => templateId === id),
        uses: uses.get(id) ?? 0,
        isOutdated: newer.has(id),
      })),
      asksForApproval: (await loadPolicy(ctx)).asksForApproval,
      may: {
        manage: hasPermission(member, "template.manage"),
        approve: hasPermission(member, "template.approve"),
      },
    };
  });
}

export interface TemplateVersionView {
  readonly number: number;
  readonly state: TemplateVersionRow["state"];
  readonly sha256: string;
  readonly submittedBy: string;
  readonly submittedAt: Date;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  readonly note: string;
  /** Against the published version before it; null for the first. */
  readonly changes: readonly VersionChange[] | null;
}

export interface TemplateView {
  readonly id: TemplateId;
  readonly envelopeId: EnvelopeId;
  readonly name: string;
  readonly ownerName: string;
  readonly currentVersion: number | null;
  readonly isRetired: boolean;
  readonly changedAt: Date;
  readonly uses: number;
  /** Newest first. */
  readonly versions: readonly TemplateVersionView[];
  /** Of the current version; as it is prepared before the first. */
  readonly roles: readonly { readonly id: string; readonly role: RecipientRole; readonly name: string }[];
  readonly documents: readonly { readonly name: string; readonly pages: number }[];
  readonly fieldCount: number;
  /** What is prepared and not yet published. */
  readonly unpublished: readonly VersionChange[] | null;
  /** The form of the library it is built on, where that has a newer edition. */
  readonly newerEdition: NewerEdition | null;
  readonly may: { readonly manage: boolean; readonly approve: boolean; readonly use: boolean };
}

const ViewInput = z.object({ templateId: z.uuid().transform((id) => id as TemplateId) });

/** @throws envelopes/template-not-found */
export async function getTemplate(ctx: Context, input: z.input<typeof ViewInput>): Promise<TemplateView> {
  const member = requirePermission(ctx, "template.read");
  const { templateId } = ViewInput.parse(input);
  return inTransaction(ctx, async (ctx) => {
    const template = await loadTemplate(ctx, templateId);
    const envelope = await loadEnvelope(ctx, template.envelopeId);
    const rows = await loadVersions(ctx, templateId);
    const contents = new Map(rows.map((row) => [row.number, readTemplate(row)]));
    const prepared = (await preparedContent(ctx, envelope)).content;
    const current = template.currentVersion === null ? null : contents.get(template.currentVersion)!;
    const shown = current ?? prepared;
    const people = rows.flatMap(({ submittedBy, decidedBy }) => [
      submittedBy,
      ...(decidedBy ? [decidedBy] : []),
    ]);
    const names = await loadNames(ctx, [...new Set<MemberId>([template.ownerId, ...people])]);
    const isCurrent = current !== null && writeTemplate(current).sha256 === writeTemplate(prepared).sha256;
    const isOwn = template.ownerId === member.memberId || hasPermission(member, "envelope.manage-all");
    return {
      ...{ id: template.id, envelopeId: envelope.id, name: envelope.title, changedAt: template.changedAt },
      ...{ currentVersion: template.currentVersion, isRetired: template.retiredAt !== null },
      ownerName: names.get(template.ownerId) ?? "",
      uses: (await countUses(ctx, [templateId])).get(templateId) ?? 0,
      versions: rows
        .map((row, index): TemplateVersionView => {
          const before = rows.slice(0, index).findLast(({ state }) => state === "published");
          const { number, state, sha256, submittedAt, decidedAt, note } = row;
          return {
            ...{ number, state, sha256, submittedAt, decidedAt, note },
            submittedBy: names.get(row.submittedBy) ?? "",
            decidedBy: row.decidedBy ? (names.get(row.decidedBy) ?? "") : null,
            changes: before ? compareVersions(contents.get(before.number)!, contents.get(number)!) : null,
          };
        })
        .reverse(),
      roles: shown.draft.recipients.map(({ id, role, roleName }) => ({ id, role, name: roleName ?? "" })),
      documents: shown.documents.map(({ name, pages }) => ({ name, pages })),
      fieldCount: shown.draft.fields.length,
      newerEdition: (await newerEditions(ctx, [templateId])).get(templateId) ?? null,
      unpublished: current === null ? null : isCurrent ? [] : compareVersions(current, prepared),
      may: {
        manage: hasPermission(member, "template.manage") && isOwn,
        approve: hasPermission(member, "template.approve"),
        use: hasPermission(member, "envelope.create"),
      },
    };
  });
}

const ComparisonInput = z.object({
  templateId: z.uuid().transform((id) => id as TemplateId),
  from: z.number().int().min(1),
  to: z.number().int().min(1),
});

/** What changed from one version to another. @throws envelopes/version-not-found */
export async function compareTemplate(
  ctx: Context,
  input: z.input<typeof ComparisonInput>,
): Promise<readonly VersionChange[]> {
  requirePermission(ctx, "template.read");
  const { templateId, from, to } = ComparisonInput.parse(input);
  return inTransaction(ctx, async (ctx) =>
    compareVersions(
      readTemplate(await loadVersion(ctx, templateId, from)),
      readTemplate(await loadVersion(ctx, templateId, to)),
    ),
  );
}
