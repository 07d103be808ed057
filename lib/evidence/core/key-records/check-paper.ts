import type { CheckReportFacts } from "../certificate-check/check-facts.ts";
import { utcWords } from "../instant-words.ts";
import { facts, heading, type Paper, paragraph } from "../paper/paper.ts";
import { visible } from "../trail-words.ts";
import type { KeyRecordWords } from "./key-record-words.ts";

/** The report of one look at every stored certificate, for people. */
export function checkPaper(
  { id, startedAt, startedBy, endedAt, counts, checked, found, more }: CheckReportFacts,
  words: KeyRecordWords,
): Pick<Paper, "title" | "blocks"> {
  const say = (key: string, values = {}) => words(`check.${key}`, values);
  const verdicts = ["valid", "expired", "revoked", "faulty", "unknown"] as const;
  return {
    title: say("title", { day: startedAt.toISOString().slice(0, 10) }),
    blocks: [
      paragraph(say("lead")),
      heading(say("about")),
      facts([
        [say("id"), id],
        [say("started"), utcWords(startedAt)],
        [say("by"), startedBy ? visible(startedBy) : say("yearly")],
        [say("ended"), endedAt ? utcWords(endedAt) : words("open")],
        [say("checked"), String(checked)],
        ...verdicts.map((one) => [say(`verdicts.${one}`), String(counts[one])] as const),
      ]),
      heading(say("found")),
      ...(found.length === 0 ? [paragraph(say("none"))] : []),
      ...found.flatMap((one) => [
        heading(one.name === null ? say(`sources.${one.source}`) : visible(one.name), 3),
        facts([
          [say("verdict"), say(`verdicts.${one.verdict}`)],
          [say("hash"), { hash: one.sha256 }],
          [say("reasons"), one.reasons.map(({ message }) => visible(message)).join(" ") || "–"],
        ]),
      ]),
      ...(more > 0 ? [paragraph(say("more", { count: more }))] : []),
    ],
  };
}
