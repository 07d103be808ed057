import { and, eq, sql } from "drizzle-orm";
import { executePrepared, standing, together } from "#db/client.ts";
import { envelopes, hostedLinks, recipients, recipientTokens } from "#db/schema/envelopes.ts";
import { members } from "#db/schema/identity.ts";
import { accounts } from "#db/schema/installation.ts";
import { kioskSessions } from "#db/schema/kiosk.ts";
import { type Context, createContext, type RequestFacts } from "#lib/context.ts";
import type { OrganizationId } from "#lib/ids.ts";
import type { Runtime } from "#lib/runtime.ts";
import type { HostedLinkRow } from "./hosted-links/store.ts";
import type { KioskRow } from "./kiosk/store.ts";
import type { EnvelopeRow, RecipientRow } from "./store.ts";

/** All there is to know of a link before anything is asked of whoever has it. */
export interface FoundLink {
  readonly recipient: RecipientRow;
  /** In which the envelope asks for consent. */
  readonly consentMode: EnvelopeRow["consentMode"];
  readonly endedAt: Date | null;
  /** The session on a host's device that it was made in. */
  readonly kiosk: KioskRow | null;
  /** Of a link that was not mailed, with who made it. */
  readonly link: HostedLinkRow | null;
  readonly makerName: string | null;
}

const selectLink = standing<{ readonly tokenSha256: Uint8Array }, FoundLink[]>((connection) =>
  connection
    .select({
      ...{ recipient: recipients, consentMode: envelopes.consentMode, endedAt: recipientTokens.endedAt },
      ...{ kiosk: kioskSessions, link: hostedLinks, makerName: accounts.name },
    })
    .from(recipientTokens)
    .innerJoin(
      recipients,
      and(
        eq(recipients.id, recipientTokens.recipientId),
        eq(recipients.organizationId, recipientTokens.organizationId),
      ),
    )
    .innerJoin(envelopes, eq(envelopes.id, recipients.envelopeId))
    .leftJoin(kioskSessions, eq(kioskSessions.id, recipientTokens.kioskSessionId))
    .leftJoin(hostedLinks, eq(hostedLinks.tokenSha256, recipientTokens.tokenSha256))
    .leftJoin(members, eq(members.id, hostedLinks.madeBy))
    .leftJoin(accounts, eq(accounts.id, members.accountId))
    .where(eq(recipientTokens.tokenSha256, sql.placeholder("tokenSha256"))),
);

/**
 * Finds a link before its organization is known: the first statement finds that out and keeps the transaction to it, and
 * the second goes out with it.
 *
 * @param work what else is asked in the same transaction.
 * @returns null for a link that never was
 */
export async function openLink<T>(
  { runtime, request }: { readonly runtime: Runtime; readonly request: RequestFacts },
  tokenSha256: Uint8Array,
  work: (ctx: Context, found: FoundLink) => Promise<T>,
): Promise<(FoundLink & { readonly organizationId: OrganizationId; readonly result: T }) | null> {
  return runtime.database.db.transaction(async (connection) => {
    const [[token], [found]] = await together([
      executePrepared<{ organization_id: OrganizationId }>(
        connection,
        sql`select organization_id, set_config('app.organization_id', organization_id::text, true)
          from find_recipient_token(${Buffer.from(tokenSha256)})`,
      ),
      selectLink(connection, { tokenSha256 }),
    ]);
    if (!token || !found) return null;
    const organizationId = token.organization_id;
    const actor = { kind: "system", job: "link" } as const;
    const ctx = { ...createContext(runtime, { organizationId, actor, request }), connection };
    return { ...found, organizationId, result: await work(ctx, found) };
  });
}
