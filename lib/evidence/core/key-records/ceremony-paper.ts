import type { CeremonyView } from "#lib/signing/core/key-ceremony.ts";
import { utcWords } from "../instant-words.ts";
import { type Block, facts, heading, type Paper, paragraph, table } from "../paper/paper.ts";
import { visible } from "../trail-words.ts";
import type { KeyRecordWords } from "./key-record-words.ts";

type Say = (key: string, values?: Readonly<Record<string, string | number>>) => string;
const at = (text: string) => utcWords(new Date(text));

/** The record of a key ceremony, for people. */
export function ceremonyPaper(
  ceremony: CeremonyView,
  words: KeyRecordWords,
): Pick<Paper, "title" | "blocks"> {
  const say: Say = (key, values = {}) => words(`ceremony.${key}`, values);
  const { scriptName: name, scriptVersion: version, endedAt } = ceremony;
  return {
    title: say("title", { title: visible(ceremony.title) }),
    blocks: [
      paragraph(say("lead")),
      heading(say("about")),
      facts([
        [say("id"), ceremony.id],
        [say("place"), visible(ceremony.place)],
        [say("began"), utcWords(ceremony.startedAt)],
        [say("ended"), endedAt ? utcWords(endedAt) : words("open")],
        [say("outcome"), ceremony.state === "under-way" ? words("open") : say(`outcomes.${ceremony.state}`)],
        [say("script"), say("scriptName", { name: visible(name), version })],
        [say("scriptHash"), { hash: ceremony.scriptSha256 }],
      ]),
      heading(say("people")),
      table(
        [
          { title: say("name"), widthPt: 120 },
          { title: say("address") },
          { title: say("role"), widthPt: 110 },
          { title: say("signedOff"), widthPt: 100 },
        ],
        ceremony.people.map(({ name, email, role, signedAt }) => [
          ...[visible(name), visible(email), say(`roles.${role}`)],
          signedAt ? utcWords(signedAt) : words("open"),
        ]),
      ),
      ...factBlocks(ceremony, say),
      ...deviationBlocks(ceremony, say),
      heading(say("steps")),
      ...ceremony.steps.flatMap((_, index) => stepBlocks(ceremony, index, say)),
      heading(say("log")),
      paragraph(say("logLead")),
      ...(ceremony.brokenAt === null ? [] : [paragraph(say("broken", { number: ceremony.brokenAt + 1 }))]),
      facts([[say("head"), ceremony.head ? { hash: ceremony.head } : words("open")]]),
    ],
  };
}

function stepBlocks({ steps, entries }: CeremonyView, index: number, say: Say): Block[] {
  const { say: said, expect } = steps[index]!;
  const number = index + 1;
  const done = entries.find((entry) => entry.kind === "step" && entry.number === number);
  const output = done?.kind === "step" ? visible(done.output) : say("notDone");
  const initials = done?.kind === "step" ? `${visible(done.initials)}, ${at(done.at)}` : "–";
  return [
    heading(say("stepOf", { number }), 3),
    facts([
      [say("said"), visible(said)],
      ...(expect === "" ? [] : [[say("expected"), visible(expect)] as const]),
      [say("output"), output],
      [say("initials"), initials],
    ]),
  ];
}

function factBlocks({ entries }: CeremonyView, say: Say): Block[] {
  const found = entries.flatMap((entry) => (entry.kind === "fact" ? [entry] : []));
  return [
    heading(say("facts")),
    found.length === 0
      ? paragraph(say("noFacts"))
      : facts(found.map(({ label, value, at: when }) => [visible(label), visible(value), at(when)])),
  ];
}

function deviationBlocks({ entries }: CeremonyView, say: Say): Block[] {
  const rows = entries.flatMap((entry): (readonly [string, string])[] => {
    const name = visible(entry.by.name);
    const when = at(entry.at);
    if (entry.kind === "abandoned") return [[say("abandoned", { name, at: when }), visible(entry.text)]];
    if (entry.kind !== "deviation") return [];
    const label =
      entry.number === null
        ? say("deviationOfAll", { at: when, name })
        : say("deviation", { at: when, name, number: entry.number });
    return [[label, visible(entry.text)]];
  });
  return [heading(say("deviations")), rows.length === 0 ? paragraph(say("noDeviations")) : facts(rows)];
}
