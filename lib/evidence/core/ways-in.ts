/**
 * Ways to the documents that show nothing of who took them: a link shows that it was had, and who signs in person is
 * known by the statement of the member who was there alone.
 */
export const WAYS_IN = ["email-link", "sms-link", "hosted-link", "in-person", "hand-over"] as const;
export type WayIn = (typeof WAYS_IN)[number];

const ways: readonly string[] = WAYS_IN;

export const isWayIn = (method: string): method is WayIn => ways.includes(method);

/** Whether the system had more shown to it than the way somebody came. @param methods as the person's own entries name them */
export const isIdentityShown = (methods: Iterable<string>): boolean =>
  [...methods].some((method) => !isWayIn(method));

/** The way that shows least, where somebody came by several; a hand-over begins at a page they had come to already. @returns null where no entry names one */
export const weakestWay = (methods: ReadonlySet<string>): Exclude<WayIn, "hand-over"> | null =>
  (["in-person", "hosted-link", "sms-link", "email-link"] as const).find((way) => methods.has(way)) ?? null;
