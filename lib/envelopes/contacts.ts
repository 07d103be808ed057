import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requirePermission, requireSystem } from "#lib/authorize.ts";
import { fromUtf8, gatherBytes } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { isEmailAddress } from "#lib/identity/core/email-address.ts";
import { cutText, shownLine, typedLine } from "#lib/identity/core/typed-text.ts";
import type { EnvelopeId, MemberId } from "#lib/ids.ts";
import {
  type Contact,
  countContacts,
  countGroups,
  deleteContactRow,
  findContact,
  findContacts,
  findLost,
  type KnownContact,
  markLost,
  saveContacts,
  writeContact,
} from "./contacts-store.ts";
import { plainName } from "./core/bulk/mapping.ts";
import { CHECK_METHODS } from "./core/checks.ts";
import { csvLine } from "./core/csv.ts";
import type { DeliveryCause } from "./core/delivery-state.ts";
import { ENVELOPE_LIMITS } from "./core/draft.ts";
import { RECIPIENT_LANGUAGES } from "./core/languages.ts";
import { isPhoneNumber, phoneNumber } from "./core/phone-number.ts";
import { folded } from "./core/search-words.ts";
import { envelopesError } from "./errors.ts";

const SUGGESTED = 8;
/** So many are shown at a time. */
export const LISTED = 50;
const MOST_GROUPS_OF_ONE = 20;

const COLUMNS: Readonly<
  Record<"email" | "name" | "company" | "phone" | "language" | "check" | "group", readonly string[]>
> = {
  email: ["email", "e mail", "mail", "email address", "e mail address"],
  name: ["name", "full name", "display name"],
  company: ["company", "organization", "organisation", "firm"],
  phone: ["phone", "mobile", "telephone", "phone number"],
  language: ["language", "locale", "lang"],
  check: ["authentication", "check", "identification"],
  group: ["group", "groups", "list", "category", "categories", "labels"],
};

export type { Contact };

export interface ImportedContacts {
  readonly kept: number;
  /** Lines of the file whose address is none. */
  readonly wrongLines: readonly number[];
}

const searchedOf = ({ name, email, company }: Pick<Contact, "name" | "email" | "company">): string =>
  folded(`${name} ${email} ${company}`);

/**
 * Takes contacts from a table, CSV or XLSX; known addresses are brought up to date.
 *
 * @throws envelopes/contacts-columns-missing, too-many-contacts, and what reading a table throws
 */
export async function importContacts(
  ctx: Context,
  bytes: AsyncIterable<Uint8Array>,
): Promise<ImportedContacts> {
  const member = requirePermission(ctx, "envelope.create");
  const { header, rows } = await ctx.runtime.sandbox.run("readTable", {
    bytes: await gathered(ctx, bytes),
    mostRows: ctx.runtime.config.limits.tableRows,
  });
  const places = new Map(header.map((name, index) => [plainName(name), index]));
  const placeOf = (part: keyof typeof COLUMNS) =>
    COLUMNS[part].map((name) => places.get(name)).find((at) => at !== undefined);
  if (placeOf("email") === undefined)
    throw envelopesError("contacts-columns-missing", header.join(", ").slice(0, 200));
  const wrongLines: number[] = [];
  const found = new Map<string, Contact>();
  for (const { line, cells } of rows) {
    const cell = (part: keyof typeof COLUMNS) => shownLine(cells[placeOf(part) ?? -1] ?? "");
    const email = cell("email").toLowerCase();
    if (!isEmailAddress(email)) {
      wrongLines.push(line);
      continue;
    }
    const language = cell("language");
    found.set(email, {
      ...{
        email,
        name: cutText(cell("name"), ENVELOPE_LIMITS.nameLength),
        company: cutText(cell("company"), 120),
      },
      phone: phoneNumber(cell("phone")).slice(0, 40),
      language: RECIPIENT_LANGUAGES.find((known) => known.toLowerCase() === language.toLowerCase()) ?? "",
      check: CHECK_METHODS.find((known) => known === cell("check").toLowerCase()) ?? "",
      groups: cell("group")
        .split(/[,;|]/)
        .map((group) => cutText(group.trim(), 60))
        .filter((group) => group !== "")
        .slice(0, MOST_GROUPS_OF_ONE),
    });
  }
  await inTransaction(ctx, async (ctx) => {
    if ((await countContacts(ctx, member.memberId)) + found.size > ctx.runtime.config.limits.contacts)
      throw envelopesError("too-many-contacts", `${found.size} more`);
    const all = [...found.values()].map((contact) => ({ ...contact, searched: searchedOf(contact) }));
    await saveContacts(ctx, member.memberId, all, null);
    const data = { kept: found.size, wrong: wrongLines.length };
    await appendEvent(ctx, { type: "contacts.imported", envelopeId: null, data });
  });
  return { kept: found.size, wrongLines };
}

async function gathered({ runtime }: Context, bytes: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const most = runtime.config.limits.tableBytes;
  return gatherBytes(bytes, most, () => envelopesError("table-too-large", `more than ${most} bytes`));
}

/** Who one means by what one has typed so far: the most recently used first. */
export async function suggestContacts(
  ctx: Context,
  input: { readonly typed: string },
): Promise<KnownContact[]> {
  const member = requirePermission(ctx, "envelope.create");
  const typed = folded(z.string().max(200).parse(input.typed)).trim();
  if (typed.length < 2) return [];
  return inTransaction(ctx, (ctx) =>
    findContacts(ctx, member.memberId, {
      words: typed.split(/\s+/).slice(0, 4),
      group: null,
      limit: SUGGESTED,
    }),
  );
}

/** One's own contacts. @param group only those in it. */
export async function listContacts(
  ctx: Context,
  input: { readonly search?: string; readonly group?: string | null },
): Promise<KnownContact[]> {
  const member = requirePermission(ctx, "envelope.create");
  const words = folded((input.search ?? "").slice(0, 200))
    .trim()
    .split(/\s+/)
    .filter(Boolean)
    .slice(0, 4);
  return inTransaction(ctx, (ctx) =>
    findContacts(ctx, member.memberId, { words, group: input.group ?? null, limit: LISTED }),
  );
}

const MOST_GROUPS = 200;

export interface ContactGroups {
  readonly all: number;
  readonly groups: readonly { readonly name: string; readonly count: number }[];
}

/** How many contacts a member has, and how many in each group. */
export async function listContactGroups(ctx: Context): Promise<ContactGroups> {
  const member = requirePermission(ctx, "envelope.create");
  return inTransaction(ctx, async (ctx) => ({
    all: await countContacts(ctx, member.memberId),
    groups: await countGroups(ctx, member.memberId, MOST_GROUPS),
  }));
}

const ListInput = z.object({
  /** Null for everybody there is. */
  group: z.string().max(60).nullable(),
});
const TABLE_HEADER = ["Name", "Email", "Phone", "Language", "Company"];

/** A member's contacts as a table, as they would bring it in a file. Part of a verb. @throws envelopes/no-contacts, table-too-many-rows */
export async function contactTable(ctx: Context, input: z.input<typeof ListInput>): Promise<Uint8Array> {
  const member = requirePermission(ctx, "envelope.create");
  const { group } = ListInput.parse(input);
  const most = ctx.runtime.config.limits.tableRows;
  const limit = most + 1;
  const found = await inTransaction(ctx, (ctx) =>
    findContacts(ctx, member.memberId, { words: [], group, limit }),
  );
  if (found.length === 0) throw envelopesError("no-contacts", "nobody in it");
  if (found.length === limit) throw envelopesError("table-too-many-rows", `more than ${most}`);
  const rows = found.map(({ name, email, phone, language, company }) => [
    ...[name, email, phone, language, company],
  ]);
  return fromUtf8([TABLE_HEADER, ...rows].map(csvLine).join(""));
}

const Typed = z.object({
  /** The address it had; null for a new one. */
  was: z.string().max(254).nullable(),
  email: typedLine(254),
  name: typedLine(ENVELOPE_LIMITS.nameLength),
  company: typedLine(120).default(""),
  phone: typedLine(40).default(""),
  language: z.enum(RECIPIENT_LANGUAGES).default(""),
  check: z.union([z.literal(""), z.enum(CHECK_METHODS)]).default(""),
  groups: z.array(typedLine(60, 1)).max(MOST_GROUPS_OF_ONE).default([]),
  /** Mail gets there again, for everybody of the organization. */
  isFound: z.boolean().default(false),
});

/**
 * Adds a contact to one's own, or changes one. What came back from an address stays known with that address.
 *
 * @throws envelopes/contact-address-wrong, contact-exists, contact-not-found, contact-phone-wrong, too-many-contacts
 */
export async function keepContact(ctx: Context, input: z.input<typeof Typed>): Promise<void> {
  const member = requirePermission(ctx, "envelope.create");
  const { was, isFound, ...typed } = Typed.parse(input);
  const email = typed.email.toLowerCase();
  const phone = phoneNumber(typed.phone);
  if (!isEmailAddress(email)) throw envelopesError("contact-address-wrong", "no address");
  if (phone !== "" && !isPhoneNumber(phone)) throw envelopesError("contact-phone-wrong", "no number");
  const contact = { ...typed, email, phone };
  const kept = { ...contact, searched: searchedOf(contact) };
  const { memberId } = member;
  await inTransaction(ctx, async (ctx) => {
    const before = was === null ? null : await findContact(ctx, memberId, was.toLowerCase());
    if (was !== null && !before) throw envelopesError("contact-not-found", "no contact of that address");
    if (email !== before?.email && (await findContact(ctx, memberId, email)))
      throw envelopesError("contact-exists", "a contact of that address");
    if (!before && (await countContacts(ctx, memberId)) >= ctx.runtime.config.limits.contacts)
      throw envelopesError("too-many-contacts", "one more");
    if (!before) await saveContacts(ctx, memberId, [kept], null);
    else {
      if (isFound) await markLost(ctx, email, null);
      const [lost] = await findLost(ctx, [email]);
      await writeContact(ctx, memberId, before.email, {
        ...kept,
        ...{ lostAt: lost?.at ?? null, lostCause: lost?.cause ?? null },
      });
    }
    await appendEvent(ctx, {
      type: before ? "contacts.changed" : "contacts.added",
      envelopeId: null,
      data: { email: personal(email), found: isFound || undefined },
    });
  });
}

/** Mail to somebody came back: whoever has them among their contacts is told there. Part of a verb. */
export async function noteLostMail(
  ctx: Context,
  lost: { readonly email: string; readonly at: Date; readonly cause: DeliveryCause },
): Promise<void> {
  requireSystem(ctx);
  if (lost.email !== "") await markLost(ctx, lost.email.toLowerCase(), lost);
}

/** Somebody of a draft whom mail did not reach before. */
export interface LostAddress {
  readonly recipientId: string;
  readonly email: string;
  /** ISO 8601. */
  readonly at: string;
  readonly cause: DeliveryCause;
}

/** Whose address is better looked at before anything is sent there. Part of a verb. */
export async function lostAddresses(
  ctx: Context,
  recipients: readonly { readonly id: string; readonly email: string }[],
): Promise<LostAddress[]> {
  const found = await findLost(ctx, [...new Set(recipients.map(({ email }) => email).filter(Boolean))]);
  const lostBy = new Map(found.map((one) => [one.email, one]));
  return recipients.flatMap(({ id, email }) => {
    const lost = lostBy.get(email);
    return lost ? [{ recipientId: id, email, at: lost.at.toISOString(), cause: lost.cause }] : [];
  });
}

export async function deleteContact(ctx: Context, input: { readonly email: string }): Promise<void> {
  const member = requirePermission(ctx, "envelope.create");
  const email = z.string().max(254).parse(input.email).toLowerCase();
  await inTransaction(ctx, async (ctx) => {
    if (!(await deleteContactRow(ctx, member.memberId, email))) return;
    await appendEvent(ctx, { type: "contacts.deleted", envelopeId: null, data: { email: personal(email) } });
  });
}

/** Who was sent something is a contact from then on. Part of sending. */
export async function rememberContacts(
  ctx: Context,
  ownerId: MemberId,
  envelopeId: EnvelopeId,
  people: readonly {
    readonly name: string;
    readonly email: string;
    readonly phone: string;
    readonly language: string;
  }[],
): Promise<void> {
  if ((await countContacts(ctx, ownerId)) >= ctx.runtime.config.limits.contacts) return;
  const known = new Map(
    people.filter(({ email }) => isEmailAddress(email)).map((person) => [person.email, person]),
  );
  const contacts = [...known.values()].map(({ name, email, phone, language }) => {
    const contact = { name, email, phone, language, company: "", check: "" as const, groups: [] };
    return { ...contact, searched: searchedOf(contact) };
  });
  await saveContacts(ctx, ownerId, contacts, envelopeId);
}
