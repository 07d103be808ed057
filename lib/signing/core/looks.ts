/** How long a page was in view, by the clock of the browser: what it says, and no more. */
export interface Look {
  /** From 0. */
  readonly page: number;
  /** Of the bytes of the picture that was on screen, lower-case hex; null where there was none, or it cannot be told. */
  readonly image: string | null;
  readonly firstAt: Date;
  readonly lastAt: Date;
  /** In view on a visible screen between the two. */
  readonly seconds: number;
}

/** What is left of a look once it is known what can have been. */
export interface JudgedLook extends Omit<Look, "firstAt" | "lastAt" | "seconds"> {
  /** Null where the browser said what cannot have been. */
  readonly times: Pick<Look, "firstAt" | "lastAt" | "seconds"> | null;
}

/** Clocks are read apart, and what is counted in steps is rounded. */
const SLACK_MS = 2_000;
/** A network may be that slow. */
const DELAY_MS = 60_000;

/**
 * Which of a browser's times can have been: none is after it was sent, before the person was asked, or longer than
 * from its first to its last moment. What cannot is left out, and the page stays looked at.
 *
 * @param sentAt by the browser's clock. @param receivedAt by ours, at the same moment. @param since by ours: when the
 *   person was asked.
 */
export function judgeLooks(
  looks: readonly Look[],
  { sentAt, receivedAt, since }: { readonly sentAt: Date; readonly receivedAt: Date; readonly since: Date },
): JudgedLook[] {
  const longestMs = receivedAt.getTime() - since.getTime() + DELAY_MS;
  return looks.map(({ firstAt, lastAt, seconds, ...look }) => {
    const spanMs = lastAt.getTime() - firstAt.getTime();
    const canBe =
      spanMs >= 0 &&
      lastAt.getTime() <= sentAt.getTime() + SLACK_MS &&
      sentAt.getTime() - firstAt.getTime() <= longestMs &&
      seconds * 1_000 <= spanMs + SLACK_MS;
    return { ...look, times: canBe ? { firstAt, lastAt, seconds } : null };
  });
}
