import { createReadStream, readFileSync } from "node:fs";
import path from "node:path";
import { sql } from "drizzle-orm";
import { appendEvent } from "#lib/audit/append-event.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { toHex } from "#lib/bytes.ts";
import { readConfig } from "#lib/config.ts";
import { type Context, createContext, inTransaction, type Role, type WorkerContext } from "#lib/context.ts";
import { openOutboxMail, readOutbox } from "#lib/delivery/read-outbox.ts";
import { newLink } from "#lib/delivery/send-mail.ts";
import { addDocument } from "#lib/envelopes/add-document.ts";
import type { CheckMethod } from "#lib/envelopes/core/checks.ts";
import type { DraftContent, Order } from "#lib/envelopes/core/draft.ts";
import type { FieldRule } from "#lib/envelopes/core/fields/field-rules.ts";
import type { FieldSettings } from "#lib/envelopes/core/fields/field-settings.ts";
import type { FieldType } from "#lib/envelopes/core/fields/field-types.ts";
import { LANGUAGES } from "#lib/envelopes/core/languages.ts";
import type { RecipientRole } from "#lib/envelopes/core/roles.ts";
import type { ProviderKind, SignatureKind } from "#lib/envelopes/core/signature-kind.ts";
import { createEnvelope } from "#lib/envelopes/create-envelope.ts";
import { expireEnvelopes } from "#lib/envelopes/expire-envelopes.ts";
import { getDraft } from "#lib/envelopes/get-draft.ts";
import { getEnvelope } from "#lib/envelopes/get-envelope.ts";
import { saveDraft } from "#lib/envelopes/save-draft.ts";
import { sendEnvelope } from "#lib/envelopes/send-envelope.ts";
import { setAccessCode } from "#lib/envelopes/set-access-code.ts";
import { createTemplate } from "#lib/envelopes/templates/create-template.ts";
import { publishTemplate } from "#lib/envelopes/templates/publish-template.ts";
import { voidEnvelope } from "#lib/envelopes/void-envelope.ts";
import { hashPassword } from "#lib/identity/create-organization.ts";
import { listOrganizations } from "#lib/identity/list-organizations.ts";
import {
  type AccountId,
  type EnvelopeId,
  type MemberId,
  type OrganizationId,
  publicId,
  type RecipientId,
  uuidV7,
} from "#lib/ids.ts";
import { planPurges } from "#lib/retention/plan-purges.ts";
import { createRuntime, type Runtime } from "#lib/runtime.ts";
import { adoptMarks } from "#lib/signing/adopt-mark.ts";
import { draftNotice, publishNotice } from "#lib/signing/consent/edit-notices.ts";
import { BUILT_IN_NOTICES } from "#lib/signing/core/consent.ts";
import { decline } from "#lib/signing/decline.ts";
import { fillField } from "#lib/signing/fill-field.ts";
import { approve, finishSigning } from "#lib/signing/finish-signing.ts";
import { giveConsent } from "#lib/signing/give-consent.ts";
import { openCeremony } from "#lib/signing/open-ceremony.ts";
import { listKeyPrograms } from "#lib/signing/programs/list-programs.ts";
import { openProgram } from "#lib/signing/programs/open-program.ts";
import { setSignatureProvider } from "#lib/signing/providers/change-providers.ts";
import { listPublicLinks, makePublicLink, turnOffPublicLink } from "#lib/signing/public-links/make-link.ts";
import { recipientContext } from "#lib/signing/recipient-context.ts";
import { bulkDraft } from "../bench/bulk-draft.ts";
import { manyFields } from "../bench/many-fields.ts";

// Puts a running product into the state a test begins with, by the product's own verbs. Spoken to over IPC, or
// from the shell: node e2e/seed.ts send '{"to":["Ana Ruiz"]}'

export interface SeedField {
  readonly type: DraftContent["fields"][number]["type"];
  readonly page?: number;
  /** Fractions of the page: left, top, width, height. */
  readonly box: readonly [number, number, number, number];
  readonly label?: string;
  readonly isRequired?: boolean;
  readonly settings?: FieldSettings;
}

/** If the field with that label holds something, then the others are so. */
export interface SeedRule {
  readonly if: string;
  readonly operator?: FieldRule["tests"][number]["operator"];
  readonly value?: string;
  readonly effect: FieldRule["effect"];
  readonly targets: readonly string[];
  readonly setTo?: string;
}

export interface SeedPerson {
  readonly name: string;
  readonly email?: string;
  readonly role?: RecipientRole;
  readonly fields?: readonly SeedField[];
  readonly check?: CheckMethod;
  readonly phone?: string;
  readonly accessCode?: string;
  /** By name: either acts. */
  readonly alternativeTo?: string;
  /** By name: who says who this is. Their own name here is only what they are called in the seed. */
  readonly namedBy?: string;
  /** By name: whom a witness sees sign. */
  readonly witnessOf?: string;
  /** What the sender chose for them. */
  readonly language?: DraftContent["recipients"][number]["language"];
  readonly meaning?: DraftContent["recipients"][number]["meaning"];
  /** With the sender, on the sender's device. */
  readonly isInPerson?: boolean;
}

export interface SendRequest {
  readonly to: readonly SeedPerson[];
  readonly title?: string;
  readonly message?: string;
  readonly order?: Order;
  readonly consentMode?: "business" | "consumer";
  readonly asksForEveryPage?: boolean;
  /** In e2e/documents/. */
  readonly documents?: readonly string[];
  readonly rules?: readonly SeedRule[];
  readonly signatureKind?: SignatureKind;
}

export interface SentEnvelope {
  readonly envelopeId: EnvelopeId;
  readonly shortId: string;
  readonly address: string;
  /** By the address or the number they are reached at. */
  readonly people: readonly { readonly id: RecipientId; readonly name: string; readonly email: string }[];
}

export interface NewOwner {
  readonly organizationId: OrganizationId;
  readonly email: string;
  readonly password: string;
}

export interface SeedProvider {
  readonly name: string;
  readonly kind: ProviderKind;
  readonly url: string;
  /** What it asks those who sign; left out where they allow it on its own page. */
  readonly pin?: string;
  /** Of the organization's owner. */
  readonly password: string;
}

const REQUEST = { ip: "127.0.0.1", userAgent: "e2e seed" };
const PATIENCE_MS = 60_000;

/** Where the other party signs the agreement in e2e/documents/nda.pdf. */
export const ONE_SIGNATURE: readonly SeedField[] = [
  { type: "signature", page: 1, box: [0.535, 0.572, 0.352, 0.054] },
];

/** How a mail or a text message says its code, in every language they are sent in. */
const CODE_LINES: readonly RegExp[] = LANGUAGES.flatMap((language) => {
  const file = path.join(import.meta.dirname, `../messages/${language}/mail.json`);
  const { code } = JSON.parse(readFileSync(file, "utf8")) as typeof import("../messages/en/mail.json");
  return [code.heading, code.sms].map((words) => {
    const parts = words.split(/(\{\w+\})/).map((part) => {
      if (part === "{code}") return "(\\d{6})";
      return part.startsWith("{") ? ".*" : part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
    });
    return new RegExp(`^${parts.join("")}$`, "m");
  });
});

export class Seed {
  readonly #runtime: Runtime;
  readonly #sender: Context;
  readonly #owners: Map<OrganizationId, Context>;

  private constructor(runtime: Runtime, sender: Context, owners: Map<OrganizationId, Context> = new Map()) {
    this.#runtime = runtime;
    this.#sender = sender;
    this.#owners = owners;
  }

  static async open(): Promise<Seed> {
    const runtime = await createRuntime(readConfig(settings()), { runsJobs: false });
    const [organizationId] = (await listOrganizations(runtime)).sort();
    if (!organizationId) throw new Error("the product is not set up yet");
    const system = createContext(runtime, { organizationId, actor: { kind: "system", job: "seed" } });
    const [owner] = await inTransaction(system, ({ connection }) =>
      connection.execute<{ id: MemberId; account_id: AccountId; role: Role; name: string; email: string }>(
        sql`select m.id, m.account_id, m.role, a.name, a.email from members m
            join accounts a on a.id = m.account_id where m.role = 'owner' order by m.created_at limit 1`,
      ),
    );
    const { id: memberId, account_id: accountId, role, name, email } = owner!;
    const actor = { kind: "member", memberId, accountId, role, name, email } as const;
    return new Seed(runtime, createContext(runtime, { organizationId, actor, request: REQUEST }));
  }

  /** Sends and waits until the first people are asked. */
  async send({ to, title = "Mutual NDA", message = "", ...request }: SendRequest) {
    const { order = "sequential", consentMode = "business", documents } = request;
    const { asksForEveryPage = false, signatureKind = "here" } = request;
    const ctx = this.#sender;
    const envelopeId = await createEnvelope(ctx, { title });
    const documentIds: string[] = [];
    let version = 0;
    for (const name of documents ?? ["nda.pdf"]) {
      const file = path.join(import.meta.dirname, "documents", name);
      const added = await addDocument(ctx, { envelopeId, name }, createReadStream(file));
      documentIds.push(added.id);
      version = added.version;
    }
    const stamp = this.#newId().slice(-6);
    const ids = to.map(() => this.#newId());
    const idOfPerson = (name: string | undefined) => ids[to.findIndex((one) => one.name === name)] ?? "";
    const recipients = to.map((person, index) => {
      const { name, email, role = "signer", check = "none", phone = "", language = "" } = person;
      const { alternativeTo, namedBy, witnessOf, meaning = "", isInPerson } = person;
      return {
        ...{ id: ids[index]!, role, check, phone, language, meaning },
        name: namedBy ? "" : name,
        email: namedBy ? "" : (email ?? `person${index + 1}.${stamp}@example.com`),
        ...(isInPerson && ctx.actor.kind === "member" ? { hostId: ctx.actor.memberId } : {}),
        ...{ alternativeTo: idOfPerson(alternativeTo), namedBy: idOfPerson(namedBy) },
        ...(witnessOf ? { witnessOf: idOfPerson(witnessOf) } : {}),
      };
    });
    const fields = to.flatMap((person, index) => {
      const isSigner = (person.role ?? "signer") === "signer" && !person.alternativeTo;
      return (person.fields ?? (isSigner ? ONE_SIGNATURE : [])).map((field) => ({
        ...{ id: this.#newId(), documentId: documentIds[0]!, recipientId: recipients[index]!.id },
        ...{ type: field.type, page: field.page ?? 0, label: field.label ?? "" },
        ...{ x: field.box[0], y: field.box[1], width: field.box[2], height: field.box[3] },
        ...{ isRequired: field.isRequired ?? true, settings: field.settings ?? {} },
      }));
    });
    const idOf = (label: string) =>
      fields.find((field) => field.label === label || field.settings.option === label)!.id;
    const rules = (request.rules ?? []).map((rule) => ({
      ...{ id: this.#newId(), combine: "all" as const, effect: rule.effect, value: rule.setTo ?? "" },
      tests: [
        { fieldId: idOf(rule.if), operator: rule.operator ?? ("filled" as const), value: rule.value ?? "" },
      ],
      targets: rule.targets.map(idOf),
    }));
    const asked = { order, consentMode, asksForEveryPage, signatureKind };
    const content = { title, message, ...asked, recipients, fields, rules };
    const saved = await saveDraft(ctx, { envelopeId, version, content });
    for (const [index, { accessCode }] of to.entries())
      if (accessCode)
        await setAccessCode(ctx, { envelopeId, recipientId: recipients[index]!.id, code: accessCode });
    await sendEnvelope(ctx, { envelopeId, version: saved.version });
    const view = await getEnvelope(ctx, { envelopeId });
    const people = view.recipients.map(({ id, name, email }, index) => ({
      ...{ id, name, email: email || (to[index]?.phone ?? "") },
    }));
    const { shortId } = view;
    return { envelopeId, shortId, address: addressOf(envelopeId), people } satisfies SentEnvelope;
  }

  /** A draft that can be sent in bulk: one person nobody is named in yet, a signature and a rent. */
  async bulkDraft({ title, isGivenLink = false }: { title: string; isGivenLink?: boolean }): Promise<void> {
    await bulkDraft(this.#sender, title, isGivenLink);
  }

  /** A published template with one role that nobody is named in yet, who signs. @returns its id as addresses have it */
  async publishedTemplate({ title }: { title: string }): Promise<{ id: string }> {
    return { id: publicId("template", (await this.#publish(title)).templateId) };
  }

  /** Where anybody may fill in and sign such a template. @returns its address, and how it is turned off */
  async publicLink({ title }: { title: string }): Promise<{ url: string; linkId: string }> {
    const { templateId, roleId } = await this.#publish(title);
    await makePublicLink(this.#sender, { templateId, openRoleId: roleId, people: [] });
    const { id, url } = (await listPublicLinks(this.#sender, { templateId }))[0]!;
    return { url, linkId: id };
  }

  async closePublicLink({ linkId }: { linkId: string }): Promise<void> {
    await turnOffPublicLink(this.#sender, { linkId });
  }

  async #publish(title: string) {
    const ctx = this.#sender;
    const made = await createTemplate(ctx, { name: title });
    const { envelopeId, templateId } = made;
    const file = createReadStream(path.join(import.meta.dirname, "documents", "nda.pdf"));
    const { id: documentId, version } = await addDocument(ctx, { envelopeId, name: "nda.pdf" }, file);
    const { content } = await getDraft(ctx, { envelopeId });
    const id = this.#newId();
    const role = { id, role: "signer" as const, roleName: "Visitor", name: "", email: "" };
    const fields = ONE_SIGNATURE.map(({ box: [x, y, width, height], type }) => ({
      ...{ id: this.#newId(), documentId, recipientId: id, type, page: 0, label: "", isRequired: true },
      ...{ x, y, width, height, settings: {} },
    }));
    const draft = { ...content, title, recipients: [role], fields };
    const saved = await saveDraft(ctx, { envelopeId, version, content: draft });
    await publishTemplate(ctx, { templateId, draftVersion: saved.version });
    return { templateId, roleId: id };
  }

  /** A draft of many pages with many fields. @returns where it is prepared. */
  async manyFields(size: { readonly pages: number; readonly fields: number }): Promise<string> {
    return `/envelopes/${publicId("envelope", await manyFields(this.#sender, size))}/prepare`;
  }

  async drafts({ titles }: { titles: readonly string[] }): Promise<void> {
    for (const title of titles) await createEnvelope(this.#sender, { title });
  }

  /** Another organization, and how its owner signs in. */
  async newOwner(): Promise<NewOwner> {
    const { email, accountId, owner } = await this.#newOrganization();
    const password = toHex(this.#runtime.random(12));
    const passwordHash = await hashPassword(password);
    await this.#runtime.database.db.execute(
      sql`update accounts set password_hash = ${passwordHash} where id = ${accountId}`,
    );
    this.#owners.set(owner.organizationId, owner);
    return { organizationId: owner.organizationId, email, password };
  }

  /** The same for an organization that `newOwner` made. */
  of(organizationId: OrganizationId): Seed {
    return new Seed(this.#runtime, this.#owners.get(organizationId)!, this.#owners);
  }

  /** What people agreed to changes materially: who has not finished is asked anew. */
  async changeNotice({ locale, change }: { locale: string; change: string }): Promise<void> {
    const id = await draftNotice(this.#sender, { mode: "business", locale });
    const { parts } = BUILT_IN_NOTICES.find((one) => one.mode === "business" && one.locale === locale)!;
    await publishNotice(this.#sender, { id, parts: { ...parts, changes: change }, isMaterial: true });
  }

  /** The product itself signs for its organization's people, as another's provider would, with the key of its seal. */
  async provider({ name, kind, url, ...asks }: SeedProvider): Promise<void> {
    const ctx = this.#sender;
    const { envelopeId, shortId, people } = await this.send({ to: [{ name: "Kay Keymaker" }] });
    await this.finish({ link: await this.link({ shortId, email: people[0]!.email }) });
    await this.untilState({ envelopeId, state: "completed" });
    const keyIds = (await listKeyPrograms(ctx)).keys.map(({ id }) => id);
    const way = asks.pin
      ? { pin: asks.pin }
      : { redirectUri: `${ctx.runtime.config.baseUrl}/sign/authorized` };
    const program = await openProgram(ctx, { name, keyIds, perMinute: 1000, days: 30, ...way });
    await setSignatureProvider(ctx, {
      ...{ name, kind, url, oauthUrl: url, ...program, password: asks.password },
      logIn: asks.pin ? "client" : "person",
    });
  }

  /** A draft in an organization that has nothing to do with the first. */
  async strangersEnvelope(): Promise<string> {
    const { owner } = await this.#newOrganization();
    return addressOf(await createEnvelope(owner, { title: "Not yours to see" }));
  }

  async #newOrganization() {
    const [organizationId, memberId, accountId] = [this.#newId(), this.#newId(), this.#newId()] as [
      ...[OrganizationId, MemberId, AccountId],
    ];
    const email = `sam.${accountId.slice(-6)}@elsewhere.example`;
    const actor = {
      kind: "member",
      role: "owner",
      memberId,
      accountId,
      name: "Sam Elsewhere",
      email,
    } as const;
    const owner = createContext(this.#runtime, { organizationId, actor, request: REQUEST });
    const settings = { paper: "a4", fileNamePattern: "{title} - {kind} - {name}", printsMarginId: true };
    await inTransaction(owner, async ({ connection }) => {
      await connection.execute(sql`insert into organizations (organization_id, name, settings, created_at)
        values (${organizationId}, 'Elsewhere', ${JSON.stringify(settings)}::jsonb, now())`);
      await connection.execute(sql`insert into accounts (id, email, name, created_at)
        values (${accountId}, ${email}, 'Sam Elsewhere', now())`);
      await connection.execute(sql`insert into members (organization_id, id, account_id, role, created_at)
        values (${organizationId}, ${memberId}, ${accountId}, 'owner', now())`);
    });
    return { owner, email, accountId };
  }

  /** The newest link mailed to somebody, waited for. */
  async link({ shortId, email, nth = 1 }: { shortId: string; email: string; nth?: number }): Promise<string> {
    return this.#until(`a mail to ${email}`, async () => {
      const entries = ((await readOutbox(this.#sender)) ?? []).filter(({ toAddress }) => toAddress === email);
      const links: string[] = [];
      for (const { id } of entries) {
        const { text } = await openOutboxMail(this.#sender, { mailId: id });
        const [link] = /https?:\/\/\S+\/sign\/[\w-]+/.exec(text) ?? [];
        if (link && text.includes(shortId)) links.push(link);
      }
      return links.length >= nth ? links[0]! : null;
    });
  }

  /** A link for somebody who was mailed none yet. */
  async ownLink({ recipientId }: { recipientId: RecipientId }): Promise<string> {
    return newLink(this.#sender as WorkerContext, recipientId);
  }

  /** Signs or approves as somebody, without a browser. */
  async finish({ link }: { link: string }): Promise<void> {
    await (await this.readyToFinish(link))();
  }

  /** Does all that comes before Finish; what it gives presses it. */
  async readyToFinish(link: string): Promise<() => Promise<void>> {
    const ctx = await this.#as(link);
    const view = await openCeremony(ctx);
    const { version, locale, sha256 } = view.consent;
    await giveConsent(ctx, { version, locale, sha256, wording: "Agree and continue" });
    const shown = view.documents.map(({ id, sha256 }) => ({ documentId: id, sha256 }));
    if (view.me.role === "approver") return () => approve(ctx, { shown, wording: "Approve" });
    const typed = (text: string) => ({ type: "typed", text, style: "flowing" }) as const;
    await adoptMarks(ctx, { signature: typed(view.me.name), initials: typed(view.me.name.slice(0, 2)) });
    const values: Partial<Record<FieldType, string>> = {
      ...{
        signature: "adopted",
        initials: "adopted",
        name: view.me.name,
        text: "As agreed",
        checkbox: "yes",
      },
      ...{ forename: "Ana", surname: "Ruiz", title: "Director", company: "Ruiz Ltd", cells: "AB123456" },
      ...{ day: "2026-03-02", number: "3", amount: "12.50", email: "ana@example.com", phone: "+15125550117" },
      ...{ ssn: "219-09-9999", ein: "12-3456789", zip: "78701", approve: "yes" },
    };
    for (const { id: fieldId, type } of view.fields)
      if (values[type]) await fillField(ctx, { fieldId, value: values[type] });
    return () => finishSigning(ctx, { shown, wording: "Finish", timeZone: "UTC" });
  }

  /** The code in the newest message to an address or number. */
  async code({ address }: { address: string }): Promise<string> {
    return this.#until(`a code to ${address}`, async () => {
      const entries = ((await readOutbox(this.#sender)) ?? []).filter(
        ({ toAddress }) => toAddress === address,
      );
      for (const { id } of entries) {
        const { text } = await openOutboxMail(this.#sender, { mailId: id });
        // From right to left it is set apart from the words around it.
        const plain = text.replaceAll(/[\u2066-\u2069]/g, "");
        const code = CODE_LINES.map((line) => line.exec(plain)?.[1]).find(Boolean);
        if (code) return code;
      }
      return null;
    });
  }

  async decline({ link }: { link: string }): Promise<void> {
    await decline(await this.#as(link), { reason: "I do not agree with what it says" });
  }

  async void({ envelopeId }: { envelopeId: EnvelopeId }): Promise<void> {
    await voidEnvelope(this.#sender, { envelopeId, reason: "The price in section 2 is wrong" });
  }

  /** Lets one envelope's time run out. */
  async expire({ envelopeId }: { envelopeId: EnvelopeId }): Promise<void> {
    await inTransaction(this.#sender, ({ connection }) =>
      connection.execute(
        sql`update envelopes set expires_at = now() - interval '1 day' where id = ${envelopeId}`,
      ),
    );
    const { organizationId } = this.#sender;
    const actor = { kind: "system", job: "expire" } as const;
    await expireEnvelopes(createContext(this.#runtime, { organizationId, actor }));
  }

  /** Puts its end so many years back, does what a worker does at night, and puts the notices back too. */
  async outlive({ envelopeId, years }: { envelopeId: EnvelopeId; years: number }): Promise<void> {
    await inTransaction(this.#sender, ({ connection }) =>
      connection.execute(
        sql`update envelopes set ended_at = now() - make_interval(years => ${years}, days => 2)
            where id = ${envelopeId}`,
      ),
    );
    const { organizationId } = this.#sender;
    const actor = { kind: "system", job: "schedule" } as const;
    const clock = createContext(this.#runtime, { organizationId, actor });
    await planPurges(clock);
    await inTransaction(clock, async (clock) => {
      await clock.connection.execute(
        sql`update purges set announced_at = now() - interval '15 days', reminded_at = now() - interval '8 days'
            where envelope_id = ${envelopeId}`,
      );
      await appendEvent(clock, { type: "purge.announced", envelopeId: null, data: { envelopes: 1 } });
    });
  }

  /** Puts the last mail to everybody some minutes back. */
  async age({ envelopeId }: { envelopeId: EnvelopeId }): Promise<void> {
    await inTransaction(this.#sender, ({ connection }) =>
      connection.execute(
        sql`update recipients set notified_at = notified_at - interval '5 minutes',
            reminded_at = reminded_at - interval '5 minutes' where envelope_id = ${envelopeId}`,
      ),
    );
  }

  async untilState({ envelopeId, state }: { envelopeId: EnvelopeId; state: string }): Promise<void> {
    await this.#until(`state ${state}`, async () =>
      (await getEnvelope(this.#sender, { envelopeId })).state === state ? true : null,
    );
  }

  /** What is on record, as types and data. */
  async events({ envelopeId }: { envelopeId: EnvelopeId }) {
    const { entries } = await readChain(this.#sender, envelopeId);
    return entries.map(({ type, data, at }) => ({ type, data, at }));
  }

  async close(): Promise<void> {
    await this.#runtime.close();
  }

  #as(link: string): Promise<Context> {
    return recipientContext({ runtime: this.#runtime, request: REQUEST }, link.split("/").at(-1)!);
  }

  #newId(): string {
    return uuidV7(Date.now(), this.#runtime.random(10));
  }

  async #until<T>(what: string, look: () => Promise<T | null>): Promise<T> {
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end; ) {
      const found = await look();
      if (found !== null) return found;
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    throw new Error(`waited in vain for ${what}`);
  }
}

const addressOf = (envelopeId: EnvelopeId): string => `/envelopes/${publicId("envelope", envelopeId)}`;

/** The settings of the product that runs: its own, or those of the embedded database in its data folder. */
export function settings(): Record<string, string | undefined> {
  const folder = path.resolve(process.env.E2E_DATA_DIR ?? process.env.DATA_DIR ?? ".data");
  const shared = {
    ...process.env,
    BASE_URL: process.env.E2E_BASE_URL,
    CSC_SERVER: "true",
    DATA_DIR: folder,
    NEXTAUTH_SECRET: "not used: nobody signs in here".padEnd(40, "."),
    LOG_LEVEL: "error",
    DATABASE_MAX_CONNECTIONS: "4",
  };
  if (process.env.DATABASE_URL) return shared;
  const password = readFileSync(path.join(folder, "postgres-app-password"), "utf8").trim();
  const port = readFileSync(path.join(folder, "postgres/postmaster.pid"), "utf8").split("\n")[3];
  const url = `postgres://whereof_app:${password}@127.0.0.1:${port}/postgres`;
  return { ...shared, DATABASE_URL: url, DATABASE_ADMIN_URL: url };
}

export type Command = Exclude<keyof Seed, "close" | "readyToFinish" | "of">;

interface Asked {
  readonly id: number;
  readonly command: Command;
  readonly input: unknown;
  readonly organizationId?: OrganizationId;
}

async function main(): Promise<void> {
  const seed = await Seed.open();
  const run = (command: Command, input: unknown, organizationId?: OrganizationId) => {
    const of = organizationId ? seed.of(organizationId) : seed;
    return (of[command] as (input: unknown) => Promise<unknown>).call(of, input);
  };
  if (process.send) {
    process.on("message", async ({ id, command, input, organizationId }: Asked) => {
      try {
        process.send!({ id, result: await run(command, input, organizationId) });
      } catch (error) {
        process.send!({ id, error: String((error as Error).stack ?? error) });
      }
    });
    process.on("disconnect", () => void seed.close().then(() => process.exit(0)));
    process.send({ ready: true });
    return;
  }
  const [command, input = "{}"] = process.argv.slice(2);
  const request = JSON.parse(input);
  if (Array.isArray(request.to))
    request.to = request.to.map((person: unknown) =>
      typeof person === "string" ? { name: person } : person,
    );
  const result = (await run(command as Command, request)) as SentEnvelope | undefined;
  console.log(JSON.stringify(result ?? null, null, 2));
  if (command === "send" && result)
    console.log(await seed.link({ shortId: result.shortId, email: result.people[0]!.email }));
  await seed.close();
}

if (process.argv[1] === import.meta.filename) await main();
