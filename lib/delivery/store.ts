import { and, desc, eq, inArray, isNull, like, notLike, or, sql } from "drizzle-orm";
import { auditEvents } from "#db/schema/audit.ts";
import { outboxMails } from "#db/schema/delivery.ts";
import { envelopes, recipients, recipientTokens } from "#db/schema/envelopes.ts";
import { members, organizations } from "#db/schema/identity.ts";
import { accounts, loginTokens } from "#db/schema/installation.ts";
import { type Context, inTransaction, type Role, type WorkerContext } from "#lib/context.ts";
import type { Language } from "#lib/envelopes/core/languages.ts";
import type { AccountId, EnvelopeId, EventId, MemberId, RecipientId } from "#lib/ids.ts";
import type { OwnMail } from "./core/own-mails.ts";
import { deliveryError } from "./errors.ts";

export async function saveOutboxMail(ctx: Context, row: typeof outboxMails.$inferInsert): Promise<void> {
  await ctx.connection.insert(outboxMails).values(row).onConflictDoNothing();
}

/** What is kept because nobody is set to send it: mail, text messages, or both. What was kept before stays shut. */
const isUnsent = ({ runtime: { config } }: Context) =>
  or(
    config.mail === null ? notLike(outboxMails.toAddress, "+%") : undefined,
    config.sms === null ? like(outboxMails.toAddress, "+%") : undefined,
  );

export async function loadOutbox(ctx: Context, limit: number) {
  const { id, toName, toAddress, subject, createdAt } = outboxMails;
  return ctx.connection
    .select({ id, toName, toAddress, subject, createdAt })
    .from(outboxMails)
    .where(and(eq(outboxMails.organizationId, ctx.organizationId), isUnsent(ctx)))
    .orderBy(desc(outboxMails.createdAt), desc(outboxMails.id))
    .limit(limit);
}

export async function loadOutboxMail(ctx: Context, mailId: string) {
  const { id, toName, toAddress, subject, createdAt, html, text } = outboxMails;
  const [row] = await ctx.connection
    .select({ id, toName, toAddress, subject, createdAt, html, text })
    .from(outboxMails)
    .where(
      and(eq(outboxMails.id, mailId), eq(outboxMails.organizationId, ctx.organizationId), isUnsent(ctx)),
    );
  return row ?? null;
}

/** Which envelope each of these events is about; events of the organization itself are left out. */
export async function loadEnvelopesOfEvents(
  ctx: Context,
  eventIds: readonly string[],
): Promise<Map<string, EnvelopeId>> {
  if (eventIds.length === 0) return new Map();
  const { id, envelopeId, organizationId } = auditEvents;
  const rows = await ctx.connection
    .select({ id, envelopeId })
    .from(auditEvents)
    .where(and(inArray(id, eventIds as EventId[]), eq(organizationId, ctx.organizationId)));
  return new Map(rows.flatMap((row) => (row.envelopeId ? [[row.id, row.envelopeId] as const] : [])));
}

/** Whether it is on record what became of a mail. @param messageId ours: it needs no escaping in JSON */
export async function isMailOnRecord(
  ctx: Context,
  envelopeId: EnvelopeId,
  messageId: string,
): Promise<boolean> {
  const [row] = await ctx.connection
    .select({ id: auditEvents.id })
    .from(auditEvents)
    .where(
      and(
        eq(auditEvents.chainId, envelopeId),
        eq(auditEvents.organizationId, ctx.organizationId),
        inArray(auditEvents.type, ["mail.delivered", "mail.refused"]),
        sql`position(${`"message":"${messageId}"`} in ${auditEvents.body}) > 0`,
      ),
    )
    .limit(1);
  return row !== undefined;
}

export async function saveToken(ctx: Context, row: typeof recipientTokens.$inferInsert): Promise<void> {
  await ctx.connection.insert(recipientTokens).values(row);
}

export type EnvelopeRow = typeof envelopes.$inferSelect;
export type RecipientRow = typeof recipients.$inferSelect;

export interface Addressed {
  readonly envelope: EnvelopeRow;
  readonly recipients: readonly RecipientRow[];
  readonly sender: { readonly name: string; readonly email: string };
  /** What the sender wants no mail of. */
  readonly muted: readonly OwnMail[];
  readonly organizationName: string;
}

/** An envelope with everybody who may be told something about it. */
export async function loadAddressed(ctx: Context, envelopeId: EnvelopeId): Promise<Addressed> {
  const [row] = await ctx.connection
    .select({
      envelope: envelopes,
      name: accounts.name,
      email: accounts.email,
      muted: members.mutedMails,
      organizationName: organizations.name,
    })
    .from(envelopes)
    .innerJoin(members, eq(members.id, envelopes.ownerId))
    .innerJoin(accounts, eq(accounts.id, members.accountId))
    .innerJoin(organizations, eq(organizations.organizationId, envelopes.organizationId))
    .where(and(eq(envelopes.id, envelopeId), eq(envelopes.organizationId, ctx.organizationId)));
  if (!row) throw deliveryError("not-found", `envelope ${envelopeId}`);
  const people = await ctx.connection
    .select()
    .from(recipients)
    .where(and(eq(recipients.envelopeId, envelopeId), eq(recipients.organizationId, ctx.organizationId)))
    .orderBy(recipients.position);
  const { envelope, name, email, muted, organizationName } = row;
  return { envelope, recipients: people, sender: { name, email }, muted, organizationName };
}

export function recipientOf({ recipients: people }: Addressed, id: RecipientId): RecipientRow {
  const found = people.find((recipient) => recipient.id === id);
  if (!found) throw deliveryError("not-found", `recipient ${id}`);
  return found;
}

/** What a person reads: their own choice, else the sender's, else English. */
export const languageOf = ({ chosenLanguage, language }: RecipientRow): Language =>
  chosenLanguage ?? (language === "" ? "en" : language);

export async function loadAccount(ctx: Context, id: AccountId) {
  const [row] = await ctx.connection.select().from(accounts).where(eq(accounts.id, id));
  if (!row) throw deliveryError("not-found", `account ${id}`);
  return row;
}

const ownMember = (ctx: Context, id: MemberId) =>
  and(eq(members.id, id), eq(members.organizationId, ctx.organizationId));

export async function loadMutedMails(ctx: Context, memberId: MemberId): Promise<readonly OwnMail[]> {
  const [row] = await ctx.connection
    .select({ muted: members.mutedMails })
    .from(members)
    .where(ownMember(ctx, memberId));
  return row?.muted ?? [];
}

export async function saveMutedMails(ctx: Context, memberId: MemberId, muted: OwnMail[]): Promise<void> {
  await ctx.connection.update(members).set({ mutedMails: muted }).where(ownMember(ctx, memberId));
}

export async function loadMember(ctx: Context, id: MemberId) {
  const [row] = await ctx.connection
    .select({ member: members, account: accounts, organizationName: organizations.name })
    .from(members)
    .innerJoin(accounts, eq(accounts.id, members.accountId))
    .innerJoin(organizations, eq(organizations.organizationId, members.organizationId))
    .where(and(eq(members.id, id), eq(members.organizationId, ctx.organizationId)));
  if (!row) throw deliveryError("not-found", `member ${id}`);
  return row;
}

export async function saveLoginToken(ctx: Context, row: typeof loginTokens.$inferInsert): Promise<void> {
  await ctx.connection.insert(loginTokens).values(row);
}

/** Who looks after the organization's keys. */
export const loadKeepers = (ctx: Context) => loadMembersOf(ctx, ["owner", "admin"]);

/** Who is told of what keeps the installation well, and whose it is. */
export const keepersOf = (ctx: WorkerContext) =>
  inTransaction(ctx, async (ctx) => ({
    keepers: await loadKeepers(ctx),
    organization: await loadOrganizationName(ctx),
  }));

export const loadOwners = (ctx: Context) => loadMembersOf(ctx, ["owner"]);

/** Who decides what is destroyed. */
export const loadDeciders = (ctx: Context) => loadMembersOf(ctx, ["owner", "admin", "counsel"]);

async function loadMembersOf(ctx: Context, roles: readonly Role[]) {
  return ctx.connection
    .select({ memberId: members.id, name: accounts.name, email: accounts.email })
    .from(members)
    .innerJoin(accounts, eq(accounts.id, members.accountId))
    .where(
      and(
        eq(members.organizationId, ctx.organizationId),
        inArray(members.role, [...roles]),
        isNull(members.removedAt),
      ),
    );
}

export async function loadOrganizationName(ctx: Context): Promise<string> {
  const [row] = await ctx.connection
    .select({ name: organizations.name })
    .from(organizations)
    .where(eq(organizations.organizationId, ctx.organizationId));
  return row?.name ?? "";
}

/** Somebody who is a member still. */
export async function findMember(
  ctx: Context,
  memberId: MemberId,
): Promise<{ name: string; email: string } | null> {
  const [row] = await ctx.connection
    .select({ name: accounts.name, email: accounts.email })
    .from(members)
    .innerJoin(accounts, eq(accounts.id, members.accountId))
    .where(
      and(
        eq(members.id, memberId),
        eq(members.organizationId, ctx.organizationId),
        isNull(members.removedAt),
      ),
    );
  return row ?? null;
}

/** Who may approve what a member sends: owners, admins, and who leads their team. */
export async function listApprovers(ctx: Context, ownerId: MemberId, limit: number) {
  const own = ctx.connection
    .select({ teamId: members.teamId })
    .from(members)
    .where(and(eq(members.id, ownerId), eq(members.organizationId, ctx.organizationId)));
  return ctx.connection
    .select({ id: members.id, name: accounts.name, email: accounts.email })
    .from(members)
    .innerJoin(accounts, eq(accounts.id, members.accountId))
    .where(
      and(
        eq(members.organizationId, ctx.organizationId),
        isNull(members.removedAt),
        or(inArray(members.role, ["owner", "admin"]), and(members.leadsTeam, eq(members.teamId, own))),
      ),
    )
    .orderBy(members.createdAt)
    .limit(limit);
}
