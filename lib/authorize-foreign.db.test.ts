import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import { ZodError } from "zod";
import { testProduct } from "#db/testing.ts";
import type { Context, Role } from "./context.ts";
import { isRefusal } from "./errors.ts";
import { newDraft, sent } from "./signing/testing.ts";

// Every verb that members may call, by somebody of another organization, with all there is to know of an envelope.

const product = testProduct();
const root = import.meta.dirname;
const ROLES = { O: "owner", A: "admin", S: "sender", C: "counsel", V: "viewer" } as const;

/** The verbs that ask for a role, as `authorize.test.ts` lists them, each with the strongest of its roles. */
function askedOfMembers(): Map<string, Role> {
  const text = readFileSync(path.join(root, "authorize.test.ts"), "utf8");
  const rules = text.matchAll(/^ {2}"(\w+\/\w+)": "([OASCVK]+|by envelope[^"]*)",$/gm);
  return new Map(
    [...rules].map(([, verb, rule]) => [
      verb!,
      rule!.startsWith("by") ? "owner" : ROLES[rule![0] as keyof typeof ROLES],
    ]),
  );
}

/** Which file exports each of them. */
function filesOf(verbs: ReadonlySet<string>): Map<string, string> {
  const found = new Map<string, string>();
  for (const room of new Set([...verbs].map((verb) => verb.split("/")[0]!)))
    for (const file of readdirSync(path.join(root, room), { recursive: true, encoding: "utf8" })) {
      if (!file.endsWith(".ts") || /^core\/|\.test|testing|store\.ts|errors\.ts/.test(file)) continue;
      const text = readFileSync(path.join(root, room, file), "utf8");
      for (const [, name] of text.matchAll(/export (?:async )?(?:function|const) (\w+)/g))
        if (verbs.has(`${room}/${name}`)) found.set(`${room}/${name}`, `./${room}/${file}`);
    }
  return found;
}

const asked = askedOfMembers();
const files = filesOf(new Set(asked.keys()));
/** Those in whose files an envelope is named by whoever calls. */
const NAMED = /envelopeIds?(?:: (?:z\.|EnvelopeId\b)|,\n)/;
const verbs = [...asked].filter(([verb]) =>
  NAMED.test(readFileSync(path.join(root, files.get(verb) ?? ""), "utf8")),
);
const CANARY = "Heronsgate";

type Draft = Awaited<ReturnType<typeof newDraft>>;
let places: Readonly<Record<"draft" | "sent", Draft>>;
let strangers: Readonly<Record<Role, Context>>;
let foreign: string;
let before: string;

beforeAll(async () => {
  const [own, other] = [await product().newOrganization(), await product().newOrganization()];
  foreign = own.id;
  const sender = await own.member("sender");
  places = {
    draft: await newDraft(sender, [{ name: `Ana ${CANARY}` }]),
    sent: await sent(sender, [{ name: `Ana ${CANARY}` }]),
  };
  const member = async (role: Role) => [role, await other.member(role)] as const;
  strangers = Object.fromEntries(
    await Promise.all(Object.values(ROLES).map((role) => member(role))),
  ) as Record<Role, Context>;
  before = await foreignRows();
});

/** Every row of that organization, of every table that organizations have. */
async function foreignRows(): Promise<string> {
  const { admin } = product();
  const tables = await admin`select distinct c.relname as name from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'organization_id'
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' order by 1`;
  const parts = tables.map(
    ({ name }) => `select '${name} ' || md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as sum
      from ${name} t where organization_id = '${foreign}'`,
  );
  const rows = await admin.unsafe(parts.join(" union all "));
  return rows.map(({ sum }) => sum).join("\n");
}

/** What some ask for besides. */
const BESIDES: Readonly<Record<string, (place: Draft) => object>> = {
  "envelopes/confirmWithCounsel": () => ({ exclusions: [] }),
  "envelopes/decideApproval": ({ envelopeId }) => ({ approvalId: envelopeId, isApproved: true }),
  "envelopes/arrangePages": ({ document }) => ({
    plan: [{ name: "a.pdf", pages: [{ documentId: document.id, page: 0, turn: 0 }] }],
  }),
  "envelopes/addBlankPages": () => ({ paper: "a4", pages: 1 }),
  "envelopes/editDocument": () => ({
    edits: { marks: [{ page: 0, x: 0.1, y: 0.1, width: 0.2, height: 0.2 }], additions: [] },
  }),
  "envelopes/searchDocument": () => ({ search: { words: "Heron", patterns: [] } }),
  "envelopes/noteEditing": ({ envelopeId }) => ({ windowId: envelopeId }),
  "envelopes/scheduleEnvelope": () => ({ at: "2999-11-21T09:00", timeZone: "UTC" }),
  "envelopes/shareEnvelope": ({ envelopeId }) => ({ memberId: envelopeId, access: "act" }),
  "retention/chooseClass": () => ({ classId: null }),
  "envelopes/restoreVersion": ({ document }) => ({ from: document.id, versionId: document.id }),
  "signing/correctEnvelope": () => ({ message: "", reminderHours: null, people: [] }),
  "signing/previewValue": () => ({ value: "x", marks: { signature: null, initials: null } }),
  "signing/startKiosk": () => ({ pin: "824193", heldSession: null }),
};

/** What inputs call what they name, all at once: each verb takes what it knows. */
function inputsOf({ envelopeId, version, content, document }: Draft) {
  const [recipient, field] = [content.recipients[0]!, content.fields[0]];
  const known = {
    ...{ envelopeId, id: envelopeId, documentId: document.id, recipientId: recipient.id, fieldId: field?.id },
    ...{ certificateId: envelopeId, templateId: envelopeId, mailId: envelopeId, secret: envelopeId },
    ...{
      search: "Heron",
      purpose: "evidence",
      envelopeIds: [envelopeId],
      ids: [envelopeId],
      version,
      content,
      revision: 0,
      page: 0,
      widthPx: 800,
    },
    ...{
      reason: "mine",
      title: "mine",
      name: "Mine",
      email: "mine@example.com",
      days: 7,
      hours: 24,
      phone: "",
    },
    ...{
      variant: "full",
      wanted: { kind: "events" },
      format: "csv",
      text: "mine",
      tag: "mine",
      tags: ["mine"],
    },
    ...{ expiryDays: 30, until: new Date(Date.now() + 86_400_000).toISOString(), kind: "events", ms: 1_000 },
    ...{
      password: "wrong",
      note: "mine",
      matter: "",
      preparedFor: "",
      code: "123456",
      role: "signer",
      order: [],
    },
  };
  return known;
}

async function outcome(verb: string, ctx: Context, place: Draft): Promise<{ said: string; code: string }> {
  const module = (await import(files.get(verb)!)) as Record<string, (...args: unknown[]) => unknown>;
  const nothing = async function* () {};
  const late = new Promise((resolve) => setTimeout(resolve, 20_000, "late").unref());
  try {
    const input = { ...inputsOf(place), ...BESIDES[verb]?.(place) };
    const call = async () => module[verb.split("/")[1]!]!(ctx, input, nothing(), nothing());
    const answer = await Promise.race([call(), late]);
    return { said: await told(answer), code: answer === "late" ? "late" : "answered" };
  } catch (error) {
    const code = isRefusal(error) ? error.code : error instanceof ZodError ? "invalid" : "bug";
    return { said: error instanceof Error ? error.message : String(error), code };
  }
}

/** An answer as whoever called can read it. */
async function told(answer: unknown): Promise<string> {
  if (typeof answer === "function") return String(await answer());
  const bytes = (answer as { bytes?: unknown } | null)?.bytes;
  const text = JSON.stringify(answer, (key, value) => (key === "bytes" ? undefined : value)) ?? "";
  if (!(bytes instanceof ReadableStream) && !(bytes && typeof bytes === "object")) return text;
  return `${text} ${Buffer.from(await new Response(bytes as BodyInit).arrayBuffer()).toString("latin1")}`;
}

const codes = new Map<string, string>();

test("the list of verbs is read whole", () => {
  expect(asked.size).toBeGreaterThan(380);
  expect([...asked.keys()].filter((verb) => !files.has(verb))).toEqual([]);
});

/** They take a file or a template before an envelope, name one of their own organization's, or none. */
const NOT_REACHED = 75;

test.for(verbs)(
  "%s tells a stranger nothing of a foreign envelope, draft or sent",
  { timeout: 60_000 },
  async ([verb, role]) => {
    for (const place of Object.values(places)) {
      const { said, code } = await outcome(verb, strangers[role], place);
      codes.set(verb, code);
      expect(said).not.toContain(CANARY);
      expect(code).not.toBe("late");
    }
  },
);

test("most of them came as far as the envelope and found none, and none changed anything of it", async () => {
  const found = [...codes].filter(([, code]) => code.endsWith("not-found"));
  expect(found.length).toBeGreaterThanOrEqual(verbs.length - NOT_REACHED);
  expect(codes.size).toBe(verbs.length);
  expect(await foreignRows()).toBe(before);
});
