import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedLine } from "#lib/identity/core/typed-text.ts";
import { uuidV7 } from "#lib/ids.ts";
import { encodeName, type NameParts } from "#lib/pki/core/asn1/names.ts";
import type { KeyAlgorithm } from "#lib/ports/keys.ts";
import { requireMakesAllowed } from "../keys/key-policy.ts";
import { saveBroughtSeal } from "./store.ts";

export const SEAL_ALGORITHMS = [
  "rsa-3072-sha256",
  "rsa-4096-sha256",
  "ecdsa-p256-sha256",
  "ecdsa-p384-sha384",
] as const satisfies readonly KeyAlgorithm[];

const Input = z.object({
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
  algorithm: z.enum(SEAL_ALGORITHMS),
});

/**
 * Wants a new key for another authority to certify. The worker makes it where the settings say keys are made, and
 * the certificate request with it.
 *
 * @throws pki/name-unfit; signing/key-policy-exportable
 */
export async function requestSealKey(ctx: Context, input: z.input<typeof Input>): Promise<{ id: string }> {
  const member = requirePermission(ctx, "seal.manage");
  const { algorithm, ...names } = Input.parse(input);
  await requireMakesAllowed(ctx);
  const subject = subjectOf(names);
  encodeName(subject);
  const at = ctx.now();
  const id = uuidV7(at.getTime(), ctx.runtime.random(10));
  await inTransaction(ctx, async (ctx) => {
    const { organizationId } = ctx;
    const created = { createdBy: member.memberId, createdAt: at, changedAt: at };
    await saveBroughtSeal(ctx, {
      ...{ organizationId, id, origin: "request", state: "key-wanted", subject, algorithm },
      ...created,
    });
    await appendEvent(ctx, {
      type: "seal-key.requested",
      envelopeId: null,
      data: { seal: id, algorithm, subject: subject.map(([attribute, value]) => `${attribute}=${value}`) },
    });
  });
  return { id };
}

function subjectOf(names: Omit<z.output<typeof Input>, "algorithm">): NameParts {
  const { country, organization, unit, commonName } = names;
  return [
    ...(country ? [["C", country] as const] : []),
    ["O", organization] as const,
    ...(unit ? [["OU", unit] as const] : []),
    ["CN", commonName] as const,
  ];
}
