import type { Actor, ApiScope, Context, Role } from "./context.ts";
import { defineErrors } from "./errors.ts";
import type { EnvelopeId, MemberId, RecipientId } from "./ids.ts";

export const authorizeError = defineErrors("authorize", {
  "not-allowed": "forbidden",
  "not-a-member": "forbidden",
  "not-a-recipient": "forbidden",
  "not-a-custodian": "forbidden",
  "link-ended": "forbidden",
  "not-in-scope": "forbidden",
  "check-missing": "forbidden",
});

/** Who may do what. A role has what is listed in its row and nothing else. */
export const PERMISSIONS = {
  "envelope.create": ["owner", "admin", "sender"],
  /** Change, send, remind, void: one's own; owners and admins everybody's. */
  "envelope.manage": ["owner", "admin", "sender"],
  "envelope.manage-all": ["owner", "admin"],
  /** Send to a whole table of people; an organization may withhold it from roles. */
  "bulk.send": ["owner", "admin", "sender"],
  "envelope.read": ["owner", "admin", "sender", "counsel", "viewer"],
  /** Senders see what they sent; the others see everything. */
  "envelope.read-all": ["owner", "admin", "counsel", "viewer"],
  /** See which templates there are, and use them with envelope.create. */
  "template.read": ["owner", "admin", "sender", "counsel", "viewer"],
  /** Make and change one's own; with envelope.manage-all everybody's. */
  "template.manage": ["owner", "admin", "sender"],
  /** Publish what others prepared, and say whether that is asked for. */
  "template.approve": ["owner", "admin"],
  /** Bring catalogues of forms into the library. */
  "form.import": ["owner", "admin"],
  /** Open library forms as templates, bring their files, say that a source was looked at, put packages together. */
  "form.manage": ["owner", "admin", "sender"],
  /** See what a signer entered in a sensitive field; senders of what they sent. */
  "answer.reveal": ["owner", "sender", "counsel"],
  "evidence.download": ["owner", "admin", "sender", "counsel"],
  /** Search audit events: of one's own envelopes; the others everything, the organization's own events included. */
  "audit.read": ["owner", "admin", "sender", "counsel"],
  "audit.read-all": ["owner", "admin", "counsel"],
  /** The journal of notarial acts, of everybody. */
  "journal.read": ["owner", "admin", "counsel"],
  /** Compliance reports: run, scheduled, kept. */
  "report.read": ["owner", "admin", "counsel"],
  "report.manage": ["owner", "admin", "counsel"],
  /** Confirm or end everybody's access. */
  "access-review.manage": ["owner", "admin"],
  /** Certificates and keys, of everybody. */
  "certificate.read": ["owner", "admin", "counsel"],
  /** What people agreed to, when and how: the ledger, and its export. */
  "consent.read": ["owner", "counsel"],
  /** The words they are shown. */
  "consent.manage": ["owner", "admin", "counsel"],
  /** Private keys that leave: asked for and approved by people of two offices. */
  "key-export.read": ["owner", "admin", "counsel"],
  "key-export.request": ["owner", "admin"],
  "key-export.approve-it": ["owner", "admin"],
  "key-export.approve-legal": ["counsel"],
  "key-export.allow": ["owner"],
  /** Passphrases of packed keys, of which each has its own list of who may see it. */
  "passphrase.read": ["owner", "admin", "counsel"],
  /** How the installation's audit log is doing. */
  "log.read": ["owner", "admin", "counsel"],
  /** Rotate and revoke them, take the root's key away. */
  "key.manage": ["owner", "admin"],
  /** What is done by itself when something happens, for everybody's envelopes. */
  "rule.manage": ["owner", "admin"],
  "outbox.read": ["owner", "admin"],
  "member.read": ["owner", "admin"],
  "member.manage": ["owner", "admin"],
  "member.manage-owners": ["owner"],
  /** Who works in which team, and who leads it. */
  "team.manage": ["owner", "admin"],
  /** Whose envelopes somebody else approves before they go out. */
  "send-duty.manage": ["owner", "admin"],
  /** Approve what others want to send; who leads a team, what it wants to send. */
  "send.approve": ["owner", "admin"],
  "organization.manage": ["owner", "admin"],
  /** Open a workspace for trials, and carry over what was tried. */
  "staging.open": ["owner", "admin"],
  /** Agreements without which no health data is sent. */
  "agreement.manage": ["owner", "admin", "counsel"],
  /** Keys that the organization's own software uses the API with. */
  "api-key.manage": ["owner", "admin"],
  /** How people show who they are: what is asked for, when more, and who vouches for them. */
  "authentication.manage": ["owner", "admin"],
  /** How long things are kept, what is held, and what is destroyed. */
  "retention.read": ["owner", "admin", "counsel"],
  "retention.manage": ["owner", "admin", "counsel"],
  /** Less than the seven years of an audit record. */
  "retention.shorten": ["owner", "counsel"],
  /** A shorter time than before, which somebody else asked for. */
  "retention.approve-shorter": ["counsel"],
  /** The class of one's own envelopes; with retention.manage everybody's. */
  "retention.choose": ["owner", "admin", "sender", "counsel"],
  "hold.manage": ["owner", "admin", "counsel"],
  /** The bucket that completed envelopes are copied to. */
  "archive.manage": ["owner", "admin"],
  /** Let what is due be destroyed: two people, one after the other. */
  "purge.decide": ["owner", "admin", "counsel"],
  /** The organization's own key and certificate, and what it trusts. */
  "seal.manage": ["owner", "admin"],
  /** Lists of others' trusted services, which files may be checked with. */
  "trust-list.manage": ["owner", "admin"],
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof PERMISSIONS;

export type MemberActor = Extract<Actor, { kind: "member" }>;

export type ApiKeyActor = Extract<Actor, { kind: "api-key" }>;

export type ProgramActor = Extract<Actor, { kind: "program" }>;

export function hasPermission(actor: Actor, permission: Permission): boolean {
  const roles: readonly Role[] = PERMISSIONS[permission];
  return actor.kind === "member" && roles.includes(actor.role);
}

/** The member who acts, for what everybody may do with what is their own. @throws authorize/not-a-member */
export function requireMember({ actor }: Context): MemberActor {
  if (actor.kind !== "member") throw authorizeError("not-a-member", `a ${actor.kind} asks`);
  return actor;
}

/** The member who acts, if their role allows it. @throws authorize/not-allowed, not-a-member */
export function requirePermission(ctx: Context, permission: Permission): MemberActor {
  const { actor } = ctx;
  if (actor.kind !== "member") throw authorizeError("not-a-member", `${actor.kind} asks for ${permission}`);
  if (!hasPermission(actor, permission))
    throw authorizeError("not-allowed", `${actor.role} asks for ${permission}`);
  return actor;
}

/**
 * The member who acts, if their role allows it, or the API key, if it was made for that: what software may do is
 * named beside each verb that lets it in. @throws authorize/not-allowed, not-a-member, not-in-scope
 */
export function requireGrant(
  ctx: Context,
  permission: Permission,
  scope: ApiScope,
): MemberActor | ApiKeyActor {
  const { actor } = ctx;
  if (actor.kind !== "api-key") return requirePermission(ctx, permission);
  if (!actor.scopes.includes(scope)) throw authorizeError("not-in-scope", `the key lacks ${scope}`);
  return actor;
}

/** The API key that acts. @throws authorize/not-allowed */
export function requireApiKey({ actor }: Context): ApiKeyActor {
  if (actor.kind !== "api-key") throw authorizeError("not-allowed", `a ${actor.kind} asks as an API key`);
  return actor;
}

/** Whose an envelope is, and with whom it is shared: to read, or to act on as its owner does. */
export interface Shared {
  readonly ownerId: MemberId;
  readonly readerIds: readonly MemberId[];
  readonly helperIds: readonly MemberId[];
  /** The folder it lies in, which may be shared with a team. */
  readonly folderId?: string | null;
}

/** The same for what goes beyond reading: whom it is shared with to read has no part in it. */
export const withoutReaders = ({ ownerId, helperIds, folderId = null }: Shared): Shared => ({
  ...{ ownerId, helperIds, folderId, readerIds: [] },
});

/** How a member has to do with what lies in a folder: through their team, or not at all. */
export function folderAccess(
  { folders }: MemberActor,
  folderId: string | null = null,
): "read" | "act" | null {
  if (folderId === null || !folders) return null;
  if (folders.act.includes(folderId)) return "act";
  return folders.read.includes(folderId) ? "read" : null;
}

/** Whether a member may do with this what they may do with their own, and some with everybody's. */
export function isOwn(actor: MemberActor, owned: MemberId | Shared, otherwise: Permission): boolean {
  const { ownerId, readerIds, helperIds, folderId } =
    typeof owned === "string" ? { ownerId: owned, readerIds: [], helperIds: [], folderId: null } : owned;
  const { memberId } = actor;
  if (memberId === ownerId || hasPermission(actor, otherwise)) return true;
  // Who leads a team acts on what it sends as a colleague it is shared with.
  if (typeof owned !== "string" && actor.leads?.includes(ownerId)) return true;
  const access = folderAccess(actor, folderId);
  if (helperIds.includes(memberId) || access === "act") return true;
  return otherwise === "envelope.read-all" && (readerIds.includes(memberId) || access === "read");
}

/** The same, for who must not go on otherwise. @throws authorize/not-allowed */
export function requireOwn(actor: MemberActor, owned: MemberId | Shared, otherwise: Permission): void {
  if (isOwn(actor, owned, otherwise)) return;
  throw authorizeError("not-allowed", `${actor.role} asks for ${otherwise}`);
}

/** The recipient whose link this is. @throws authorize/not-a-recipient, link-ended */
export function requireRecipient(ctx: Context): { recipientId: RecipientId; envelopeId: EnvelopeId } {
  const { actor } = ctx;
  if (actor.kind === "link-holder") throw authorizeError("check-missing", `recipient ${actor.recipientId}`);
  if (actor.kind !== "recipient") throw authorizeError("not-a-recipient", `a ${actor.kind} asks`);
  if (actor.hasEnded) throw authorizeError("link-ended", `recipient ${actor.recipientId}`);
  return actor;
}

/** Who reads the pages of a link that has not ended, whether or not they have shown who they are. @throws as above */
export function requireReader({ actor }: Context): ReaderActor {
  if (actor.kind !== "link-holder" && actor.kind !== "recipient")
    throw authorizeError("not-a-recipient", `a ${actor.kind} asks`);
  if (actor.kind === "recipient" && actor.hasEnded)
    throw authorizeError("link-ended", `recipient ${actor.recipientId}`);
  return actor;
}

type ReaderActor = Extract<Actor, { kind: "link-holder" | "recipient" }>;

/** Who was asked to keep things, by their own link. @throws authorize/not-a-custodian */
export function requireCustodian({ actor }: Context): Extract<Actor, { kind: "custodian" }> {
  if (actor.kind !== "custodian") throw authorizeError("not-a-custodian", `a ${actor.kind} asks`);
  return actor;
}

/** The program that acts. @throws authorize/not-allowed */
export function requireProgram({ actor }: Context): ProgramActor {
  if (actor.kind !== "program") throw authorizeError("not-allowed", `a ${actor.kind} asks as a program`);
  return actor;
}

/** Who has a link and has yet to show who they are. @throws authorize/not-a-recipient */
export function requireLinkHolder({ actor }: Context): Extract<Actor, { kind: "link-holder" }> {
  if (actor.kind !== "link-holder") throw authorizeError("not-a-recipient", `a ${actor.kind} asks`);
  return actor;
}

/** What only our own jobs do. @throws authorize/not-allowed */
export function requireSystem(ctx: Context): void {
  if (ctx.actor.kind !== "system") throw authorizeError("not-allowed", `a ${ctx.actor.kind} asks for a job`);
}
