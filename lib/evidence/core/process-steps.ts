import type { TrailEntry } from "./audit-trail-facts.ts";
import { stringOf, type Telling } from "./telling.ts";

const ACTS = ["recipient.signed", "recipient.approved", "recipient.acknowledged", "recipient.passed-on"];

/** How the documents moved, in numbered sentences made from the entries that hold; what no entry tells is said so. */
export function processSteps(telling: Telling): string[] {
  const { facts, words, atOf, personal } = telling;
  const held = facts.entries.filter(({ sequence }) => facts.brokenAt === null || sequence < facts.brokenAt);
  const of = (...types: readonly string[]) => held.filter(({ type }) => types.includes(type));
  const say = (key: string, values: Record<string, string | number> = {}) => words(`process.${key}`, values);
  /** One sentence about all entries of a kind, or that there is none. */
  const span = (
    key: string,
    entries: readonly TrailEntry[],
    values: Record<string, string | number> = {},
  ) => {
    const [first, last] = [entries.at(0), entries.at(-1)];
    if (!first || !last) return say(`${key}None`);
    const when =
      first === last
        ? say("on", { at: atOf(first), entry: first.sequence })
        : say("between", { from: atOf(first), first: first.sequence, to: atOf(last), last: last.sequence });
    return say(key, { ...values, count: entries.length, when });
  };
  const wordingOf = ({ data }: TrailEntry) =>
    data.wording === undefined ? words("words.notRecorded") : personal(stringOf(data.wording));
  const invited = of("recipient.invited");
  const codes = of("check.passed");
  return [
    span("taken", of("document.added")),
    span("sent", of("envelope.sent"), { order: words(`summary.orders.${facts.envelope.order}`) }),
    span("certified", of("document.certified")),
    [
      span("reached", invited, { delivered: of("mail.delivered").length }),
      ...(of("hosted-link.created").length > 0 ? [span("hosted", of("hosted-link.created"))] : []),
    ].join(" "),
    codes.length === 0 ? say("identifiedNone") : codes.map((entry) => passed(telling, entry, held)).join(" "),
    `${span("agreed", of("consent.given"))} ${span("shown", of("document.viewed"))}`,
    of(...ACTS).length === 0
      ? say("actedNone")
      : of(...ACTS)
          .map((entry) => {
            const who = facts.recipients.find(({ id }) => id === entry.data.recipient);
            const key = entry.type === "recipient.signed" ? "signed" : "acted";
            const values = { name: personal(who?.name ?? null), at: atOf(entry), entry: entry.sequence };
            return say(key, { ...values, wording: wordingOf(entry) });
          })
          .join(" "),
    `${span("signatures", of("signature.made"))} ${span("sealed", of("envelope.sealed"))}`,
    ...(facts.brokenAt === null ? [] : [say("broken", { entry: facts.brokenAt })]),
  ];
}

/** That somebody showed something beside their link, and how long after a code was sent. */
function passed(
  { facts, words, atOf, personal }: Telling,
  entry: TrailEntry,
  held: readonly TrailEntry[],
): string {
  const { recipient, method } = entry.data;
  const who = facts.recipients.find(({ id }) => id === recipient);
  const sent = held.findLast(
    ({ type, data, sequence }) =>
      type === "code.sent" && data.recipient === recipient && sequence < entry.sequence,
  );
  const isCode = method === "email-code" || method === "sms-code";
  const values = { name: personal(who?.name ?? null), at: atOf(entry), entry: entry.sequence };
  const key = `process.checks.${String(method)}`;
  const what = words.has(key) ? words(key) : words("process.checks.other");
  if (!isCode || !sent) return words("process.passed", { ...values, what });
  const seconds = Math.round((entry.at.getTime() - sent.at.getTime()) / 1000);
  return words("process.passedAfter", { ...values, what, seconds });
}
