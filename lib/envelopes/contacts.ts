import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requirePermission } from "#lib/authorize.ts";
import { fromUtf8, gatherBytes } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { isEmailAddress } from "#lib/identity/core/email-address.ts";
import { cutText, shownLine } from "#lib/identity/core/typed-text.ts";
import type { EnvelopeId, MemberId } from "#lib/ids.ts";
import {
  type Contact,
  countContacts,
  countGroups,
  deleteContactRow,
  findContacts,
  saveContacts,
} from "./contacts-store.ts";
import { plainName } from "./core/bulk/mapping.ts";
import { TABLE_LIMITS } from "./core/bulk/read-table.ts";
import { csvLine } from "./core/csv.ts";
import { ENVELOPE_LIMITS } from "./core/draft.ts";
import { RECIPIENT_LANGUAGES } from "./core/languages.ts";
import { phoneNumber } from "./core/phone-number.ts";
import { folded } from "./core/search-words.ts";
import { envelopesError } from "./errors.ts";

const MOST_CONTACTS = 20_000;
const SUGGESTED = 8;
const LISTED = 50;

const COLUMNS: Readonly<
  Record<"email" | "name" | "company" | "phone" | "language" | "group", readonly string[]>
> = {
  email: ["email", "e mail", "mail", "email address", "e mail address"],
  name: ["name", "full name", "display name"],
  company: ["company", "organization", "organisation", "firm"],
  phone: ["phone", "mobile", "telephone", "phone number"],
  language: ["language", "locale", "lang"],
  group: ["group", "groups", "list", "category", "categories", "labels"],
};

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
  const { header, rows } = await ctx.runtime.sandbox.run("readTable", { bytes: await gathered(bytes) });
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
      groups: cell("group")
        .split(/[,;|]/)
        .map((group) => cutText(group.trim(), 60))
        .filter((group) => group !== "")
        .slice(0, 20),
    });
  }
  await inTransaction(ctx, async (ctx) => {
    if ((await countContacts(ctx, member.memberId)) + found.size > MOST_CONTACTS)
      throw envelopesError("too-many-contacts", `${found.size} more`);
    const all = [...found.values()].map((contact) => ({ ...contact, searched: searchedOf(contact) }));
    await saveContacts(ctx, member.memberId, all, null);
    const data = { kept: found.size, wrong: wrongLines.length };
    await appendEvent(ctx, { type: "contacts.imported", envelopeId: null, data });
  });
  return { kept: found.size, wrongLines };
}

async function gathered(bytes: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  return gatherBytes(bytes, TABLE_LIMITS.bytes, () =>
    envelopesError("table-too-large", `more than ${TABLE_LIMITS.bytes} bytes`),
  );
}

/** Who one means by what one has typed so far: the most recently used first. */
export async function suggestContacts(ctx: Context, input: { readonly typed: string }): Promise<Contact[]> {
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
): Promise<Contact[]> {
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
  const limit = TABLE_LIMITS.rows + 1;
  const found = await inTransaction(ctx, (ctx) =>
    findContacts(ctx, member.memberId, { words: [], group, limit }),
  );
  if (found.length === 0) throw envelopesError("no-contacts", "nobody in it");
  if (found.length === limit) throw envelopesError("table-too-many-rows", `more than ${TABLE_LIMITS.rows}`);
  const rows = found.map(({ name, email, phone, language, company }) => [
    ...[name, email, phone, language, company],
  ]);
  return fromUtf8([TABLE_HEADER, ...rows].map(csvLine).join(""));
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
  if ((await countContacts(ctx, ownerId)) >= MOST_CONTACTS) return;
  const known = new Map(
    people.filter(({ email }) => isEmailAddress(email)).map((person) => [person.email, person]),
  );
  const contacts = [...known.values()].map(({ name, email, phone, language }) => {
    const contact = { name, email, phone, language, company: "", groups: [] };
    return { ...contact, searched: searchedOf(contact) };
  });
  await saveContacts(ctx, ownerId, contacts, envelopeId);
}
