import { sql } from "drizzle-orm";
import { type Connection, executePrepared, isTransaction, together } from "#db/client.ts";
import type { Language } from "#lib/envelopes/core/languages.ts";
import type { AccountId, EnvelopeId, MemberId, OrganizationId, RecipientId } from "#lib/ids.ts";
import type { Runtime, WorkerRuntime } from "#lib/runtime.ts";

export type Role = "owner" | "admin" | "sender" | "counsel" | "viewer";

/** What an API key may be used for. */
export type ApiScope = "certificates:read" | "certificates:write" | "keys:read" | "keys:write";

/** What a signer may be asked for beside their link. */
export type SignerCheck =
  | ("email-code" | "sms-code" | "access-code" | "authenticator" | "passkey")
  | ("sso" | "identity-document");

/** One thing somebody has shown, and when. */
export interface Shown {
  readonly method: SignerCheck;
  readonly at: Date;
}

/** What a signer's pages can be read in. */
export interface PageLanguages {
  /** By the person themselves, else by the sender; null where the browser decides. */
  readonly chosen: Language | null;
  readonly offered: readonly Language[];
}

/** An act done without a network, as it is applied later. */
export interface OfflineAct {
  readonly kit: string;
  readonly sequence: number;
  /** By the device's clock. */
  readonly deviceAt: Date;
  /** Put right by what the server knew of that clock, and within what the server saw itself. */
  readonly actedAt: Date;
  readonly receivedAt: Date;
}

/** The link was no mailed one: somebody who sends made it, and gave it to them. */
export interface HostedLink {
  readonly linkId: string;
  readonly makerId: MemberId;
  readonly makerName: string;
}

/** The person is in the room with a host, on the host's device. */
export interface InPerson {
  readonly sessionId: string;
  readonly hostId: MemberId;
  readonly hostName: string;
}

/** A password, a link in a mail, the first page of a new installation, or the device that a host signed in on. */
export type MemberMethod = "password" | "email-link" | "set-up" | "host-device";

/** Who acts. */
export type Actor =
  | {
      readonly kind: "member";
      readonly memberId: MemberId;
      readonly accountId: AccountId;
      readonly role: Role;
      readonly name: string;
      readonly email: string;
      /** How their session began; left out where a job acts for them. */
      readonly method?: MemberMethod;
      /** The others of the team they lead; nobody when not there. */
      readonly leads?: readonly MemberId[];
      /** Folders shared with their team, to read or to act on what is in them; none when not there. */
      readonly folders?: { readonly read: readonly string[]; readonly act: readonly string[] };
    }
  | {
      readonly kind: "recipient";
      readonly recipientId: RecipientId;
      readonly envelopeId: EnvelopeId;
      /** The token is dead: the person may look at how it ended, and do nothing. */
      readonly hasEnded: boolean;
      /** Of the link they came by, asked for again when they act: it may end in between. */
      readonly tokenSha256?: Uint8Array;
      readonly languages?: PageLanguages;
      /** What they showed beside having the link, in that order; left out where nothing was asked. */
      readonly checked?: readonly Shown[];
      /** Where they showed it, and until when it counts there. */
      readonly session?: {
        readonly sessionSha256: Uint8Array;
        readonly checkedAt: Date;
        readonly endsAt: Date;
      };
      readonly inPerson?: InPerson;
      readonly hosted?: HostedLink;
      /** Their link went out by text message: they have no mailbox. */
      readonly isTexted?: boolean;
      /** On a telephone that a code on their own page let in. */
      readonly isHandedOver?: boolean;
      readonly offline?: OfflineAct;
    }
  | {
      /** Has the link, and has yet to show who they are: no verb but those of the check lets them in. */
      readonly kind: "link-holder";
      readonly recipientId: RecipientId;
      readonly envelopeId: EnvelopeId;
      readonly tokenSha256: Uint8Array;
      /** What they have shown so far, where more than one thing is asked for. */
      readonly checked: readonly Shown[];
      readonly sessionSha256: Uint8Array | null;
      readonly languages?: PageLanguages;
      readonly inPerson?: InPerson;
      readonly hosted?: HostedLink;
      readonly isTexted?: boolean;
    }
  /** Somebody a legal hold asks to keep things, by the link in their notice. */
  | {
      readonly kind: "custodian";
      readonly custodianId: string;
      readonly holdId: string;
      readonly name: string;
      readonly email: string;
    }
  /** Software of the organization's own, by a key that an administrator made for it. */
  | {
      readonly kind: "api-key";
      readonly keyId: string;
      readonly name: string;
      readonly scopes: readonly ApiScope[];
    }
  /** Another's program, let in by an administrator. */
  | { readonly kind: "program"; readonly programId: string; readonly name: string }
  | { readonly kind: "system"; readonly job: string };

/** What the request says of where it comes from; the address is believed only from trusted proxies. */
export interface RequestFacts {
  readonly ip: string;
  readonly userAgent: string;
  /** A trusted proxy said that it was asked over https. */
  readonly isEncrypted?: boolean;
}

/** What every verb gets first: who acts, for which organization, with what. */
export interface Context {
  readonly organizationId: OrganizationId;
  readonly actor: Actor;
  readonly request: RequestFacts | null;
  readonly runtime: Runtime;
  readonly connection: Connection;
  /** Within a transaction: what is done once all of it is committed, and never where it is undone. */
  readonly afterCommit?: (() => void)[];
  now(): Date;
}

/** A context in the worker: there are keys in reach. */
export interface WorkerContext extends Context {
  readonly runtime: WorkerRuntime;
}

/** Who is not yet known to act for any organization: at sign-in, with a link from a mail, at the public pages. */
export interface Visitor {
  readonly runtime: Runtime;
  readonly request: RequestFacts;
}

export interface ContextInput {
  readonly organizationId: OrganizationId;
  readonly actor: Actor;
  readonly request?: RequestFacts | null;
}

export function createContext<R extends Runtime>(
  runtime: R,
  input: ContextInput,
): Context & { readonly runtime: R } {
  return {
    organizationId: input.organizationId,
    actor: input.actor,
    request: input.request ?? null,
    runtime,
    connection: runtime.database.db,
    now: runtime.now,
  };
}

/**
 * Runs `work` in one transaction that sees this organization's rows and no others: the database itself refuses
 * the rest. Inside it the outer connection is out of reach. Serialization faults are not retried here.
 */
export async function inTransaction<C extends Context, T>(ctx: C, work: (ctx: C) => Promise<T>): Promise<T> {
  const isOutermost = !isTransaction(ctx.connection);
  const afterCommit = isOutermost ? [] : ctx.afterCommit;
  const result = await ctx.connection.transaction(async (transaction) => {
    const [, result] = await together([
      executePrepared(
        transaction,
        sql`select set_config('app.organization_id', ${ctx.organizationId}, true)`,
      ),
      // Not before: a connection takes its statements in order, and the first of the work goes with this one.
      work({ ...ctx, connection: transaction, afterCommit }),
    ]);
    return result;
  });
  if (isOutermost) for (const act of afterCommit ?? []) act();
  return result;
}
