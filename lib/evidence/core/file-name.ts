/** What a file's name is made of. */
export interface FileNameParts {
  readonly title: string;
  /** The envelope's short id. */
  readonly envelope: string;
  /** What the file is: `signed`, `audit trail`, `certificate`. */
  readonly kind: string;
  /** Whose certificate, or which document. */
  readonly name: string;
  readonly serial: string;
  /** Day of completion, `2026-11-20`. */
  readonly date: string;
}

const LONGEST = 120;

/**
 * The name of a downloaded file by the organization's pattern: the same facts always give the same name, and no
 * file system objects to it.
 *
 * @param pattern `{title} - {kind} - {name}`; braces that name nothing stay. @param ending `.pdf`
 */
export function fileNameFor(pattern: string, parts: FileNameParts, ending: string): string {
  const filled = pattern.replace(/\{(\w+)\}/g, (whole, key: string) =>
    key in parts ? parts[key as keyof FileNameParts] : whole,
  );
  const plain = filled
    .normalize("NFC")
    .replace(/[\p{Cc}\p{Cf}<>:"/\\|?*]+/gu, " ")
    .replace(/(\s+-)+\s*$/u, "")
    .replace(/\s+/gu, " ")
    .replace(/^[.\s]+|[.\s-]+$/gu, "");
  const cut = [...plain]
    .slice(0, LONGEST - ending.length)
    .join("")
    .trimEnd();
  return `${cut === "" ? parts.envelope : cut}${ending}`;
}
