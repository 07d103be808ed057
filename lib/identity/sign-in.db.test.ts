import { beforeAll, describe, expect, test } from "vitest";
import { REQUEST, refusalOf, testProduct } from "#db/testing.ts";
import type { Context } from "#lib/context.ts";
import { changeMemberRole } from "./change-member.ts";
import { hashPassword } from "./create-organization.ts";
import { endSession, openSession, readSession, switchOrganization } from "./session.ts";
import { setPassword } from "./set-password.ts";
import { requestSignInLink, signIn } from "./sign-in.ts";
import { stepUp } from "./step-up.ts";

const product = testProduct({ runsJobs: true });
const PASSWORD = "velvet otter climbs";
let networks = 0;

/** Somebody from a network of their own, at a moment. */
function visitor(at?: Date) {
  const { runtime } = product();
  const request = { ip: `203.0.113.${++networks % 250}`, userAgent: "a test" };
  return { runtime: at ? { ...runtime, now: () => at } : runtime, request };
}

async function personWithPassword(ctx?: Context): Promise<{ ctx: Context; email: string }> {
  const own = ctx ?? (await (await product().newOrganization()).member("sender"));
  if (own.actor.kind !== "member") throw new Error("a member");
  await product()
    .admin`update accounts set password_hash = ${await hashPassword(PASSWORD)} where id = ${own.actor.accountId}`;
  return { ctx: own, email: own.actor.email };
}

const enter = async (email: string) =>
  (
    await openSession(visitor(), {
      token: await signIn(visitor(), { email, password: PASSWORD }),
      purposes: ["session"],
    })
  ).sessionId;
const isOpen = async (sessionId: string) =>
  (await readSession(product().runtime, sessionId, REQUEST)) !== null;
const eventsOf = async (ctx: Context) =>
  (
    await product()
      .admin`select type from audit_events where chain_id = ${ctx.organizationId} order by sequence`
  ).map(({ type }) => type);

describe("a password", () => {
  test("opens a session, however it is composed and however the address is written", async () => {
    const { ctx, email } = await personWithPassword();
    await product()
      .admin`update accounts set password_hash = ${await hashPassword("vélvet ötter ﬁnds")} where email = ${email}`;
    const password = "ve\u0301lvet o\u0308tter finds";
    const token = await signIn(visitor(), { email: ` ${email.toUpperCase()} `, password });
    const { sessionId } = await openSession(visitor(), { token, purposes: ["session"] });
    expect((await readSession(product().runtime, sessionId, REQUEST))!.ctx.actor).toEqual({
      ...ctx.actor,
      method: "password",
    });
    expect(await eventsOf(ctx)).toEqual(["session.started"]);
  });

  test("that is wrong is refused in the same words and no sooner, account or none", async () => {
    const { email } = await personWithPassword();
    const linkOnly = (await (await product().newOrganization()).member("owner")).actor;
    const addresses = [email, "nobody@example.com", linkOnly.kind === "member" ? linkOnly.email : ""];
    for (const address of addresses) {
      const answers: string[] = [];
      for (let count = 0; count < 7; count++) {
        const startedAt = performance.now();
        answers.push((await refusalOf(signIn(visitor(), { email: address, password: "wrong" })))!);
        if (answers.at(-1) === "identity/sign-in-refused")
          expect(performance.now() - startedAt, address).toBeGreaterThan(245);
      }
      const refused = Array.from({ length: 5 }, () => "identity/sign-in-refused");
      expect(answers, address).toEqual([...refused, "identity/account-locked", "identity/account-locked"]);
    }
  });

  test("is not looked at while its address waits; afterwards it is, and what was wrong is forgotten", async () => {
    const { ctx, email } = await personWithPassword();
    const start = Date.now();
    const at = (seconds: number) => visitor(new Date(start + seconds * 1000));
    const wrong = (seconds: number) => refusalOf(signIn(at(seconds), { email, password: "wrong" }));
    const right = (seconds: number) => refusalOf(signIn(at(seconds), { email, password: PASSWORD }));
    for (let count = 0; count < 5; count++) await wrong(0);
    expect(await right(29)).toBe("identity/account-locked");
    expect(await wrong(31)).toBe("identity/sign-in-refused");
    expect(await right(31 + 59)).toBe("identity/account-locked");
    expect(await right(31 + 61)).toBeUndefined();
    expect(await wrong(93)).toBe("identity/sign-in-refused");
    expect(await right(94)).toBeUndefined();
    expect(await eventsOf(ctx)).toEqual([
      ...["session.refused", "session.refused", "session.refused", "session.refused"],
      ...["account.locked", "account.locked", "session.refused"],
    ]);
  });

  test("is guessed at by many at the same moment no oftener than by one", async () => {
    const { email } = await personWithPassword();
    const codes = await Promise.all(
      Array.from({ length: 25 }, () => refusalOf(signIn(visitor(), { email, password: "wrong" }))),
    );
    expect(codes.filter((code) => code === "identity/sign-in-refused")).toHaveLength(5);
    expect(codes.filter((code) => code === "identity/account-locked")).toHaveLength(20);
  });

  test("is tried from one network thirty times in five minutes", async () => {
    const { runtime } = product();
    const at = new Date("2026-11-20T14:01:00Z");
    const one = {
      runtime: { ...runtime, now: () => at },
      request: { ip: "198.51.100.77", userAgent: "a test" },
    };
    const codes = await Promise.all(
      Array.from({ length: 31 }, (_, index) =>
        refusalOf(signIn(one, { email: `someone${index}@example.com`, password: "wrong" })),
      ),
    );
    expect(codes.filter((code) => code === "identity/too-many-tries")).toHaveLength(1);
  });
});

describe("the password once more", () => {
  test("is asked for all day of who knows it, and ten times of who does not, at once or in turn", async () => {
    const { ctx: own } = await personWithPassword();
    const at = new Date("2026-11-20T14:01:00Z");
    const ctx = { ...own, runtime: { ...own.runtime, now: () => at } };
    const given = (password: string) => refusalOf(stepUp(ctx, password));
    for (let count = 0; count < 12; count++) expect(await given(PASSWORD)).toBeUndefined();
    const wrong = await Promise.all(Array.from({ length: 12 }, () => given("wrong")));
    expect(wrong.filter((code) => code === "identity/current-password-wrong")).toHaveLength(10);
    expect(wrong.filter((code) => code === "identity/too-many-tries")).toHaveLength(2);
    expect(await given(PASSWORD)).toBe("identity/too-many-tries");
  });
});

describe("a link by mail", () => {
  const linksTo = async (email: string) =>
    (
      await product().admin`select text from outbox_mails where to_address = ${email} order by created_at`
    ).map(({ text }) => /\/sign-in\/link\/([\w-]+)/.exec(text as string)![1]!);
  const askedBy = async (): Promise<{ ctx: Context; email: string; token: string }> => {
    const ctx = await (await product().newOrganization()).member("viewer");
    const email = ctx.actor.kind === "member" ? ctx.actor.email : "";
    await requestSignInLink(visitor(), { email });
    await expect.poll(() => linksTo(email), { timeout: 20_000 }).toHaveLength(1);
    return { ctx, email, token: (await linksTo(email))[0]! };
  };
  const open = (token: string, at?: Date) => openSession(visitor(at), { token, purposes: ["sign-in-link"] });

  test("opens one session, on whichever device, and no second", async () => {
    const { ctx, token } = await askedBy();
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => open(token)));
    expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await refusalOf(open(token))).toBe("identity/token-refused");
    expect(await eventsOf(ctx)).toEqual(["sign-in-link.requested", "session.started"]);
    expect(JSON.stringify(await product().admin`select * from audit_events, audit_openings`)).not.toContain(
      token,
    );
  });

  test("works for a quarter of an hour", async () => {
    const { token } = await askedBy();
    expect(await refusalOf(open(token, new Date(Date.now() + 15 * 60_000 + 1_000)))).toBe(
      "identity/token-refused",
    );
    const another = await askedBy();
    expect(await refusalOf(open(another.token, new Date(Date.now() + 14 * 60_000)))).toBeUndefined();
  });

  test("is no token of another kind", async () => {
    const { token } = await askedBy();
    expect(await refusalOf(openSession(visitor(), { token, purposes: ["session"] }))).toBe(
      "identity/token-refused",
    );
  });

  test("is asked for with one answer, account or none, and five times at most", async () => {
    const ctx = await (await product().newOrganization()).member("viewer");
    const known = ctx.actor.kind === "member" ? ctx.actor.email : "";
    const at = new Date("2026-11-20T14:01:00Z");
    for (const email of [known, "nobody.at.all@example.com"]) {
      const codes: (string | undefined)[] = [];
      for (let count = 0; count < 7; count++) {
        const startedAt = performance.now();
        codes.push(await refusalOf(requestSignInLink(visitor(at), { email })));
        if (count < 5) expect(performance.now() - startedAt, email).toBeGreaterThan(245);
      }
      expect(codes, email).toEqual([
        ...[undefined, undefined, undefined, undefined, undefined],
        ...["identity/too-many-tries", "identity/too-many-tries"],
      ]);
    }
  });

  test("of somebody who is no member any more leads nowhere", async () => {
    const { ctx, token } = await askedBy();
    await product()
      .admin`update members set removed_at = now() where organization_id = ${ctx.organizationId}`;
    expect(await refusalOf(open(token))).toBe("identity/token-refused");
  });

  test.for(["", "x", "A".repeat(43), "%00", "\u0000"])("that never was (%j) leads nowhere", async (token) => {
    expect(await refusalOf(open(token))).toBe("identity/token-refused");
  });
});

describe("a session", () => {
  let email: string;
  let ctx: Context;
  beforeAll(async () => {
    ({ email, ctx } = await personWithPassword());
  });

  test("ends after two hours without a sign of life, and after twelve in any case", async () => {
    const sessionId = await enter(email);
    const start = Date.now();
    const at = (hours: number) => ({ ...product().runtime, now: () => new Date(start + hours * 3_600_000) });
    for (const hours of [1.9, 3.8, 5.7, 7.6, 9.5, 11.4])
      expect(await readSession(at(hours), sessionId, REQUEST), `${hours} h`).not.toBeNull();
    expect(await readSession(at(12.1), sessionId, REQUEST)).toBeNull();
    const idle = await enter(email);
    expect(await readSession(at(2.1), idle, REQUEST)).toBeNull();
    // A page that is left open asks by itself for hours: nobody is there by that.
    const left = await enter(email);
    for (const hours of [0.5, 1, 1.5, 1.9])
      expect(await readSession(at(hours), left, REQUEST, "page"), `${hours} h`).not.toBeNull();
    expect(await readSession(at(2.1), left, REQUEST, "page")).toBeNull();
    expect(await readSession(at(2.1), left, REQUEST)).toBeNull();
  });

  test("that its person ended is over; nobody else ends it or takes it elsewhere", async () => {
    const sessionId = await enter(email);
    const { ctx: eve } = await personWithPassword();
    expect(await refusalOf(endSession(eve, sessionId))).toBe("identity/session-ended");
    const opened = (await readSession(
      product().runtime,
      await enter(eve.actor.kind === "member" ? eve.actor.email : ""),
      REQUEST,
    ))!;
    const there = { sessionId, organizationId: eve.organizationId };
    expect(await refusalOf(switchOrganization(opened, there))).toBe("identity/session-ended");
    expect(await isOpen(sessionId)).toBe(true);
    await endSession(ctx, sessionId);
    expect(await isOpen(sessionId)).toBe(false);
    expect(await refusalOf(endSession(ctx, sessionId))).toBe("identity/session-ended");
  });

  test("goes to no organization its person is no member of", async () => {
    const opened = (await readSession(product().runtime, await enter(email), REQUEST))!;
    const other = await product().newOrganization();
    const there = { sessionId: await enter(email), organizationId: other.id };
    expect(await refusalOf(switchOrganization(opened, there))).toBe("identity/session-ended");
  });

  test("ends with a new password everywhere but where it was set, and so does every link", async () => {
    const [here, elsewhere] = [await enter(email), await enter(email)];
    const hop = await signIn(visitor(), { email, password: PASSWORD });
    const change = { sessionId: here, password: "harbor lantern fig", currentPassword: PASSWORD };
    expect(await refusalOf(setPassword(ctx, { ...change, currentPassword: "wrong" }))).toBe(
      "identity/current-password-wrong",
    );
    expect(await refusalOf(setPassword(ctx, { ...change, password: "too short" }))).toBe(
      "identity/password-too-short",
    );
    expect(await isOpen(elsewhere)).toBe(true);
    await setPassword(ctx, change);
    expect([await isOpen(here), await isOpen(elsewhere)]).toEqual([true, false]);
    expect(await refusalOf(openSession(visitor(), { token: hop, purposes: ["session"] }))).toBe(
      "identity/token-refused",
    );
    expect(await refusalOf(signIn(visitor(), { email, password: PASSWORD }))).toBe(
      "identity/sign-in-refused",
    );
    expect(await refusalOf(signIn(visitor(), { email, password: change.password }))).toBeUndefined();
    expect((await eventsOf(ctx)).filter((type) => type === "password.changed")).toHaveLength(1);
  });

  test("sets nobody else's password", async () => {
    const [mine, theirs] = [await personWithPassword(), await personWithPassword()];
    const change = {
      sessionId: await enter(theirs.email),
      password: "harbor lantern fig",
      currentPassword: PASSWORD,
    };
    expect(await refusalOf(setPassword(mine.ctx, change))).toBe("identity/session-ended");
    expect(await refusalOf(signIn(visitor(), { email: theirs.email, password: PASSWORD }))).toBeUndefined();
  });

  test("ends when its person gets another role or is taken out", async () => {
    const organization = await product().newOrganization();
    const owner = await organization.member("owner");
    for (const role of ["counsel", null] as const) {
      const person = await personWithPassword(await organization.member("admin"));
      const sessionId = await enter(person.email);
      const memberId = person.ctx.actor.kind === "member" ? person.ctx.actor.memberId : "";
      await changeMemberRole(owner, { memberId, role });
      expect(await isOpen(sessionId)).toBe(false);
    }
  });
});
