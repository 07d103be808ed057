import { z } from "zod";
import { hasPermission, isOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { EnvelopeId, MemberId, TemplateId } from "#lib/ids.ts";
import { loadClassNames } from "../authentication/policy-store.ts";
import type { RecipientRole } from "../core/roles.ts";
import { compareVersions, type VersionChange } from "../core/templates/compare-versions.ts";
import { readTemplate, writeTemplate } from "../core/templates/template-content.ts";
import { type NewerEdition, newerEditions } from "../forms/store.ts";
import { teamNames } from "../organize-store.ts";
import { loadEnvelope } from "../store.ts";
import { preparedContent } from "./publish-template.ts";
import { requireUsable, usableBy } from "./template-access.ts";
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
  /** The team whose it is alone; null for everybody's. */
  readonly teamName: string | null;
  readonly folderId: string | null;
}

export interface TemplateList {
  readonly items: readonly TemplateListItem[];
  readonly asksForApproval: boolean;
  readonly may: { readonly manage: boolean; readonly approve: boolean };
}

const ListInput = z.object({
  isRetired: z.boolean().default(false),
  folder: z.uuid().nullable().default(null),
});

/** The organization's templates, newest change first. */
export async function listTemplates(ctx: Context, input: z.input<typeof ListInput>): Promise<TemplateList> {
  const member = requirePermission(ctx, "template.read");
  const { isRetired, folder } = ListInput.parse(input);
  return inTransaction(ctx, async (ctx) => {
    const isUsable = await usableBy(ctx, member);
    const rows = (await listTemplateRows(ctx, { isRetired, folder, limit: MOST_LISTED })).filter(
      ({ template }) => isUsable(template),
    );
    const teams = new Map((await teamNames(ctx)).map(({ id, name }) => [id, name]));
    const ids = rows.map(({ template }) => template.id);
    const open = (await loadVersionsOf(ctx, ids)).filter(({ state }) => state === "submitted");
    const uses = await countUses(ctx, ids);
    const newer = await newerEditions(ctx, ids);
    return {
      items: rows.map(
        ({ template: { id, currentVersion, changedAt, teamId, folderId }, title, ownerName }) => ({
          ...{ teamName: teamId ? (teams.get(teamId) ?? "") : null, folderId },
          ...{ id, name: title, ownerName: ownerName ?? "", currentVersion, changedAt },
          isAwaitingApproval: open.some(({ templateId }) => templateId === id),
          uses: uses.get(id) ?? 0,
          isOutdated: newer.has(id),
        }),
      ),
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
  /** The class of document that what is made from it has; null where it says none. */
  readonly className: string | null;
  /** What is prepared and not yet published. */
  readonly unpublished: readonly VersionChange[] | null;
  /** The form of the library it is built on, where that has a newer edition. */
  readonly newerEdition: NewerEdition | null;
  readonly teamId: string | null;
  readonly folderId: string | null;
  readonly may: { readonly manage: boolean; readonly approve: boolean; readonly use: boolean };
}

const ViewInput = z.object({ templateId: z.uuid().transform((id) => id as TemplateId) });

/** @throws envelopes/template-not-found */
export async function getTemplate(ctx: Context, input: z.input<typeof ViewInput>): Promise<TemplateView> {
  const member = requirePermission(ctx, "template.read");
  const { templateId } = ViewInput.parse(input);
  return inTransaction(ctx, async (ctx) => {
    const template = await loadTemplate(ctx, templateId);
    await requireUsable(ctx, member, template);
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
    const { ownerId, teamId, folderId } = template;
    const isManaged = isOwn(member, { ownerId, readerIds: [], helperIds: [] }, "envelope.manage-all");
    return {
      ...{ id: template.id, envelopeId: envelope.id, name: envelope.title, changedAt: template.changedAt },
      ...{
        teamId,
        folderId,
        currentVersion: template.currentVersion,
        isRetired: template.retiredAt !== null,
      },
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
      className: shown.classId ? await classNameOf(ctx, shown.classId) : null,
      newerEdition: (await newerEditions(ctx, [templateId])).get(templateId) ?? null,
      unpublished: current === null ? null : isCurrent ? [] : compareVersions(current, prepared),
      may: {
        manage: hasPermission(member, "template.manage") && isManaged,
        approve: hasPermission(member, "template.approve"),
        use: hasPermission(member, "envelope.create"),
      },
    };
  });
}

const classNameOf = async (ctx: Context, classId: string): Promise<string> =>
  (await loadClassNames(ctx, classId)).find(({ id }) => id === classId)?.name ?? "";

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
  const member = requirePermission(ctx, "template.read");
  const { templateId, from, to } = ComparisonInput.parse(input);
  return inTransaction(ctx, async (ctx) => {
    await requireUsable(ctx, member, await loadTemplate(ctx, templateId));
    return compareVersions(
      readTemplate(await loadVersion(ctx, templateId, from)),
      readTemplate(await loadVersion(ctx, templateId, to)),
    );
  });
}
