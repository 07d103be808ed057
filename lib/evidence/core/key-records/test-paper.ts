import type { KeyTestView } from "#lib/signing/core/key-test.ts";
import { utcWords } from "../instant-words.ts";
import { facts, heading, type Paper, paragraph, table } from "../paper/paper.ts";
import { visible } from "../trail-words.ts";
import type { KeyRecordWords } from "./key-record-words.ts";

/** The report of a test signing, for people: what was looked at, and each required audit field, present or missing. */
export function testPaper(test: KeyTestView, words: KeyRecordWords): Pick<Paper, "title" | "blocks"> {
  const say = (key: string, values = {}) => words(`test.${key}`, values);
  const columns = [
    { title: say("what"), widthPt: 110 },
    { title: say("outcome"), widthPt: 70 },
  ];
  return {
    title: say("title"),
    blocks: [
      paragraph(say(test.isPassed ? "passed" : "failed")),
      facts([
        [say("id"), test.id],
        [say("occasion"), say(`occasions.${test.occasion}`)],
        [say("at"), utcWords(test.testedAt)],
        [say("key"), test.subject],
        [say("place"), visible(test.provider)],
        [say("algorithm"), test.algorithm],
        [say("certificate"), { hash: test.certificateSha256 }],
        [say("document"), test.documentSha256 ? { hash: test.documentSha256 } : "–"],
        [say("level"), test.level],
      ]),
      heading(say("fields")),
      paragraph(say("fieldsLead")),
      table(
        [...columns, { title: say("found") }],
        test.fields.map(({ field, isPresent, found }) => [
          say(`field.${field}`),
          say(isPresent ? "present" : "missing"),
          visible(found ?? "–"),
        ]),
      ),
      heading(say("checks")),
      table(
        [...columns, { title: say("found") }],
        test.checks.map(({ name, isGood, found }) => [
          visible(name),
          say(isGood ? "holds" : "holdsNot"),
          visible(found),
        ]),
      ),
    ],
  };
}
