import { X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { createContext, type WorkerContext } from "#lib/context.ts";
import { askRotation } from "./ask-rotation.ts";
import { nextOf } from "./authority-plan.ts";
import {
  getAuthorityRotation,
  listAuthorityRotations,
  replacedCertificate,
  switchedAuthority,
} from "./get-authority-rotations.ts";
import { rotateAuthority } from "./rotate-authority.ts";
import { loadAuthorities } from "./store.ts";

const product = testProduct();

const founders: ReturnType<typeof newFounder>[] = [];
/** There is one for each installation. */
const founder = () => {
  founders[0] ??= newFounder();
  return founders[0];
};

async function newFounder() {
  const { newOrganization, runtime } = product();
  const organization = await newOrganization();
  const actor = { kind: "system", job: "test" } as const;
  const worker = createContext(runtime, { organizationId: organization.id, actor });
  return { organization, owner: await organization.member("owner"), worker };
}

const tsaInUse = async () => nextOf(await loadAuthorities(product().runtime.database.db), "tsa")!;

/** The same, in a place for keys that opens another key than the one it made. */
function mixedUp(worker: WorkerContext): WorkerContext {
  const { keys } = worker.runtime;
  const provider: typeof keys.provider = (name) => {
    const own = keys.provider(name);
    const open: typeof own.open = async (id, algorithm) => {
      const key = await own.open(id, algorithm);
      return key.algorithm === "ecdsa-p256-sha256" ? keys.ephemeral() : key;
    };
    return new Proxy(own, {
      get: (target, member) =>
        member === "open" ? open : Reflect.get(target, member, target)?.bind?.(target),
    });
  };
  return { ...worker, runtime: { ...worker.runtime, keys: { ...keys, provider } } };
}

test("a successor that does not pass its trial is never in use, and what was found stands on record", async () => {
  const { owner, worker } = await founder();
  await worker.runtime.authorities();
  const old = await tsaInUse();
  const rotationId = await askRotation(owner, { kind: "tsa" });
  expect(await askRotation(owner, { kind: "tsa" })).toBe(rotationId);
  await rotateAuthority(mixedUp(worker), { kind: "tsa", replaces: old.id, rotationId });
  expect((await tsaInUse()).id).toBe(old.id);
  const failed = await getAuthorityRotation(owner, { rotationId });
  expect(failed).toMatchObject({ state: "failed", to: null });
  expect(failed.checks.filter(({ isGood }) => !isGood).map(({ name, found }) => [name, found])).toEqual([
    ["key", "ecdsa-p256-sha256"],
    ["usage", "digitalSignature, 1.3.6.1.5.5.7.3.8"],
    ["signature", "pki/key-mismatch"],
  ]);
  expect(await switchedAuthority(worker, rotationId)).toBeNull();
  const bare = rotateAuthority(mixedUp(worker), { kind: "tsa", replaces: old.id });
  expect(await refusalOf(bare)).toBe("pki/profile-broken");

  const again = await askRotation(owner, { kind: "tsa" });
  expect(again).not.toBe(rotationId);
  await rotateAuthority(worker, { kind: "tsa", replaces: old.id, rotationId: again });
  await rotateAuthority(worker, { kind: "tsa", replaces: old.id, rotationId: again });
  const next = await tsaInUse();
  expect(next.id).not.toBe(old.id);
  expect(await getAuthorityRotation(owner, { rotationId: again })).toMatchObject({ state: "switched" });
  expect((await listAuthorityRotations(owner)).map(({ state }) => state)).toEqual(["switched", "failed"]);
  const { bytes } = await replacedCertificate(owner, { rotationId: again });
  const kept = new X509Certificate(await new Response(bytes).text());
  expect(kept.fingerprint256.replaceAll(":", "").toLowerCase()).toBe(old.certificateSha256);
  const { entries } = await readChain(owner, null);
  expect(entries.map(({ type }) => type).filter((type) => type.startsWith("authority."))).toEqual([
    "authority.rotation-asked",
    "authority.rotation-failed",
    "authority.rotation-asked",
    "authority.rotated",
  ]);
});

test("one that comes after another successor is laid aside, and only who looks after keys sees any", async () => {
  const { organization, owner, worker } = await founder();
  await worker.runtime.authorities();
  const old = await tsaInUse();
  const rotationId = await askRotation(owner, { kind: "tsa" });
  await rotateAuthority(worker, { kind: "tsa", replaces: old.id });
  await rotateAuthority(worker, { kind: "tsa", replaces: old.id, rotationId });
  expect(await getAuthorityRotation(owner, { rotationId })).toMatchObject({ state: "failed", checks: [] });
  const [newest] = await listAuthorityRotations(owner);
  expect(newest).toMatchObject({ state: "switched", startedBy: null });
  const counsel = await organization.member("counsel");
  expect(await refusalOf(getAuthorityRotation(counsel, { rotationId }))).toBe("authorize/not-allowed");
  const stranger = await (await product().newOrganization()).member("owner");
  expect(await refusalOf(getAuthorityRotation(stranger, { rotationId }))).toBe("pki/not-found");
});
