import { isIP } from "node:net";
import type { Context } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import type { AuthenticationPolicy, AuthenticationRule } from "../core/authentication-rules.ts";
import type { CheckMethod } from "../core/checks.ts";
import { RECIPIENT_ROLES, signs } from "../core/roles.ts";
import {
  draftClass,
  findPolicy,
  findSentClass,
  findUsualClassId,
  hasProvider,
  loadRules,
} from "./policy-store.ts";

/** What certificates need where two factors are asked for: a telephone, an app, a passkey or a sign-on. */
const SECOND = "sms-code" as const;

/**
 * What an organization has settled, as everything that decides looks at it. Part of a verb.
 *
 * @param envelopeId null for what is not there yet.
 * @param classId the class somebody chose, where that is known already.
 */
export async function policyOf(
  ctx: Context,
  envelopeId: EnvelopeId | null,
  classId?: string | null,
): Promise<AuthenticationPolicy> {
  const { sms, baseUrl } = ctx.runtime.config;
  const row = await findPolicy(ctx);
  const everywhere = (minimum: AuthenticationRule["minimum"], roles: AuthenticationRule["roles"] = null) => ({
    ...{ id: null, name: "", minimum, conditions: [], roles },
  });
  return {
    defaultCheck: row?.defaultCheck ?? recommended(sms !== null),
    rules: [
      ...(row?.minimum ? [everywhere(row.minimum)] : []),
      ...(row?.asksTwoFactors ? [everywhere(SECOND, RECIPIENT_ROLES.filter(signs))] : []),
      ...(await loadRules(ctx)).map(({ id, name, minimum, conditions }) => ({
        ...{ id, name, minimum, conditions, roles: null },
      })),
    ],
    sendsSms: sms !== null,
    hasSso: await hasProvider(ctx, "sso"),
    hasIdentityCheck: await hasProvider(ctx, "identity-document"),
    takesPasskeys: takesPasskeys(baseUrl),
    classId: classId ?? (await classOf(ctx, envelopeId)),
  };
}

/** What was sent stays under the class it was sent under: choosing another afterwards weakens nothing (R060). */
async function classOf(ctx: Context, envelopeId: EnvelopeId | null): Promise<string | null> {
  const sent = envelopeId ? await findSentClass(ctx, envelopeId) : undefined;
  if (sent !== undefined) return sent;
  return envelopeId ? draftClass(ctx, envelopeId) : findUsualClassId(ctx);
}

/** E-mail + SMS where text messages are sent; until then nobody is kept from sending by what is not set up. */
const recommended = (sendsSms: boolean): CheckMethod => (sendsSms ? "sms-code" : "none");

/** Browsers have passkeys under names with TLS, and on the machine itself (WebAuthn §5.1.3, secure contexts). */
export function takesPasskeys(baseUrl: string): boolean {
  const { protocol, hostname } = new URL(baseUrl);
  if (hostname === "localhost") return true;
  return protocol === "https:" && isIP(hostname.replace(/^\[|\]$/g, "")) === 0;
}

/** Whether no certificate is captured of a signature made with one factor. Part of a verb. */
export const asksTwoFactors = async (ctx: Context): Promise<boolean> =>
  (await findPolicy(ctx))?.asksTwoFactors ?? false;
