import { appendEvent } from "#lib/audit/append-event.ts";
import { type MemberActor, requirePermission } from "#lib/authorize.ts";
import { fromHex, toHex } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { isFirstAccess } from "#lib/identity/access/require-reason.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { evidenceError } from "../errors.ts";
import { loadActsOf, loadPeople } from "./store.ts";

export type LedgerKind = "given" | "withdrawn" | "paper-requested" | "contact-changed";

export interface LedgerPerson {
  /** Stands in the address of their page. */
  readonly key: string;
  readonly name: string;
  readonly email: string;
  readonly lastKind: LedgerKind;
  readonly lastAt: Date;
}

export interface LedgerEntry {
  readonly kind: LedgerKind;
  readonly at: Date;
  readonly envelopeId: EnvelopeId;
  readonly title: string;
  readonly shortId: string;
  readonly name: string;
  readonly mode: "business" | "consumer" | null;
  readonly version: string | null;
  readonly locale: string | null;
  readonly noticeSha256: string | null;
  readonly demonstration: "typed" | "chosen" | null;
  readonly detail: string;
  readonly paperSentAt: Date | null;
}

const SHOWN = 100;

/** People who said something about electronic records, found by name or address. */
export async function searchLedger(
  ctx: Context,
  input: { readonly search: string },
): Promise<LedgerPerson[]> {
  const member = requirePermission(ctx, "consent.read");
  const search = input.search.trim().slice(0, 200);
  return inTransaction(ctx, async (ctx) => {
    await noteReading(ctx, member);
    const people = await loadPeople(ctx, search, SHOWN);
    return people.map(({ personKey, name, email, kind, at }) => ({
      ...{ key: toHex(personKey).slice(0, 64), name, email, lastKind: kind, lastAt: at },
    }));
  });
}

/** What one person agreed to, took back and asked for. @throws evidence/not-found */
export async function readPerson(
  ctx: Context,
  input: { readonly key: string },
): Promise<{ readonly email: string; readonly entries: readonly LedgerEntry[] }> {
  const member = requirePermission(ctx, "consent.read");
  if (!/^[0-9a-f]{64}$/.test(input.key)) throw evidenceError("not-found", "no person's key");
  const rows = await inTransaction(ctx, async (ctx) => {
    await noteReading(ctx, member);
    return loadActsOf(ctx, fromHex(input.key));
  });
  const [newest] = rows;
  if (!newest) throw evidenceError("not-found", "nobody of that key");
  return { email: newest.act.email, entries: rows.map(entryOf) };
}

/** That somebody reads the ledger is an event, once an hour for each of them. */
async function noteReading(ctx: Context, { memberId }: MemberActor): Promise<void> {
  if (await isFirstAccess(ctx, { memberId, purpose: "consents", envelopeId: null }))
    await appendEvent(ctx, { type: "consent-ledger.read", envelopeId: null, data: {} });
}

function entryOf({ act, ...about }: Awaited<ReturnType<typeof loadActsOf>>[number]): LedgerEntry {
  const { kind, at, envelopeId, name, mode, version, locale, noticeSha256, demonstration, detail } = act;
  return {
    ...{ kind, at, envelopeId, name, mode, version, locale, noticeSha256, demonstration, detail, ...about },
  };
}
