import type { StoredCredential } from "#db/schema/signature-providers.ts";
import { requireRecipient } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { ProviderKind } from "#lib/envelopes/core/signature-kind.ts";
import { isRefusal } from "#lib/errors.ts";
import type { Question } from "#lib/ports/signature-service.ts";
import { looksLike } from "../core/credential-name.ts";
import type { AuthorizationRow } from "./store.ts";
import { loadOwn } from "./waiting-signer.ts";

export interface OwnCredential {
  readonly id: string;
  /** In the certificate; null where it cannot be read. */
  readonly name: string | null;
  readonly issuer: string | null;
  readonly notAfter: string | null;
  /** Why it cannot be used, as a code. */
  readonly hindrance: string | null;
  /** The name is not the one the document went to. */
  readonly isOtherName: boolean;
}

export interface AuthorizationView {
  readonly provider: { readonly name: string; readonly kind: ProviderKind };
  /** What is next: `making` and `preparing` are nothing but waiting. */
  readonly step: "begin" | "choose" | "preparing" | "page" | "answers" | "making";
  readonly credentials: readonly OwnCredential[];
  readonly chosen: OwnCredential | null;
  readonly questions: readonly Question[];
  /** Why it has to be tried again, as a code. */
  readonly problem: string | null;
}

/** How far somebody is with having their provider sign; null where nobody else signs for them. */
export async function getAuthorization(ctx: Context): Promise<AuthorizationView | null> {
  requireRecipient(ctx);
  try {
    return await inTransaction(ctx, async (ctx) => {
      const { provider, row, recipient } = await loadOwn(ctx);
      const credentials = (row?.offered ?? []).map((one) => shown(one, recipient.name));
      const chosen = row?.offered.find(({ id }) => id === row.credentialId);
      return {
        provider: { name: provider.name, kind: provider.kind },
        step: stepOf(row, chosen ?? null, ctx.now()),
        credentials,
        chosen: chosen ? shown(chosen, recipient.name) : null,
        questions: chosen?.questions ?? [],
        problem: row?.problem ?? null,
      };
    });
  } catch (error) {
    if (isRefusal(error, "signing/provider-not-asked")) return null;
    throw error;
  }
}

const shown = (credential: StoredCredential, asked: string): OwnCredential => {
  const { id, name, issuer, notAfter, hindrance } = credential;
  return { id, name, issuer, notAfter, hindrance, isOtherName: name !== null && !looksLike(name, asked) };
};

function stepOf(
  row: AuthorizationRow | null,
  chosen: StoredCredential | null,
  now: Date,
): AuthorizationView["step"] {
  if (!row) return "begin";
  if (row.state === "authorized" || row.state === "spent" || row.state === "signed") return "making";
  // What let us look ends after a while; then it begins anew.
  if (row.tokenEndsAt === null || row.tokenEndsAt <= now) return "begin";
  if (row.state === "listed" || !chosen) return "choose";
  if (row.state === "chosen") return "preparing";
  return chosen.mode === "page" ? "page" : "answers";
}
