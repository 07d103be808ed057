import { getTranslations } from "next-intl/server";
import type { AuditEntry } from "#lib/audit/read-chain.ts";
import { instantIn } from "#lib/envelopes/core/languages.ts";
import type { EnvelopeView } from "#lib/envelopes/get-envelope.ts";
import { eventTeller, plain } from "#lib/evidence/core/event-words.ts";
import { trailWords } from "#lib/evidence/core/trail-words.ts";

/** One entry of the trail, in words. */
export interface TrailRow {
  readonly number: number;
  /** Where it begins, when several of a kind in a row are one line. */
  readonly from: number;
  readonly at: string;
  readonly who: string;
  readonly what: string;
  readonly ip: string | null;
  readonly hash: string;
  readonly isBroken: boolean;
}

type Words = Awaited<ReturnType<typeof getTranslations<"app.trail">>>;
type Data = AuditEntry["data"];

/** The trail as plain sentences, newest first. */
export async function trailRows(envelope: EnvelopeView): Promise<TrailRow[]> {
  const t = await getTranslations("app.trail");
  const { trail, trailBrokenAt } = envelope;
  const runs = trailBrokenAt === null ? inRuns(trail) : trail.map((entry) => [entry]);
  return runs.toReversed().map((run) => {
    const entry = run.at(-1)!;
    return {
      number: entry.sequence,
      from: run[0]!.sequence,
      at: entry.at.toISOString(),
      who: actorOf(entry, envelope, t),
      what: run.length > 1 ? t(`runs.${entry.type}`, { count: run.length }) : sentenceOf(entry, envelope, t),
      ip: textIn(entry.actor.ip),
      hash: entry.hash,
      isBroken: trailBrokenAt !== null && entry.sequence >= trailBrokenAt,
    };
  });
}

/** One entry by itself: who did what, and when. */
export async function trailRow(entry: AuditEntry, envelope: EnvelopeView) {
  const t = await getTranslations("app.trail");
  const { at } = entry;
  return { at: at.toISOString(), who: actorOf(entry, envelope, t), what: sentenceOf(entry, envelope, t) };
}

/** What a person does over and over before it counts: saved as they go, and one line to read. */
const REPEATED = new Set(["envelope.edited", "field.filled"]);

function inRuns(trail: readonly AuditEntry[]): AuditEntry[][] {
  const runs: AuditEntry[][] = [];
  for (const entry of trail) {
    const last = runs.at(-1)?.at(-1);
    const goesOn = last?.type === entry.type && REPEATED.has(entry.type) && last.actor.id === entry.actor.id;
    if (goesOn) runs.at(-1)!.push(entry);
    else runs.push([entry]);
  }
  return runs;
}

function actorOf({ actor }: AuditEntry, { recipients }: EnvelopeView, t: Words): string {
  if (actor.kind === "member") return textIn(actor.name) ?? t("erased");
  if (actor.kind === "recipient") return recipients.find(({ id }) => id === actor.id)?.name || t("somebody");
  return t("system");
}

function sentenceOf(entry: AuditEntry, envelope: EnvelopeView, t: Words): string {
  const { type, data } = entry;
  const { recipients, documents, title } = envelope;
  const key = `events.${type}` as "events.envelope.created";
  if (!t.has(key)) return `· ${asPrinted(entry, envelope)}`;
  const recipient = recipients.find(({ id }) => id === data.recipient);
  const document = documents.find(({ id }) => id === data.document);
  const values = {
    recipient: recipient?.name || recipient?.email || (data.recipient === null ? t("sender") : t("somebody")),
    document: document?.name || (textIn(data.name) ?? t("aDocument")),
    documentIs: data.document === undefined ? "none" : "given",
    documents: countIn(data.documents),
    recipients: countIn(data.recipients),
    fields: countIn(data.fields),
    title: textIn(data.title) ?? title,
    reason: textIn(data.reason) ?? t("erased"),
    reasonIs: textIn(data.reason) === null ? "none" : "given",
    wording: textIn(data.wording) ?? "",
    kind: textIn(data.kind) ?? "",
    via: textIn(data.via) ?? "",
    effect: textIn(data.effect) ?? "",
    contact: textIn(data.contact) ?? t("erased"),
    method: textIn(data.method) ?? "",
    // A selector in a message has no hyphen.
    check: (textIn(data.method) ?? "").replaceAll("-", "_"),
    file: textIn(data.file) ?? "",
    to: textIn(data.to) ?? t("erased"),
    asked: checksIn(data.to, t),
    why: (textIn(data.reason) ?? "").replace(/^.*\/sso-/, "").replaceAll("-", "_"),
    issuer: textIn(data.issuer) ?? "",
    name: textIn(data.name) ?? t("erased"),
    email: textIn(data.email) ?? t("erased"),
    revision: textIn(data.revision) ?? "",
    kept: data.keepsSignatures === true ? "kept" : "none",
    pages: textIn(data.pages) ?? "",
    level: textIn(data.level) ?? "",
    variant: textIn(data.variant) ?? "",
    ...changesIn(data.changes, t),
    access: textIn(data.access) ?? "",
    people: countIn(data.people),
    status: textIn(data.status) ?? "",
    statusIs: textIn(data.status) === null ? "none" : "given",
    // Null is what was erased: it was something.
    value: textIn(data.value) === null && data.value !== null && !data.sealedSha256 ? "none" : "some",
  };
  return t(key, values);
}

/** What is rare has the words of the printed trail. */
function asPrinted(entry: AuditEntry, { recipients, documents }: EnvelopeView): string {
  const tell = eventTeller({ recipients, documents, fields: [], entries: [] }, trailWords());
  return plain(tell(entry).sentence);
}

/** What is another now, and what it was. */
function changesIn(value: Data[string] | undefined, t: Words): { changes: string; changesIs: string } {
  const list = Array.isArray(value) ? (value as readonly Data[]) : [];
  const changes = list.map(({ what, from, to }) => {
    const told = (one: Data[string]) =>
      what === "check" ? checksIn(one, t) : what === "expiry" ? dayIn(one) : (textIn(one) ?? t("erased"));
    const is = (one: Data[string]) => (one === "" ? "none" : "given");
    return t("change", {
      ...{ what: textIn(what) ?? "", from: told(from), fromIs: is(from), to: told(to), toIs: is(to) },
    });
  });
  return { changes: changes.join("; "), changesIs: changes.length === 0 ? "none" : "given" };
}

const dayIn = (one: Data[string]): string => {
  const at = new Date(textIn(one) ?? "");
  return Number.isNaN(at.getTime()) ? "" : instantIn("en", at);
};

/** What a rule asks for, in words. */
function checksIn(value: Data[string], t: Words): string {
  const checks = (textIn(value) ?? "").split(" + ").map((check) => {
    const key = `checks.${check}` as "checks.none";
    return t.has(key) ? t(key) : check;
  });
  return new Intl.ListFormat("en").format(checks);
}

function textIn(value: Data[string]): string | null {
  if (typeof value === "string" && value !== "") return value;
  return typeof value === "number" ? String(value) : null;
}

function countIn(value: Data[string]): number {
  if (Array.isArray(value)) return value.length;
  return typeof value === "number" ? value : 0;
}
