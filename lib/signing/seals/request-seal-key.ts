import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedLine } from "#lib/identity/core/typed-text.ts";
import { type MemberId, uuidV7 } from "#lib/ids.ts";
import { encodeName, type NameParts } from "#lib/pki/core/asn1/names.ts";
import { KEY_ALGORITHMS } from "#lib/pki/core/key-algorithms.ts";
import type { KeyAlgorithm } from "#lib/ports/keys.ts";
import { requireMakes } from "../keys/key-policy.ts";
import { saveBroughtSeal } from "./store.ts";

export const RequestNames = z.object({
  /** As the authority shall write it. */
  organization: typedLine(64, 1),
  commonName: typedLine(64, 1),
  unit: typedLine(64).default(""),
  country: z
    .string()
    .trim()
    .toUpperCase()
    .regex(/^([A-Z]{2})?$/)
    .default(""),
});
const Input = RequestNames.extend({
  algorithm: z.enum(KEY_ALGORITHMS),
  /** Where the key is made; null for where the settings say. */
  provider: z.string().max(40).nullable().default(null),
});

/**
 * Wants a new key for another authority to certify. The worker makes it, and the certificate request with it.
 *
 * @throws pki/name-unfit; signing/key-policy-exportable, seal-place-unknown
 */
export async function requestSealKey(ctx: Context, input: z.input<typeof Input>): Promise<{ id: string }> {
  const member = requirePermission(ctx, "seal.manage");
  const { algorithm, provider, ...names } = Input.parse(input);
  await requireMakes(ctx, provider);
  const wanted = { names, algorithm, provider, createdBy: member.memberId };
  return { id: await inTransaction(ctx, (ctx) => saveKeyRequest(ctx, wanted)) };
}

/** The same inside another's transaction, who has asked who wants it and whether a key may be made there. */
export async function saveKeyRequest(
  ctx: Context,
  wanted: {
    readonly names: z.output<typeof RequestNames>;
    readonly algorithm: KeyAlgorithm;
    readonly provider: string | null;
    readonly createdBy: MemberId;
  },
): Promise<string> {
  const { names, algorithm, provider: wantedProvider, createdBy } = wanted;
  const subject = subjectOf(names);
  const { organizationId } = ctx;
  const at = ctx.now();
  const id = uuidV7(at.getTime(), ctx.runtime.random(10));
  await saveBroughtSeal(ctx, {
    ...{ organizationId, id, origin: "request", state: "key-wanted", subject, algorithm, wantedProvider },
    ...{ createdBy, createdAt: at, changedAt: at },
  });
  const text = subject.map(([attribute, value]) => `${attribute}=${value}`);
  await appendEvent(ctx, {
    type: "seal-key.requested",
    envelopeId: null,
    data: { seal: id, algorithm, subject: text, ...(wantedProvider ? { provider: wantedProvider } : {}) },
  });
  return id;
}

/** @throws pki/name-unfit */
export function subjectOf(names: z.output<typeof RequestNames>): NameParts {
  const { country, organization, unit, commonName } = names;
  const subject: NameParts = [
    ...(country ? [["C", country] as const] : []),
    ["O", organization] as const,
    ...(unit ? [["OU", unit] as const] : []),
    ["CN", commonName] as const,
  ];
  encodeName(subject);
  return subject;
}
