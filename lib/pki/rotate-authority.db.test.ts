import { X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { type Context, createContext, type WorkerContext } from "#lib/context.ts";
import { answerOcsp } from "./answer-ocsp.ts";
import {
  askRotation,
  beginPlannedRotations,
  cancelPlannedRotation,
  plannedRotations,
} from "./ask-rotation.ts";
import { ensureAuthorities } from "./authorities.ts";
import { nextOf } from "./authority-plan.ts";
import { parseCertificate } from "./core/certificates/certificate.ts";
import { certIdOf, createOcspRequest, parseOcspRequest } from "./core/revocation/ocsp-request.ts";
import { parseOcspResponse } from "./core/revocation/ocsp-response.ts";
import { verifyOcspResponse } from "./core/revocation/verify-ocsp.ts";
import {
  getAuthorityRotation,
  listAuthorityRotations,
  replacedCertificate,
  switchedAuthority,
} from "./get-authority-rotations.ts";
import { issueSealCertificate } from "./issue-certificate.ts";
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

/** The same, in a place for keys that opens another key than each one it made for a time-stamping authority. */
function losesNewKeys(worker: WorkerContext): WorkerContext {
  const { keys } = worker.runtime;
  const { software } = keys;
  const made = new Set<string>();
  const create: typeof software.create = async (...wanted) => {
    const key = await software.create(...wanted);
    if (wanted[1]?.includes("Time-Stamping")) made.add(key.id);
    return key;
  };
  const provider: typeof keys.provider = (name) => {
    const own = keys.provider(name);
    const open: typeof own.open = (id, algorithm) =>
      made.has(id) ? keys.ephemeral() : own.open(id, algorithm);
    return { ...own, open };
  };
  const mixed = { ...keys, provider, software: { ...software, create } };
  return { ...worker, runtime: { ...worker.runtime, keys: mixed } };
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

const DAY_MS = 86_400_000;
const laterBy = (worker: WorkerContext, days: number): WorkerContext => {
  const now = () => new Date(Date.now() + days * DAY_MS);
  return { ...worker, now, runtime: { ...worker.runtime, now } };
};
const eventsSince = async (owner: Context, before: number) => {
  const { entries } = await readChain(owner, null);
  const own = entries.slice(before).filter(({ type }) => type.startsWith("authority."));
  return { own, count: entries.length };
};
const countEvents = async (owner: Context) => (await readChain(owner, null)).entries.length;

test("a renewal that does not pass its trial leaves the one in use, and says so once a day", async () => {
  const { owner, worker } = await founder();
  await worker.runtime.authorities();
  const old = await tsaInUse();
  const soon = laterBy(worker, 310);
  const from = await countEvents(owner);
  const broken = losesNewKeys(soon);
  await ensureAuthorities(broken.runtime);
  await ensureAuthorities(broken.runtime);
  expect((await tsaInUse()).id).toBe(old.id);
  const { own } = await eventsSince(owner, from);
  const ofTsa = own.filter(({ data }) => data.kind === "tsa");
  expect(ofTsa.map(({ type }) => type)).toEqual(["authority.rotation-failed"]);
  expect(ofTsa[0]!.data.failed).toContain("tsa signature: pki/key-mismatch");
  await ensureAuthorities(soon.runtime);
  expect((await tsaInUse()).id).not.toBe(old.id);
});

test("what renews itself stands in the log and among the exchanges, once, and was tried before", async () => {
  const { owner, worker } = await founder();
  await worker.runtime.authorities();
  const from = await countEvents(owner);
  const old = await tsaInUse();
  const later = laterBy(worker, 620);
  const both = await Promise.all([ensureAuthorities(later.runtime), ensureAuthorities(later.runtime)]);
  const next = await tsaInUse();
  expect(next.id).not.toBe(old.id);
  expect(both.map(({ tsa }) => tsa.id)).toEqual([next.id, next.id]);
  const { own, count } = await eventsSince(owner, from);
  const renewed = own.filter(({ type }) => type === "authority.renewed");
  expect(renewed).toHaveLength(own.length);
  expect(renewed.find(({ data }) => data.kind === "tsa")!.data).toMatchObject({
    ...{ from: old.id, to: next.id, certificateSha256: next.certificateSha256 },
    tried: ["tsa key", "tsa chain", "tsa life", "tsa usage", "tsa signature"],
  });
  const [shown] = (await listAuthorityRotations(owner)).filter(({ kind }) => kind === "tsa");
  expect(shown).toMatchObject({ cause: "renewal", state: "switched", startedBy: null });
  expect(shown!.to!.sha256).toBe(next.certificateSha256);
  await ensureAuthorities(later.runtime);
  expect(await countEvents(owner)).toBe(count);
});

test("with a new issuing authority its responder is renewed too, and the log says so", async () => {
  const { owner, worker } = await founder();
  await worker.runtime.authorities();
  const rows = await loadAuthorities(worker.runtime.database.db);
  const [issuing, ocsp] = [nextOf(rows, "issuing")!, nextOf(rows, "ocsp")!];
  const from = await countEvents(owner);
  await rotateAuthority(worker, { kind: "issuing", replaces: issuing.id });
  await worker.runtime.renewAuthorities();
  const { own } = await eventsSince(owner, from);
  expect(own.map(({ type, data }) => [type, data.kind, data.from])).toEqual([
    ["authority.rotated", "issuing", issuing.id],
    ["authority.renewed", "ocsp", ocsp.id],
  ]);
});

test("the responder of an authority that has a successor is renewed when it is asked, and the log says so", async () => {
  const { owner, worker } = await founder();
  const { issuing } = await worker.runtime.authorities();
  const own = parseCertificate(issuing.certificateDer);
  const { publicKey } = await worker.runtime.keys.ephemeral();
  const seal = await issueSealCertificate(worker, { organizationName: "Harbour", publicKey });
  await rotateAuthority(worker, { kind: "issuing", replaces: issuing.id });
  await worker.runtime.renewAuthorities();
  const certId = certIdOf(parseCertificate(seal.der), own);
  const later = laterBy(worker, 400);
  const from = await countEvents(owner);
  for (const nonce of [worker.runtime.random(16), worker.runtime.random(16)]) {
    const response = parseOcspResponse(
      await answerOcsp(later.runtime, parseOcspRequest(createOcspRequest(certId, nonce))),
    );
    expect(verifyOcspResponse(response, parseCertificate(seal.der), own)).toMatchObject({ isValid: true });
  }
  const { own: told } = await eventsSince(owner, from);
  expect(told.map(({ type, data }) => [type, data.kind])).toEqual([["authority.renewed", "ocsp"]]);
});

test("a take-over is planned, cancelled, begun once at its hour, and fails where another came first", async () => {
  const { owner, worker } = await founder();
  await worker.runtime.authorities();
  const old = await tsaInUse();
  const from = await countEvents(owner);
  const inDays = (days: number) => new Date(Date.now() + days * DAY_MS);
  const tooLate = { kind: "tsa", at: inDays(2000) } as const;
  expect(await refusalOf(askRotation(owner, tooLate))).toBe("pki/plan-too-late");
  const at = inDays(2);
  const first = await askRotation(owner, { kind: "tsa", at });
  expect(await refusalOf(askRotation(owner, { kind: "tsa" }))).toBe("pki/rotation-planned");
  expect(await refusalOf(askRotation(owner, { kind: "tsa", at }))).toBe("pki/rotation-planned");
  expect(await plannedRotations(owner)).toEqual([{ id: first, kind: "tsa", at }]);
  await beginPlannedRotations(worker);
  expect(await getAuthorityRotation(owner, { rotationId: first })).toMatchObject({
    ...{ state: "scheduled", plannedAt: at, to: null },
  });
  const stranger = await (await product().newOrganization()).member("owner");
  const cancel = (ctx: Context) => refusalOf(cancelPlannedRotation(ctx, { rotationId: first }));
  expect(await cancel(stranger)).toBe("pki/not-found");
  expect(await cancel(owner)).toBeUndefined();
  expect(await cancel(owner)).toBe("pki/rotation-not-planned");
  await beginPlannedRotations(laterBy(worker, 3));
  expect(await getAuthorityRotation(owner, { rotationId: first })).toMatchObject({ state: "cancelled" });

  const second = await askRotation(owner, { kind: "tsa", at });
  const onTheDay = laterBy(worker, 3);
  await Promise.all([beginPlannedRotations(onTheDay), beginPlannedRotations(onTheDay)]);
  const order = { kind: "tsa", replaces: old.id, rotationId: second } as const;
  expect((await tsaInUse()).id).toBe(old.id);
  await rotateAuthority(mixedUp(worker), order);
  expect((await tsaInUse()).id).toBe(old.id);
  expect(await getAuthorityRotation(owner, { rotationId: second })).toMatchObject({ state: "failed" });

  const third = await askRotation(owner, { kind: "tsa", at });
  await rotateAuthority(worker, { kind: "tsa", replaces: old.id });
  await beginPlannedRotations(onTheDay);
  await rotateAuthority(worker, { ...order, rotationId: third });
  const fourth = await askRotation(owner, { kind: "tsa", at });
  await beginPlannedRotations(onTheDay);
  const now = await tsaInUse();
  await rotateAuthority(worker, { kind: "tsa", replaces: now.id, rotationId: fourth });
  expect((await tsaInUse()).id).not.toBe(now.id);
  const { own } = await eventsSince(owner, from);
  expect(own.map(({ type, data }) => [type.slice(10), data.rotation])).toEqual([
    ...["rotation-scheduled", "rotation-cancelled"].map((type) => [type, first]),
    ...["rotation-scheduled", "rotation-begun", "rotation-failed"].map((type) => [type, second]),
    ["rotation-scheduled", third],
    ["rotated", expect.anything()],
    ...["rotation-begun", "rotation-failed"].map((type) => [type, third]),
    ...["rotation-scheduled", "rotation-begun", "rotated"].map((type) => [type, fourth]),
  ]);
});
