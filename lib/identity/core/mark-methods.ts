/** How somebody makes the signature they sign with. */
export const MARK_METHODS = ["type", "draw", "upload"] as const;
export type MarkMethod = (typeof MARK_METHODS)[number];

/** What an organization or a sender takes: everybody can type, so typing stays whatever is left out (WCAG 2.2, 2.1.1). */
export const MARK_LIMITS = ["any", "no-upload", "no-draw", "type"] as const;
export type MarkLimit = (typeof MARK_LIMITS)[number];

const LEFT_OUT: Readonly<Record<MarkLimit, readonly MarkMethod[]>> = {
  any: [],
  "no-upload": ["upload"],
  "no-draw": ["draw"],
  type: ["draw", "upload"],
};

/** What is left when every limit counts: nobody allows what another one left out. */
export const methodsWithin = (limits: readonly MarkLimit[]): readonly MarkMethod[] =>
  MARK_METHODS.filter((method) => !limits.some((limit) => LEFT_OUT[limit].includes(method)));

/** The one limit that leaves out what all of these do together. */
export function joinedLimit(limits: readonly MarkLimit[]): MarkLimit {
  const methods = methodsWithin(limits);
  return MARK_LIMITS.find((limit) => methodsWithin([limit]).join() === methods.join())!;
}

const METHOD_OF = { typed: "type", drawn: "draw", uploaded: "upload" } as const satisfies Record<
  string,
  MarkMethod
>;

/** Whether a mark was made in a way that is taken. */
export const isTaken = (type: keyof typeof METHOD_OF, methods: readonly MarkMethod[]): boolean =>
  methods.includes(METHOD_OF[type]);
