import { canonicalJson } from "#lib/audit/core/canonical-json.ts";
import { fromUtf8, sha256, toHex } from "#lib/bytes.ts";
import type { MemberId } from "#lib/ids.ts";

export const RUNBOOK_KINDS = ["export", "import"] as const;
export type RunbookKind = (typeof RUNBOOK_KINDS)[number];

export interface RunbookPerson {
  readonly memberId: MemberId;
  /** As they were called when it was published. */
  readonly name: string;
}

export interface Runbook {
  readonly kind: RunbookKind;
  readonly version: number;
  readonly people: readonly RunbookPerson[];
  /** By which way a key travels. */
  readonly transfer: string;
  /** What is verified, one step to a line. */
  readonly steps: string;
}

/** Names a version for good: of its content as canonical JSON, hexadecimal. */
export const runbookSha256 = ({ kind, version, people, transfer, steps }: Runbook): string =>
  toHex(
    sha256(
      fromUtf8(
        canonicalJson({
          ...{ kind, version, transfer, steps },
          people: people.map(({ memberId, name }) => ({ memberId, name })),
        }),
      ),
    ),
  );

/** A version as lines for people, in an order that does not change. */
export const runbookLines = ({ people, transfer, steps }: Omit<Runbook, "kind" | "version">): string[] => [
  ...people.map(({ name }) => name).toSorted(),
  "",
  ...transfer.split("\n"),
  "",
  ...steps.split("\n"),
];

export interface ComparedLine {
  readonly change: "same" | "added" | "removed";
  readonly text: string;
}

/** What became of the lines of one text in another: the fewest lines added and removed, in order (LCS). */
export function compareLines(before: readonly string[], after: readonly string[]): ComparedLine[] {
  const lengths = Array.from({ length: before.length + 1 }, () => new Uint16Array(after.length + 1));
  for (let i = before.length - 1; i >= 0; i--)
    for (let j = after.length - 1; j >= 0; j--)
      lengths[i]![j] =
        before[i] === after[j]
          ? lengths[i + 1]![j + 1]! + 1
          : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!);
  const compared: ComparedLine[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      compared.push({ change: "same", text: before[i]! });
      i++;
      j++;
    } else if (j === after.length || (i < before.length && lengths[i + 1]![j]! >= lengths[i]![j + 1]!)) {
      compared.push({ change: "removed", text: before[i]! });
      i++;
    } else {
      compared.push({ change: "added", text: after[j]! });
      j++;
    }
  }
  return compared;
}
