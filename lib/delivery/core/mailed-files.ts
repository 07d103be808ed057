export interface MailedTo {
  /** The organization has its mails carry documents, and they leave by a mail server. */
  readonly isOn: boolean;
  /** The envelope holds health data or sensitive answers. */
  readonly isSensitive: boolean;
  /** Who reads it has to show more than the mailbox: a code, an account, a reason. */
  readonly isGuarded: boolean;
  /** Of all files together. */
  readonly sizeBytes: number;
  /** What the files of one mail may be together: in a mail they take a third more, and many servers stop at 25 MB. */
  readonly mostBytes: number;
}

export type MailedAs = "link" | "too-large" | "attached";

/**
 * Whether the mail that tells somebody of an envelope's completion carries its files.
 *
 * @returns `link` where it says nothing of files and the link in it leads to them; `too-large` where it says so
 */
export function decideMailedFiles({
  isOn,
  isSensitive,
  isGuarded,
  sizeBytes,
  mostBytes,
}: MailedTo): MailedAs {
  if (!isOn || isSensitive || isGuarded) return "link";
  return sizeBytes > mostBytes ? "too-large" : "attached";
}
