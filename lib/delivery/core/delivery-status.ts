/** What a mail server says became of one message, as far as it says so for machines. */
export interface DeliveryStatus {
  readonly action: "failed" | "delayed" | "other";
  /** `5.1.1`; empty where it gives none. */
  readonly status: string;
  /** What the last server answered, in its own words, on one line. */
  readonly diagnostic: string;
  /** Who reports it. */
  readonly reportedBy: string;
}

const MAX_WORDS = 500;

/**
 * The first group of a report that says something of a recipient.
 *
 * @param text what stands in the part `message/delivery-status`: groups of header lines between empty lines.
 * @returns null where it is no such report. @see RFC 3464 §2
 */
export function readDeliveryStatus(text: string): DeliveryStatus | null {
  const groups = text
    .replaceAll(/\r\n?/g, "\n")
    .split(/\n[ \t]*\n/)
    .map(fieldsOf)
    .filter((fields) => fields.size > 0);
  const about = groups[0];
  const recipients = groups.filter((fields) => fields.has("final-recipient") && fields.has("action"));
  const recipient = recipients.find((fields) => actionOf(fields) !== "other") ?? recipients[0];
  if (!about || !recipient) return null;
  const status = /^[245]\.\d{1,3}\.\d{1,3}/.exec(recipient.get("status") ?? "")?.[0] ?? "";
  return {
    ...{ action: actionOf(recipient), status },
    diagnostic: wordsIn(recipient.get("diagnostic-code")),
    reportedBy: wordsIn(about.get("reporting-mta")).slice(0, 253),
  };
}

const ACTIONS = new Set(["failed", "delayed"]);

function actionOf(fields: ReadonlyMap<string, string>): DeliveryStatus["action"] {
  const action = /^[a-z]+/.exec(fields.get("action")?.toLowerCase() ?? "")?.[0] ?? "";
  return ACTIONS.has(action) ? (action as "failed" | "delayed") : "other";
}

function fieldsOf(group: string): Map<string, string> {
  const lines = group.replaceAll(/\n[ \t]+/g, " ").split("\n");
  const fields = lines.flatMap((line): [string, string][] => {
    const found = /^([A-Za-z][A-Za-z0-9-]{0,60})[ \t]*:(.*)$/.exec(line);
    return found ? [[found[1]!.toLowerCase(), found[2]!.trim()]] : [];
  });
  return new Map(fields);
}

/** Without its type: `smtp; 550 5.1.1 No such user`. Nothing hidden, and no more than is read. */
const wordsIn = (field = ""): string =>
  field
    .replace(/^[a-z0-9-]+[ \t]*;[ \t]*/i, "")
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}]+/gu, " ")
    .trim()
    .slice(0, MAX_WORDS);

/** The Message-ID in the headers of what came back; null where they are not there. */
export function messageIdIn(headers: string): string | null {
  const unfolded = headers.replaceAll(/\r\n?/g, "\n").replaceAll(/\n[ \t]+/g, " ");
  return /^message-id[ \t]*:[ \t]*<([^<>\s]{1,300})>/im.exec(unfolded.split("\n\n")[0] ?? "")?.[1] ?? null;
}
