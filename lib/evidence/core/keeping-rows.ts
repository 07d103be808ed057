import { utcWords } from "./instant-words.ts";
import { type Fact, type Telling, text } from "./telling.ts";
import { visible } from "./trail-words.ts";

/** How long the envelope is kept, what keeps it longer, and who took copies, up to when the trail was made. */
export function keepingRows(telling: Telling): Fact[] {
  const { facts, words, cited, tell } = telling;
  const { rule, holds } = facts.keeping;
  const say = (key: string, values: Record<string, string | number> = {}) => words(`custody.${key}`, values);
  const fact = (key: string, ...values: readonly string[]): Fact => ({
    label: say(key),
    values: values.map(text),
  });
  const downloads = facts.entries.filter(({ type }) => type === "evidence.downloaded");
  const name = rule.isStandard ? say("standard") : visible(rule.name);
  return [
    fact("rule", say(`years.${rule.countsFrom}`, { name, years: rule.years })),
    fact("decidedBy", say(`decided.${rule.decidedBy}`)),
    ...(rule.isStandard ? [] : [fact("basis", visible(rule.basis))]),
    fact(
      "ends",
      rule.action === "keep"
        ? say("endsNever")
        : rule.dueOn
          ? say("endsOn", { day: rule.dueOn })
          : say(`endsUnknown.${rule.countsFrom}`),
    ),
    fact(
      "holds",
      ...(holds.length === 0
        ? [say("holdsNone")]
        : holds.map(({ since, releasedAt }) =>
            releasedAt
              ? say("holdReleased", { since: utcWords(since), at: utcWords(releasedAt) })
              : say("hold", { since: utcWords(since) }),
          )),
    ),
    fact("key", ...keyRows(telling)),
    fact(
      "downloads",
      ...(downloads.length === 0
        ? [say("downloadsNone")]
        : downloads.map((entry) => `${tell(entry).actor.join(", ")}: ${cited(entry)}`)),
    ),
  ];
}

/** Where the organization's key is, and the chain of custody of every copy it was asked for. */
function keyRows({ facts, words }: Telling): string[] {
  const say = (key: string, values: Record<string, string | number> = {}) =>
    words(`custody.keys.${key}`, values);
  if (facts.sealKeys.length === 0) return [say("none")];
  return facts.sealKeys.flatMap(({ key }) => {
    if (!key) return [say("unknown")];
    const { provider, origin, exports } = key;
    return [
      say(origin, { provider: visible(provider) }),
      ...(exports.length === 0 ? [say("exportsNone")] : []),
      ...exports.map(({ id, requestedAt, builtAt, custody }) =>
        say(builtAt ? "exportMade" : "export", {
          ...{ id, at: utcWords(requestedAt), made: builtAt ? utcWords(builtAt) : "" },
          ...{ count: custody.length, head: custody.at(-1)?.hash ?? words("words.none") },
        }),
      ),
    ];
  });
}
