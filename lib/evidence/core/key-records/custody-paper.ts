import type { CustodyFacts } from "#lib/signing/core/custody.ts";
import { utcWords } from "../instant-words.ts";
import { facts, heading, type Paper, paragraph, table } from "../paper/paper.ts";
import { visible } from "../trail-words.ts";
import type { KeyRecordWords } from "./key-record-words.ts";

/** The chain of custody of a key that was handed out, for people. */
export function custodyRecordPaper(
  { view, hashes, documents, more }: CustodyFacts,
  words: KeyRecordWords,
): Pick<Paper, "title" | "blocks"> {
  const say = (key: string, values = {}) => words(`custody.${key}`, values);
  const nobody = words("nobody");
  const { custody, custodyBrokenAt } = view;
  const holds =
    custodyBrokenAt === null
      ? say("holds", { count: custody.length })
      : say("broken", { number: custodyBrokenAt + 1 });
  return {
    title: say("title"),
    blocks: [
      paragraph(say("lead")),
      heading(say("about")),
      facts([
        [say("id"), view.id],
        [say("item"), visible(custody[0]?.item.description ?? "")],
        [say("reason"), say(`reasons.${view.reason}`)],
        [say("businessReason"), visible(view.purpose)],
        [say("format"), say(`formats.${view.format}`)],
        [
          say("runbook"),
          say("runbookVersion", { version: view.runbookVersion }),
          { hash: view.runbookSha256 },
        ],
        [say("destination"), visible(view.destination)],
        [say("contract"), visible(view.contract)],
        [say("requestedBy"), `${visible(view.requestedBy)}, ${utcWords(view.requestedAt)}`],
        [say("it"), visible(view.approvedByIt ?? nobody)],
        [say("legal"), visible(view.approvedByLegal ?? nobody)],
        [say("recipient"), visible(view.recipient)],
        [say("hash"), view.sha256 ? { hash: view.sha256 } : "–"],
        [say("size"), say("bytes", { size: view.sizeBytes ?? 0 })],
      ]),
      paragraph(holds),
      ...custody.flatMap((entry, index) => [
        heading(
          say("entry", {
            number: index + 1,
            action: say(`actions.${entry.action}`),
            at: utcWords(new Date(entry.at)),
          }),
          3,
        ),
        facts([
          ...(entry.happenedOn ? [[say("happenedOn"), entry.happenedOn] as const] : []),
          [say("releasedBy"), visible(entry.releasedBy)],
          [say("receivedBy"), visible(entry.receivedBy)],
          [say("from"), visible(entry.from)],
          [say("to"), visible(entry.to)],
          [say("channel"), visible(entry.channel)],
          [say("purpose"), visible(entry.purpose)],
          [say("authority"), visible(entry.authority)],
          ...(entry.item.class ? [[say("class"), visible(entry.item.class)] as const] : []),
          ...(entry.item.madeAt
            ? [
                [
                  say("made"),
                  `${visible(entry.item.madeBy ?? "")}, ${utcWords(new Date(entry.item.madeAt))}`,
                ] as const,
              ]
            : []),
          [say("condition"), say(`conditions.${entry.isWhole ?? "none"}`)],
          ...(entry.foundSha256 ? [[say("found"), { hash: entry.foundSha256 }] as const] : []),
          ...view.signatures
            .filter(({ sequence }) => sequence === entry.sequence)
            .map(
              ({ side, name, at }) => [say(`signed.${side}`), `${visible(name)}, ${utcWords(at)}`] as const,
            ),
          [say("previous"), { hash: hashes[index]! }],
        ]),
      ]),
      paragraph(say("signatures")),
      heading(say("documents")),
      paragraph(say("documentsLead")),
      documents.length === 0
        ? paragraph(say("documentsNone"))
        : table(
            [
              { title: say("document"), widthPt: 130 },
              { title: say("sealedAt"), widthPt: 130 },
              { title: say("hash") },
            ],
            documents.map(({ shortId, sealedAt, sha256 }) => [shortId, utcWords(sealedAt), { hash: sha256 }]),
          ),
      ...(more > 0 ? [paragraph(say("documentsMore", { count: more }))] : []),
    ],
  };
}
