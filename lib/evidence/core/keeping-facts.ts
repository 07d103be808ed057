/** How long an envelope is kept, and what keeps it longer, as recorded when a paper about it is made. */
export interface KeepingFacts {
  readonly rule: {
    /** Of the retention class that decides, or would once the envelope is completed. */
    readonly name: string;
    /** It is the one that holds where the organization has said nothing. */
    readonly isStandard: boolean;
    /** Somebody gave it to this envelope; else it is the organization's for all that end so. */
    readonly isChosen: boolean;
    readonly years: number;
    /** Why it decides: chosen, the organization's own for what ends so, the standard, or a rule of this kind. */
    readonly decidedBy: "chosen" | "default" | "standard" | "template" | "tag" | "person" | "jurisdiction";
    readonly countsFrom: "end" | "contract-end" | "last-activity" | "owner-left";
    /** What is done when the years are over. */
    readonly action: "destroy" | "hand-over" | "review" | "archive" | "keep";
    /** The law or contract that asks for it, as whoever added the class wrote. */
    readonly basis: string;
    /** The first day on which nothing of it keeps the envelope, in UTC; null while its clock has not started. */
    readonly dueOn: string | null;
  };
  /** Legal holds over the envelope, the oldest first. What they are about is not for everybody who has the paper. */
  readonly holds: readonly {
    readonly id: string;
    readonly since: Date;
    readonly releasedAt: Date | null;
  }[];
}

/** The holds there were at a moment, with nothing of what came later. */
export const holdsAt = ({ holds }: KeepingFacts, at: Date): KeepingFacts["holds"] =>
  holds
    .filter(({ since }) => since <= at)
    .map((hold) => (hold.releasedAt && hold.releasedAt > at ? { ...hold, releasedAt: null } : hold));
