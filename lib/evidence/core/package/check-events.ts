import type { Json } from "#lib/audit/core/canonical-json.ts";
import { firstBreak, type Link } from "#lib/audit/core/chain.ts";
import { opens } from "#lib/audit/core/commitment.ts";
import { fromHex } from "#lib/bytes.ts";
import { AUDIT_TRAIL, CHAIN_PROOF, EVENTS } from "./names.ts";
import { CheckNotes, type PackageCheck } from "./package-report.ts";
import { type PackageView, textOf } from "./package-view.ts";

interface Line {
  readonly hash: string;
  readonly body: string;
  readonly openings: readonly { readonly path: string; readonly salt: string; readonly value: string }[];
}

/** What an event says, as far as checks need it. */
export interface ChainEvent {
  readonly type: string;
  readonly envelope: string | null;
  readonly data: Readonly<Record<string, Json>>;
}

/** The chain of events link by link, what its openings open, and that it ends where the list says. */
export function checkEvents(view: PackageView): { check: PackageCheck; events: ChainEvent[] } {
  const notes = new CheckNotes("Chain of events");
  const lines = readLines(textOf(view, EVENTS));
  if (!lines) {
    notes.fails(`${EVENTS} is not there or cannot be read.`);
    return { check: notes.check, events: [] };
  }
  const links = lines.map(({ hash, body }, sequence): Link => ({ sequence, body, hash: fromHex(hash) }));
  const broken = firstBreak(links);
  const { chain } = view.manifest;
  if (broken !== null)
    notes.fails(`The chain breaks at entry ${broken}: it, or what is before it, was changed.`);
  else if (lines.length !== chain.count || lines.at(-1)?.hash !== chain.head)
    notes.fails("The chain does not end where the signed list says it does.");
  else
    notes.holds(
      `All ${lines.length} events hold: each hash follows from the event and the hash before it, up to ${chain.head.slice(0, 16)}….`,
    );
  const events = lines.map(({ body }) => JSON.parse(body) as ChainEvent);
  if (new Set(events.map(({ envelope }) => envelope)).size > 1)
    notes.fails("The events are of more than one envelope.");
  checkOpenings(lines, notes);
  checkProof(view, lines, notes);
  return { check: notes.check, events: broken === null ? events : events.slice(0, broken) };
}

function readLines(text: string | null): Line[] | null {
  try {
    const lines = text?.split("\n").filter((line) => line !== "");
    const read = lines?.map((line) => JSON.parse(line) as Line);
    const areWhole = read?.every(
      ({ hash, body, openings }) =>
        /^[0-9a-f]{64}$/.test(hash) && typeof JSON.parse(body) === "object" && Array.isArray(openings),
    );
    return read && read.length > 0 && areWhole ? read : null;
  } catch {
    return null;
  }
}

function checkOpenings(lines: readonly Line[], notes: CheckNotes): void {
  let count = 0;
  for (const [position, { body, openings }] of lines.entries()) {
    const json = JSON.parse(body) as Json;
    for (const { path, salt, value } of openings) {
      count++;
      if (!opens(json, { path, salt: fromHex(salt), value }))
        notes.fails(`Entry ${position}: the value at ${path} is not the one that was recorded.`);
    }
  }
  notes.holds(
    count === 0
      ? "Values about persons were withheld or erased; what stands for them in the chain is unchanged."
      : `${count} values about persons were compared with what stands for them in the chain.`,
  );
}

function checkProof(view: PackageView, lines: readonly Line[], notes: CheckNotes): void {
  const text = textOf(view, CHAIN_PROOF);
  try {
    const { count, head } = JSON.parse(text ?? "null") as { count: number; head: string };
    if (count !== lines.length || head !== lines.at(-1)?.hash)
      notes.fails(`${CHAIN_PROOF} tells of another chain.`);
  } catch {
    notes.fails(`${CHAIN_PROOF} is not there or cannot be read.`);
  }
}

/** SHA-256 values the chain records of files: the uploads, the sealed documents, the audit trail. */
export function recordedHashes(events: readonly ChainEvent[]) {
  const of = (type: string) => events.filter((event) => event.type === type);
  const sealed = of("envelope.sealed").flatMap(
    ({ data }) => (data.documents ?? []) as unknown as { id: string; sha256: string }[],
  );
  const renewed = of("archive-timestamp.renewed");
  const hashesOf = (events: readonly ChainEvent[]) => events.map(({ data }) => String(data.sha256));
  // A renewal appends to what was sealed: the newest of each line is the file there is.
  const newest = sealed.map(({ id, sha256 }) => {
    const last = renewed.findLast(({ data }) => data.document === id);
    return last ? String(last.data.sha256) : sha256;
  });
  const trails = [
    ...hashesOf(of("audit-trail.created")),
    ...hashesOf(renewed.filter(({ data }) => data.document === undefined)),
  ];
  return {
    uploads: hashesOf(of("document.added")),
    sealed: newest,
    trail: trails.slice(-1),
    notices: of("consent.given").map(({ data }) => String((data.notice as { sha256?: string })?.sha256)),
    trailName: AUDIT_TRAIL,
  };
}
