import { hash } from "@node-rs/argon2";
import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { createContext, inTransaction, type Visitor } from "#lib/context.ts";
import { type AccountId, type MemberId, type OrganizationId, uuidV7 } from "#lib/ids.ts";
import type { Runtime } from "#lib/runtime.ts";
import { isEmailAddress } from "./core/email-address.ts";
import { requireGoodPassword } from "./core/password-rules.ts";
import { typedLine } from "./core/typed-text.ts";
import { identityError } from "./errors.ts";
import { listOrganizationIds, lockSetUp, saveAccount, saveMember, saveOrganization } from "./store.ts";

const Input = z.object({
  organizationName: typedLine(120, 1),
  name: typedLine(120, 1),
  email: z.string().trim().toLowerCase(),
  password: z.string().max(1024),
});

export interface CreatedOrganization {
  readonly organizationId: OrganizationId;
  readonly memberId: MemberId;
  readonly accountId: AccountId;
}

/** Whether nobody has set this installation up yet. */
export async function isSetUp(runtime: Runtime): Promise<boolean> {
  return (await listOrganizationIds(runtime.database.db)).length > 0;
}

/**
 * The first start: makes the first organization and its owner.
 *
 * @throws identity/already-set-up, email-wrong, password-too-short, password-too-common
 */
export async function createOrganization(
  visitor: Visitor,
  input: z.input<typeof Input>,
): Promise<CreatedOrganization> {
  const { runtime, request } = visitor;
  const { organizationName, name, email, password } = Input.parse(input);
  if (!isEmailAddress(email)) throw identityError("email-wrong", "not one address");
  requireGoodPassword(password, [name, email, organizationName]);
  const passwordHash = await hashPassword(password);
  const at = runtime.now();
  const newId = () => uuidV7(at.getTime(), runtime.random(10));
  const created: CreatedOrganization = {
    organizationId: newId() as OrganizationId,
    memberId: newId() as MemberId,
    accountId: newId() as AccountId,
  };
  const { organizationId, memberId, accountId } = created;
  const who = { memberId, accountId, name, email, method: "set-up" } as const;
  const actor = { kind: "member", role: "owner", ...who } as const;
  await inTransaction(createContext(runtime, { organizationId, actor, request }), async (ctx) => {
    await lockSetUp(ctx);
    if ((await listOrganizationIds(ctx.connection)).length > 0)
      throw identityError("already-set-up", "an organization exists");

    const settings = {
      paper: "a4",
      fileNamePattern: "{title} - {kind} - {name}",
      printsMarginId: true,
    } as const;
    await saveOrganization(ctx, { organizationId, name: organizationName, settings, createdAt: at });
    await saveAccount(ctx, { id: accountId, email, name, passwordHash, createdAt: at });
    await saveMember(ctx, { organizationId, id: memberId, accountId, role: "owner", createdAt: at });
    await appendEvent(ctx, {
      type: "organization.created",
      envelopeId: null,
      data: { name: organizationName, owner: memberId, ownerEmail: personal(email) },
    });
  });
  return created;
}

/** argon2id with 19 MiB and 2 passes, as OWASP and SP 800-63B's memory-hard requirement have it. */
export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize("NFKC"), { memoryCost: 19_456, timeCost: 2, parallelism: 1 });
}
