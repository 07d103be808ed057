import { describe, expect, test } from "vitest";
import { REQUEST, refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { type Context, createContext, type Visitor } from "#lib/context.ts";
import { openOutboxMail, readOutbox } from "#lib/delivery/read-outbox.ts";
import { getDraft } from "#lib/envelopes/get-draft.ts";
import { listEnvelopes } from "#lib/envelopes/list-envelopes.ts";
import { saveDraft } from "#lib/envelopes/save-draft.ts";
import { createTemplate } from "#lib/envelopes/templates/create-template.ts";
import { getTemplate } from "#lib/envelopes/templates/get-template.ts";
import { publishTemplate, retireTemplate } from "#lib/envelopes/templates/publish-template.ts";
import type { EnvelopeId, TemplateId } from "#lib/ids.ts";
import { openCeremony } from "../open-ceremony.ts";
import { recipientContext } from "../recipient-context.ts";
import { newDraft, until } from "../testing.ts";
import { listPublicLinks, makePublicLink, turnOffPublicLink } from "./make-link.ts";
import { askToStart, confirmStart, enterStarted, openPublicLink } from "./open-link.ts";
import { forgetLinkRequests, startFromLink } from "./start-envelope.ts";

const product = testProduct({ runsJobs: true });
const office = async () => {
  const organization = await product().newOrganization();
  return { owner: await organization.member("owner"), sender: await organization.member("sender") };
};

async function published(ctx: Context) {
  const draft = await newDraft(ctx, [{ name: "Tenant" }, { name: "Landlord" }]);
  const made = await createTemplate(ctx, { fromEnvelopeId: draft.envelopeId, name: "Lease" });
  const { version } = await getDraft(ctx, made);
  await publishTemplate(ctx, { templateId: made.templateId, draftVersion: version });
  const [tenant, landlord] = (await getTemplate(ctx, made)).roles.map(({ id }) => id);
  return { ...made, tenant: tenant!, landlord: landlord! };
}

type Published = Awaited<ReturnType<typeof published>>;

const people = ({ landlord }: Published) => [
  { roleId: landlord, name: "Bo Chen", email: "bo.chen@example.com" },
];

async function linked(ctx: Context, limits: object = {}) {
  const template = await published(ctx);
  const { templateId, tenant: openRoleId } = template;
  const { id } = await makePublicLink(ctx, { templateId, openRoleId, people: people(template), ...limits });
  const [link] = await listPublicLinks(ctx, { templateId });
  return { template, id, token: link!.url.split("/start/")[1]! };
}

const visitor = (ctx: Context, ip = "203.0.113.7"): Visitor => ({
  runtime: ctx.runtime,
  request: { ...REQUEST, ip },
});

async function stateBecomes(someone: Visitor, token: string, secret: string, wanted: string) {
  for (const end = Date.now() + 30_000; Date.now() < end; ) {
    const { request } = await openPublicLink(someone, token, secret);
    if (request?.state === wanted) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`never ${wanted}: ${JSON.stringify(await openPublicLink(someone, token, secret))}`);
}

async function mailedCode(owner: Context, address: string): Promise<string> {
  const mail = ((await readOutbox(owner)) ?? []).find(({ toAddress }) => toAddress === address)!;
  return /\b(\d{6})\b/.exec((await openOutboxMail(owner, { mailId: mail.id })).text)![1]!;
}

/** Asks, reads the mail, and enters the code. */
async function confirmed(owner: Context, someone: Visitor, token: string, email = "ana@example.com") {
  const secret = await askToStart(someone, token, { name: "Ana Ruiz", email, language: "en" });
  await stateBecomes(someone, token, secret, "sent");
  await confirmStart(someone, token, { secret, code: await mailedCode(owner, email) });
  return secret;
}

const typesOf = async (ctx: Context, id: EnvelopeId) =>
  (await readChain(ctx, id)).entries.map(({ type }) => type);

describe("a public link", () => {
  test("makes an envelope of who shows their mailbox, and lets that browser into it", async () => {
    const { owner, sender } = await office();
    const { template, token } = await linked(sender);
    const someone = visitor(sender);
    expect(await openPublicLink(someone, token)).toMatchObject({
      title: "Lease",
      state: "open",
      request: null,
    });
    const secret = await askToStart(someone, token, {
      ...{ name: "Ana Ruiz", email: "Ana@Example.com", language: "de" },
    });
    await stateBecomes(someone, token, secret, "sent");
    expect((await listEnvelopes(sender, {})).items.filter(({ state }) => state !== "draft")).toEqual([]);
    expect(await refusalOf(enterStarted(someone, token, secret))).toBe("signing/public-link-not-begun");
    expect(await refusalOf(confirmStart(someone, token, { secret, code: "000000" }))).toBe(
      "signing/check-failed",
    );
    await confirmStart(someone, token, { secret, code: await mailedCode(owner, "ana@example.com") });
    await stateBecomes(someone, token, secret, "ready");
    const entry = await enterStarted(someone, token, secret);
    const ctx = await recipientContext(someone, entry.token, entry.session);
    expect(ctx.actor).toMatchObject({ kind: "recipient", checked: [{ method: "email-code" }] });
    const { envelopeId } = ctx.actor as unknown as { envelopeId: EnvelopeId };
    const envelope = await until(sender, envelopeId, ({ recipients }) => recipients[0]!.state === "notified");
    expect(envelope.recipients.map(({ name, email }) => [name, email])).toEqual([
      ["Ana Ruiz", "ana@example.com"],
      ["Bo Chen", "bo.chen@example.com"],
    ]);
    expect(envelope.trail.find(({ type }) => type === "public-link.used")?.data).toMatchObject({
      ...{ name: "Ana Ruiz", email: "ana@example.com", method: "email-code", from: "203.0.113.7" },
    });
    const view = await openCeremony(ctx, {});
    expect(view).toMatchObject({ status: "ready", me: { name: "Ana Ruiz" } });
    expect(await typesOf(sender, template.envelopeId)).toEqual(
      expect.arrayContaining([
        ...["public-link.created", "public-link.code-requested", "public-link.code-sent"],
        "public-link.confirmed",
      ]),
    );
    const { entries } = await readChain(sender, template.envelopeId);
    const ofLink = entries.filter(({ type }) => type.startsWith("public-link."));
    expect(JSON.stringify(ofLink.slice(1))).not.toMatch(/Ana|example/i);
  });

  test("opens nothing for another browser, and nothing of another's envelope", async () => {
    const { owner, sender } = await office();
    const { token } = await linked(sender, { perAddressADay: 5 });
    const other = await linked(sender);
    const someone = visitor(sender);
    const secret = await confirmed(owner, someone, token);
    await stateBecomes(someone, token, secret, "ready");
    const wrong = "A".repeat(43);
    expect((await openPublicLink(visitor(sender, "198.51.100.9"), token, wrong)).request).toBeNull();
    expect(await refusalOf(enterStarted(someone, token, wrong))).toBe("signing/public-link-not-begun");
    expect(await refusalOf(enterStarted(someone, other.token, secret))).toBe("signing/public-link-not-begun");
    const entry = await enterStarted(someone, token, secret);
    const bare = await recipientContext(someone, entry.token);
    expect(bare.actor.kind).toBe("link-holder");
    expect(await refusalOf(openPublicLink(someone, wrong))).toBe("signing/public-link-unknown");
  });

  test("makes one envelope however often its job runs, and keeps no name beside it", async () => {
    const { owner, sender } = await office();
    const { token } = await linked(sender);
    const someone = visitor(sender);
    const secret = await confirmed(owner, someone, token);
    await stateBecomes(someone, token, secret, "ready");
    const [row] = await product().admin<{ id: string; email: string; ip: string }[]>`
      select r.id, r.email, r.ip from public_link_requests r
      where r.organization_id = ${sender.organizationId} and r.started_at is not null`;
    expect(row).toMatchObject({ email: "", ip: "" });
    const { organizationId } = sender;
    const system = createContext(sender.runtime, { organizationId, actor: { kind: "system", job: "test" } });
    await startFromLink(system, { requestId: row!.id });
    const { items } = await listEnvelopes(sender, {});
    expect(items.filter(({ state }) => state === "sent")).toHaveLength(1);
    await confirmStart(someone, token, { secret, code: "123456" });
    expect((await listPublicLinks(sender, { templateId: (await firstTemplate(sender))! }))[0]!.uses).toBe(1);
    await forgetLinkRequests({ ...system, now: () => new Date(Date.now() + 8 * 86_400_000) });
    expect((await openPublicLink(someone, token, secret)).request).toBeNull();
  });

  test("ends by its number of uses, its day, its switch, and with its template", async () => {
    const { owner, sender } = await office();
    const { template, id, token } = await linked(sender, { mostUses: 1 });
    const someone = visitor(sender);
    const first = await askToStart(someone, token, { name: "Bo", email: "b@example.com", language: "en" });
    await confirmed(owner, someone, token);
    expect((await openPublicLink(someone, token)).state).toBe("used-up");
    const code = await mailedCode(owner, "b@example.com");
    expect(await refusalOf(confirmStart(someone, token, { secret: first, code }))).toBe(
      "signing/public-link-closed",
    );
    const ask = { name: "Cy", email: "c@example.com", language: "en" as const };
    expect(await refusalOf(askToStart(someone, token, ask))).toBe("signing/public-link-closed");
    await turnOffPublicLink(sender, { linkId: id });
    expect((await openPublicLink(someone, token)).state).toBe("off");
    const dated = await linked(sender, { days: 1, mostUses: null });
    const later = {
      ...someone,
      runtime: { ...someone.runtime, now: () => new Date(Date.now() + 90_000_000) },
    };
    expect((await openPublicLink(later, dated.token)).state).toBe("over");
    await retireTemplate(sender, { templateId: dated.template.templateId, isRetired: true });
    expect((await openPublicLink(someone, dated.token)).state).toBe("retired");
    expect(await typesOf(sender, template.envelopeId)).toContain("public-link.turned-off");
  });

  test("lets one address and one network in so often and no more", async () => {
    const { owner, sender } = await office();
    const { token } = await linked(sender, { perAddressADay: 1, perNetworkAnHour: 2 });
    const here = visitor(sender);
    await confirmed(owner, here, token);
    const ask = (email: string, from: Visitor) =>
      refusalOf(askToStart(from, token, { name: "Ana", email, language: "en" }));
    expect(await ask("ANA@example.com", visitor(sender, "198.51.100.9"))).toBe(
      "signing/public-link-used-here",
    );
    await confirmed(owner, here, token, "second@example.com");
    expect(await ask("third@example.com", here)).toBe("signing/public-link-used-here");
    expect(await ask("third@example.com", visitor(sender, "198.51.100.9"))).toBeUndefined();
  });

  test("refuses a missing name, letters that cannot be printed, and two addresses in one", async () => {
    const { sender } = await office();
    const { token } = await linked(sender);
    const ask = (name: string, email: string) =>
      refusalOf(askToStart(visitor(sender), token, { name, email, language: "en" }));
    expect(await ask(" ", "a@example.com")).toBe("signing/public-link-name-missing");
    expect(await ask("\u{13000}", "a@example.com")).toBe("signing/public-link-name-not-drawable");
    expect(await ask("Ana", "a@example.com,b@example.com")).toBe("signing/public-link-address-wrong");
  });

  test("is made of a whole published template only, by who may", async () => {
    const { owner, sender } = await office();
    const template = await published(sender);
    const { templateId, tenant, landlord } = template;
    const make = (input: object, ctx = sender) =>
      refusalOf(makePublicLink(ctx, { templateId, openRoleId: tenant, people: people(template), ...input }));
    expect(await make({ people: [] })).toBe("signing/public-link-people-missing");
    expect(await make({ openRoleId: "018f0000-0000-7000-8000-000000000000" })).toBe(
      "signing/public-link-role-unfit",
    );
    const stranger = await (await product().newOrganization()).member("owner");
    expect(await make({}, stranger)).toBe("envelopes/template-not-found");
    const { version, content } = await getDraft(sender, template);
    const recipients = content.recipients.map((role) =>
      role.id === landlord ? { ...role, check: "sms-code" as const } : role,
    );
    const saved = await saveDraft(sender, {
      ...{ envelopeId: template.envelopeId, version },
      content: { ...content, recipients },
    });
    await publishTemplate(sender, { templateId, draftVersion: saved.version });
    expect(await make({})).toBe("signing/public-link-template-unfit");
    const { id } = (await linked(sender)) as { id: string };
    expect(await refusalOf(turnOffPublicLink(stranger, { linkId: id }))).toBe("signing/public-link-unknown");
    await turnOffPublicLink(owner, { linkId: id });
  });
});

async function firstTemplate(ctx: Context): Promise<TemplateId | undefined> {
  const [row] = await product().admin<{ id: TemplateId }[]>`
    select template_id as id from public_links where organization_id = ${ctx.organizationId}`;
  return row?.id;
}
