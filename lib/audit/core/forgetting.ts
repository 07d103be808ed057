import type { Json } from "./canonical-json.ts";

/** The event that says that personal values were erased: all of an envelope, or those of some events. */
export const FORGETTING = "people.forgotten";
/** Events of an organization whose values go with an envelope: mails about it that were read. */
const GOES_ALONG = "outbox.opened";

interface Body {
  readonly actor?: { readonly kind?: unknown; readonly id?: unknown };
  readonly data?: { readonly [key: string]: unknown };
}

/**
 * Follows a chain to tell whether what it says was forgotten had been let through before: two members, then the
 * beginning with its tombstone. One forged event would otherwise excuse that all the rest is gone.
 */
export class Forgetting {
  readonly #goesAlong = new Set<number>();
  #reviewedBy: string | null = null;
  #approvedBy: string | null = null;
  #hasBegun = false;
  #isWhole = false;

  /** The two members who let the envelope be destroyed, as things stand; null while there are not two. */
  get letThroughBy(): { readonly reviewedBy: string; readonly approvedBy: string } | null {
    const [reviewedBy, approvedBy] = [this.#reviewedBy, this.#approvedBy];
    if (reviewedBy === null || approvedBy === null || reviewedBy === approvedBy) return null;
    return { reviewedBy, approvedBy };
  }

  /** Its destruction began, and rightly. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** Everybody in the envelope was forgotten, and rightly. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /**
   * @param json the event's body; the event holds.
   * @returns which events before it lost their values; null when nothing that came before allows it, undefined when it
   * is about something else
   */
  next(
    {
      type,
      json,
      envelope,
    }: { readonly type: string; readonly json: Json; readonly envelope: string | null },
    sequence: number,
  ): ((sequence: number) => boolean) | null | undefined {
    const { actor, data } = json as Body;
    if (envelope === null) {
      if (type === GOES_ALONG) this.#goesAlong.add(sequence);
      if (type !== FORGETTING) return undefined;
      const events = Array.isArray(data?.events) ? data.events : [];
      if (!isSystem(actor) || !events.every((earlier) => this.#goesAlong.has(earlier))) return null;
      return (earlier) => events.includes(earlier);
    }
    if (type === FORGETTING) {
      if (!isSystem(actor) || !this.#hasBegun || data?.all !== true) return null;
      this.#isWhole = true;
      return (earlier) => earlier < sequence;
    }
    this.#follow(type, actor, data);
    return undefined;
  }

  #follow(type: string, actor: Body["actor"], data: Body["data"]): void {
    if (type === "purge.reviewed") this.#reviewedBy = memberOf(actor);
    else if (type === "purge.approved") this.#approvedBy = memberOf(actor);
    else if (type === "purge.repeated" && isSystem(actor))
      [this.#reviewedBy, this.#approvedBy] = [textOf(data?.reviewedBy), textOf(data?.approvedBy)];
    else if (type === "purge.removed" || type === "purge.stopped")
      [this.#reviewedBy, this.#approvedBy] = [null, null];
    else if (type === "purge.begun")
      this.#hasBegun =
        isSystem(actor) && typeof data?.tombstoneSha256 === "string" && this.letThroughBy !== null;
  }
}

const textOf = (value: unknown): string | null => (typeof value === "string" ? value : null);
const isSystem = (actor: Body["actor"]): boolean => actor?.kind === "system";
const memberOf = (actor: Body["actor"]): string | null =>
  actor?.kind === "member" ? textOf(actor.id) : null;
