import { equalBytes, fromUtf8, sha256 } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import { type Checkpoint, parseCheckpoint } from "./checkpoint.ts";
import type { LogFault, LogFinding } from "./log-finding.ts";
import { noteSigner, parseNote, type SignedNote } from "./signed-note.ts";

/** What a checkpoint is held against. */
export interface CheckpointRules {
  /** SubjectPublicKeyInfo of every key the log has had, DER. */
  readonly logKeys: readonly Uint8Array[];
  /** Why a time-stamp token is none over this note; null when it is. */
  readonly stampProblem: (note: Uint8Array, token: Uint8Array) => string | null;
}

/** A checkpoint that somebody has kept: what it says can no longer be taken back. */
export interface HeldCheckpoint extends Checkpoint {
  /** How it is called in sentences: the name of its file. */
  readonly name: string;
  readonly isSigned: boolean;
}

/** Reads a checkpoint somebody has kept. @throws audit/note-malformed, audit/checkpoint-malformed */
export function readHeld(name: string, text: string, logKeys: readonly Uint8Array[]): HeldCheckpoint {
  const note = parseNote(text);
  const checkpoint = parseCheckpoint(note.text);
  return { ...checkpoint, name, isSigned: isSignedBy(note, checkpoint.origin, logKeys) };
}

const isSignedBy = (note: SignedNote, name: string, logKeys: readonly Uint8Array[]): boolean =>
  noteSigner(
    note,
    logKeys.map((publicKey) => ({ name, publicKey })),
  ) !== null;

/** Checks the stored checkpoints one after the other, the smallest first. */
export class CheckpointCheck {
  readonly #rules: CheckpointRules;
  #origin: string | null = null;
  #previousSha256: Uint8Array | null = null;
  /** The largest that holds in everything. */
  newest: Checkpoint | null = null;
  count = 0;

  constructor(rules: CheckpointRules) {
    this.#rules = rules;
  }

  /** @param root of the leaves as they are, at the row's size; null when there are not so many. */
  next(
    row: { readonly size: number; readonly note: string; readonly timestampToken: Uint8Array },
    root: Uint8Array | null,
  ): LogFinding[] {
    const findings: LogFinding[] = [];
    const find = (fault: LogFault, column: string | null, sentence: string) =>
      findings.push({
        ...{ fault, table: "log_checkpoints", column, organizationId: null },
        sentence: `The checkpoint of ${row.size} leaves ${sentence}`,
      });
    this.count++;
    const bytes = fromUtf8(row.note);
    const read = readNote(row.note);
    if (typeof read === "string")
      find("altered", "note", `cannot be read (${read}): column note was altered.`);
    else this.#compare(row.size, read, root, find);
    const problem = this.#rules.stampProblem(bytes, row.timestampToken);
    if (problem !== null)
      find(
        "unstamped",
        "timestamp_token",
        `has no valid time-stamp (${problem}): column timestamp_token was altered, or the note.`,
      );
    this.#previousSha256 = sha256(bytes);
    if (typeof read !== "string" && findings.length === 0) this.newest = read.checkpoint;
    return findings;
  }

  #compare(
    size: number,
    { note, checkpoint }: ReadNote,
    root: Uint8Array | null,
    find: (fault: LogFault, column: string | null, sentence: string) => void,
  ): void {
    if (checkpoint.size !== size)
      find("altered", "size", `says it covers ${checkpoint.size}: column size was altered.`);
    if (!isSignedBy(note, checkpoint.origin, this.#rules.logKeys))
      find("unsigned", "note", "carries no valid signature of this log: column note was altered.");
    this.#origin ??= checkpoint.origin;
    if (checkpoint.origin !== this.#origin)
      find("altered", "note", `is of another log, ${checkpoint.origin}: column note was altered.`);
    const [stated, actual] = [checkpoint.previousSha256, this.#previousSha256];
    if (stated === null ? actual !== null : actual === null || !equalBytes(stated, actual))
      find(
        "deleted",
        null,
        "does not name the one stored before it: one between them was deleted, put in or altered.",
      );
    if (checkpoint.size !== size) return;
    if (root === null)
      find("rolled-back", null, "covers leaves that are not there: the end of the log was cut off.");
    else if (!equalBytes(root, checkpoint.root))
      find(
        "altered",
        null,
        "was signed over other leaves: something before was altered, moved, put in or deleted.",
      );
  }
}

interface ReadNote {
  readonly note: SignedNote;
  readonly checkpoint: Checkpoint;
}

function readNote(text: string): ReadNote | string {
  try {
    const note = parseNote(text);
    return { note, checkpoint: parseCheckpoint(note.text) };
  } catch (error) {
    if (isRefusal(error)) return error.message;
    throw error;
  }
}
