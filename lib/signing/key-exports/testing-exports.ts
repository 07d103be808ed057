import type { TestProduct } from "#db/testing.ts";
import { type Context, createContext, type Role } from "#lib/context.ts";
import { allowKeyExport } from "#lib/identity/change-organization.ts";
import { hashPassword } from "#lib/identity/create-organization.ts";
import { publishRunbook } from "../key-runbooks/runbooks.ts";
import { openSeal } from "../seal-key.ts";
import { listKeyExports } from "./get-key-exports.ts";

export const PASSWORD = "velvet otter climbs";
export const memberOf = ({ actor }: Context) =>
  actor.kind === "member" ? actor.memberId : (undefined as never);

/** An organization with a seal key, people of two offices who know their password, and requests switched on. */
export async function exportOffice({ runtime, admin, newOrganization }: TestProduct) {
  const organization = await newOrganization();
  const hash = await hashPassword(PASSWORD);
  const person = async (role: Role) => {
    const ctx = await organization.member(role);
    const { actor } = ctx;
    if (actor.kind === "member")
      await admin`update accounts set password_hash = ${hash} where id = ${actor.accountId}`;
    return ctx;
  };
  const actor = { kind: "system", job: "test" } as const;
  const system = createContext(runtime, { organizationId: organization.id, actor });
  await openSeal(system);
  const owner = await person("owner");
  const [asker, it, legal] = [await person("admin"), await person("admin"), await person("counsel")];
  await allowKeyExport(owner, { isAllowed: true, password: PASSWORD });
  await publishRunbook(owner, {
    ...{ kind: "export", memberIds: [owner, asker, it, legal].map(memberOf) },
    ...{
      transfer: "SFTP to the key room, or download over TLS",
      steps: "Compare the SHA-256\nLoad into the HSM",
    },
  });
  const [key] = (await listKeyExports(owner)).keys;
  const request = {
    signingKeyId: key!.id,
    reason: "migration" as const,
    purpose: "The seal moves into the HSM of the new data center",
    format: "pfx-chain" as const,
    passphraseReaders: [memberOf(legal)],
    destination: "HSM of the new data center",
    contract: "MSA 2026-114",
    recipientId: memberOf(asker),
  };
  return { owner, asker, it, legal, system, person, request };
}
