/** What the files of one mail may be together: in a mail they take a third more, and many servers stop at 25 MB. */
export const MOST_MAILED_MEGABYTES = 10;
const MOST_MAILED_BYTES = MOST_MAILED_MEGABYTES * 1024 * 1024;

export interface MailedTo {
  /** The organization has its mails carry documents, and they leave by a mail server. */
  readonly isOn: boolean;
  /** The envelope holds health data or sensitive answers. */
  readonly isSensitive: boolean;
  /** Who reads it has to show more than the mailbox: a code, an account, a reason. */
  readonly isGuarded: boolean;
  /** Of all files together. */
  readonly sizeBytes: number;
}

export type MailedAs = "link" | "too-large" | "attached";

/**
 * Whether the mail that tells somebody of an envelope's completion carries its files.
 *
 * @returns `link` where it says nothing of files and the link in it leads to them; `too-large` where it says so
 */
export function decideMailedFiles({ isOn, isSensitive, isGuarded, sizeBytes }: MailedTo): MailedAs {
  if (!isOn || isSensitive || isGuarded) return "link";
  return sizeBytes > MOST_MAILED_BYTES ? "too-large" : "attached";
}
