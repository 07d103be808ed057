import { compare, parseDecimal } from "./fields/decimal.ts";

/** Whose envelopes somebody else approves before they go out, and which. Of everybody where neither is named. */
export type SendDuty = {
  readonly memberId: string | null;
  readonly teamId: string | null;
} & DutyCase;

export type DutyCase =
  | { readonly kind: "every" }
  | { readonly kind: "template"; readonly templateId: string }
  /** Of documents of this class. */
  | { readonly kind: "class"; readonly classId: string }
  /** One of its documents holds health data. */
  | { readonly kind: "health" }
  | { readonly kind: "amount"; readonly label: string; readonly amount: string };

/** What duties look at. */
export interface SendFacts {
  readonly sender: { readonly memberId: string; readonly teamId: string | null };
  readonly templateId: string | null;
  /** Chosen for it, else the usual one. */
  readonly classId: string | null;
  readonly holdsHealth: boolean;
  /** Fields for numbers and amounts; empty where nothing stands in one yet. */
  readonly amounts: readonly { readonly label: string; readonly value: string }[];
}

const folded = (text: string): string => text.normalize("NFKC").toLowerCase().replaceAll(/\s+/g, " ").trim();

/** Whether somebody else has to approve. An amount that nobody has filled in yet may become any amount. */
export const asksApproval = (duties: readonly SendDuty[], facts: SendFacts): boolean =>
  duties.some((duty) => isWhose(duty, facts.sender) && isCase(duty, facts));

const isWhose = ({ memberId, teamId }: SendDuty, sender: SendFacts["sender"]): boolean =>
  (memberId === null || memberId === sender.memberId) && (teamId === null || teamId === sender.teamId);

function isCase(duty: DutyCase, facts: SendFacts): boolean {
  switch (duty.kind) {
    case "every":
      return true;
    case "template":
      return facts.templateId === duty.templateId;
    case "class":
      return facts.classId === duty.classId;
    case "health":
      return facts.holdsHealth;
    case "amount":
      return facts.amounts.some(
        ({ label, value }) => folded(label) === folded(duty.label) && mayReach(value, duty.amount),
      );
  }
}

function mayReach(value: string, amount: string): boolean {
  const [found, least] = [parseDecimal(value), parseDecimal(amount)];
  return !found || !least || compare(found, least) >= 0;
}
