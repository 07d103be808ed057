import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { hasPermission, requireOwn, requirePermission } from "#lib/authorize.ts";
import { toBase64Url } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { policyOf } from "#lib/envelopes/authentication/policy.ts";
import { blockersOf } from "#lib/envelopes/core/blockers.ts";
import { DraftRecipient, ENVELOPE_LIMITS } from "#lib/envelopes/core/draft.ts";
import { isAsked } from "#lib/envelopes/core/roles.ts";
import { draftFromTemplate } from "#lib/envelopes/core/templates/draft-from-template.ts";
import { serverBlockers } from "#lib/envelopes/server-blockers.ts";
import {
  loadPublishedTemplate,
  type PublishedTemplate,
} from "#lib/envelopes/templates/published-template.ts";
import { idsInOrder } from "#lib/envelopes/templates/save-filled.ts";
import { isEmailAddress } from "#lib/identity/core/email-address.ts";
import { type TemplateId, uuidV7 } from "#lib/ids.ts";
import { LINK_LIMITS, type LinkState, linkState } from "../core/public-link.ts";
import { signingError } from "../errors.ts";
import { changeLink, type LinkRow, listLinks, loadLink, loadOwner, saveLink } from "./store.ts";

const { name, email } = DraftRecipient.shape;
const templateId = z.uuid().transform((id) => id as TemplateId);
const upTo = (most: number) => z.number().int().min(1).max(most);

const Input = z.object({
  templateId,
  openRoleId: z.uuid(),
  people: z.array(z.object({ roleId: z.uuid(), name, email })).max(ENVELOPE_LIMITS.mostRecipients),
  /** Null for no limit. */
  mostUses: upTo(LINK_LIMITS.uses.most).nullable().default(LINK_LIMITS.uses.default),
  perAddressADay: upTo(LINK_LIMITS.perAddressADay.most).default(LINK_LIMITS.perAddressADay.default),
  perNetworkAnHour: upTo(LINK_LIMITS.perNetworkAnHour.most).default(LINK_LIMITS.perNetworkAnHour.default),
  /** Counted from now; null for no end. */
  days: upTo(LINK_LIMITS.days.most).nullable().default(LINK_LIMITS.days.default),
});

/**
 * Makes an address that anybody may open to take one role of a published template, the others being filled here.
 *
 * @throws signing/public-link-role-unfit, public-link-people-missing, public-link-template-unfit,
 *   public-links-too-many; envelopes/not-published, template-retired
 */
export async function makePublicLink(
  ctx: Context,
  input: z.input<typeof Input>,
): Promise<{ readonly id: string }> {
  const member = requirePermission(ctx, "template.manage");
  requirePermission(ctx, "envelope.create");
  const { templateId, openRoleId, people, days, ...limits } = Input.parse(input);
  return inTransaction(ctx, async (ctx) => {
    const published = await loadPublishedTemplate(ctx, templateId);
    requireOwn(member, published.ownerId, "envelope.manage-all");
    const open = (await listLinks(ctx, templateId)).filter(({ turnedOffAt }) => turnedOffAt === null);
    if (open.length >= LINK_LIMITS.linksOfTemplate)
      throw signingError("public-links-too-many", `template ${templateId}`);
    const own = people.filter(({ roleId }) => roleId !== openRoleId);
    requireRoles(published, openRoleId, own);
    await requireReady(ctx, published, openRoleId, own);
    const at = ctx.now();
    const id = uuidV7(at.getTime(), ctx.runtime.random(10));
    const endsAt = days === null ? null : new Date(at.getTime() + days * 86_400_000);
    const { organizationId } = ctx;
    await saveLink(ctx, {
      ...{ organizationId, id, templateId, openRoleId, people: own, ...limits, endsAt, createdAt: at },
      ...{ ownerId: member.memberId, token: toBase64Url(ctx.runtime.random(24)) },
    });
    const data = { link: id, role: openRoleId, ...limits, endsAt: endsAt?.toISOString() };
    await appendEvent(ctx, { type: "public-link.created", envelopeId: published.envelopeId, data });
    return { id };
  });
}

type Person = z.output<typeof Input>["people"][number];

function requireRoles({ content }: PublishedTemplate, openRoleId: string, people: readonly Person[]): void {
  const role = content.draft.recipients.find(({ id }) => id === openRoleId);
  if (!role || !isAsked(role.role) || role.hostId || role.namedBy || role.alternativeTo)
    throw signingError("public-link-role-unfit", `role ${openRoleId}`);
  const given = new Map(people.map((person) => [person.roleId, person]));
  for (const { id, namedBy } of content.draft.recipients) {
    if (id === openRoleId || namedBy) continue;
    const person = given.get(id);
    if (!person || person.name === "" || !isEmailAddress(person.email))
      throw signingError("public-link-people-missing", `role ${id}`);
  }
}

/** Nobody is there to mend what stands in the way when somebody comes: it is looked for now. */
async function requireReady(
  ctx: Context,
  { content, documents, envelopeId }: PublishedTemplate,
  openRoleId: string,
  people: readonly Person[],
): Promise<void> {
  const somebody = { roleId: openRoleId, name: "Ada Lovelace", email: "somebody@example.com" };
  const made = draftFromTemplate(content, { people: [...people, somebody] }, idsInOrder(ctx));
  const pages = documents.map(({ id, pages, holdsHealth, keepsSignatures }) => ({
    ...{ id: made.documents.get(id)!, pages, holdsHealth, keepsSignatures },
  }));
  const known = pages.map(({ id, pages }) => ({ id, pageCount: pages.length }));
  const blockers = [
    ...blockersOf(made.content, known, await policyOf(ctx, envelopeId)),
    ...(await serverBlockers(ctx, made.content, pages)),
  ];
  if (blockers.length > 0)
    throw signingError("public-link-template-unfit", blockers.map(({ code }) => code).join(", "));
}

const OffInput = z.object({ linkId: z.uuid() });

/** Turns a link off, from this moment on; what was begun with it goes on. */
export async function turnOffPublicLink(ctx: Context, input: z.input<typeof OffInput>): Promise<void> {
  const member = requirePermission(ctx, "template.manage");
  const { linkId } = OffInput.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const link = await loadLink(ctx, linkId, true);
    if (!link) throw signingError("public-link-unknown", `link ${linkId}`);
    requireOwn(member, link.ownerId, "envelope.manage-all");
    if (link.turnedOffAt) return;
    await changeLink(ctx, linkId, { turnedOffAt: ctx.now() });
    const { envelopeId } = await loadPublishedTemplate(ctx, link.templateId, { isRetiredToo: true });
    await appendEvent(ctx, { type: "public-link.turned-off", envelopeId, data: { link: linkId } });
  });
}

export interface PublicLinkView {
  readonly id: string;
  readonly url: string;
  readonly state: LinkState;
  readonly roleId: string;
  readonly ownerName: string;
  readonly uses: number;
  readonly mostUses: number | null;
  readonly endsAt: Date | null;
  readonly perAddressADay: number;
  readonly perNetworkAnHour: number;
  readonly mayTurnOff: boolean;
}

const ListInput = z.object({ templateId });

/** A template's public links, oldest first. */
export async function listPublicLinks(
  ctx: Context,
  input: z.input<typeof ListInput>,
): Promise<readonly PublicLinkView[]> {
  const member = requirePermission(ctx, "template.read");
  const { templateId } = ListInput.parse(input);
  return inTransaction(ctx, async (ctx) => {
    const links = await listLinks(ctx, templateId);
    if (links.length === 0) return [];
    const roles = await rolesInUse(ctx, templateId);
    const views: PublicLinkView[] = [];
    for (const link of links) {
      const {
        id,
        token,
        openRoleId: roleId,
        uses,
        mostUses,
        endsAt,
        perAddressADay,
        perNetworkAnHour,
      } = link;
      views.push({
        ...{ id, roleId, uses, mostUses, endsAt, perAddressADay, perNetworkAnHour },
        url: `${ctx.runtime.config.baseUrl}/start/${token}`,
        state: linkState(link, roles, ctx.now()),
        ownerName: (await loadOwner(ctx, link.ownerId)).name,
        mayTurnOff: isTurnedOffBy(link, member.memberId) || hasPermission(member, "envelope.manage-all"),
      });
    }
    return views;
  });
}

const isTurnedOffBy = ({ ownerId }: LinkRow, memberId: string): boolean => ownerId === memberId;

/** The roles of the version that is in use now; null where there is none. */
export async function rolesInUse(ctx: Context, templateId: TemplateId): Promise<readonly string[] | null> {
  const found = await loadPublishedTemplate(ctx, templateId, { isRetiredToo: true });
  if (found.isRetired) return null;
  return found.content.draft.recipients.filter(({ namedBy }) => !namedBy).map(({ id }) => id);
}
