import { toBase64 } from "#lib/bytes.ts";
import type { LogReport } from "./log-report.ts";

const MOST_SHOWN = 50;
const counted = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

/** The report of a check of the log, in sentences. */
export function describeLog(report: LogReport): string {
  const { findings, newest, size, eventCount, waitingCount, checkpointCount, stampedAt } = report;
  const lines = [
    findings.length === 0
      ? `${report.unopenedCount > 0 ? "As far as it was checked, the" : "The"} audit log holds: nothing in it was altered, deleted, put in or moved.`
      : `The audit log does not hold: ${counted(findings.length, "thing is", "things are")} wrong.`,
    "",
    ...findings.slice(0, MOST_SHOWN).map(({ sentence }) => `  - ${sentence}`),
    ...(findings.length > MOST_SHOWN
      ? [`  - and ${findings.length - MOST_SHOWN} more (--json has them)`]
      : []),
    ...(findings.length > 0 ? [""] : []),
    `Checked: ${counted(eventCount, "event", "events")}, ${counted(size, "leaf", "leaves")}, ${counted(checkpointCount, "checkpoint", "checkpoints")}.`,
  ];
  if (newest)
    lines.push(
      `Newest checkpoint that holds: ${counted(newest.size, "leaf", "leaves")} of ${newest.origin}, root ${toBase64(newest.root)}${stampedAt ? `, time-stamped ${stampedAt.toISOString()}` : ""}.`,
    );
  if (report.unopenedCount > 0)
    lines.push(
      `Not checked: the personal values of ${counted(report.unopenedCount, "event", "events")}. They are sealed, and the key that opens them is not at hand. That they are there was checked, and so was everything else.`,
      "Nor was it checked whether the product wrote every event itself: the same key tells.",
    );
  const beyond = size + waitingCount - (newest?.size ?? 0);
  if (beyond > 0)
    lines.push(
      `${counted(beyond, "event is", "events are")} under no checkpoint yet: until one is made, they could be taken back unseen.`,
    );
  if (report.waitingFor)
    lines.push(
      `The next checkpoint waits (${report.waitingFor}) since ${report.waitingSince?.toISOString()}.`,
    );
  for (const authority of report.foreignAuthorities)
    lines.push(`Time-stamps are by ${authority}: give its root with --trust to have them believed.`);
  lines.push(...rests(report));
  return `${lines.join("\n")}\n`;
}

/** On what the answer rests: without anything from outside, the owner of database and keys is believed. */
function rests({ heldNames, hasOwnAnchors }: LogReport): string[] {
  const lines: string[] = [];
  if (heldNames.length === 0)
    lines.push(
      "No checkpoint from outside was given (--checkpoint): whether the log was rolled back as a whole cannot be told.",
    );
  else lines.push(`Compared with ${heldNames.join(", ")}.`);
  if (!hasOwnAnchors)
    lines.push(
      "The root certificate was taken from the database itself; give the one you kept with --trust.",
    );
  return lines;
}
