import { z } from "zod";
import { DraftRecipient, ENVELOPE_LIMITS } from "#lib/envelopes/core/draft.ts";
import { compare, parseDecimal } from "#lib/envelopes/core/fields/decimal.ts";
import type { SignatureKind } from "#lib/envelopes/core/signature-kind.ts";
import { typedLine } from "#lib/identity/core/typed-text.ts";
import { integrationsError } from "../errors.ts";

/** What a rule waits for, and how the trail names it. */
export const RULE_EVENTS = {
  /** A draft, made by a member or by their software. */
  made: ["template.used"],
  tagged: ["envelope.tagged"],
  /** By somebody else than its sender, before it goes out. */
  "sending-approved": ["envelope.sending-approved"],
  sent: ["envelope.sent"],
  viewed: ["document.viewed"],
  /** Where a provider signs, finishing is not signing yet: see `setsOff`. */
  signed: ["recipient.signed", "signature.made"],
  /** By somebody whose part it was to approve. */
  approved: ["recipient.approved"],
  confirmed: ["recipient.acknowledged"],
  completed: ["envelope.completed"],
  /** The day after the contract in it ended, as its page says: its limitation period begins. */
  "contract-ended": ["contract.ended"],
  declined: ["recipient.declined"],
  voided: ["envelope.voided"],
  expired: ["envelope.expired"],
  /** Refused at once, or sent back later. */
  bounced: ["mail.refused", "mail.bounced"],
  "bulk-finished": ["bulk-job.finished"],
} as const;

export type RuleEvent = keyof typeof RULE_EVENTS;
export const RULE_EVENT_NAMES = Object.keys(RULE_EVENTS) as [RuleEvent, ...RuleEvent[]];

export const ruleEventOf = (type: string): RuleEvent | null =>
  RULE_EVENT_NAMES.find((name) => (RULE_EVENTS[name] as readonly string[]).includes(type)) ?? null;

/**
 * Whether an event is what its name says. A person's act is their signature where this installation makes it; where their
 * provider does, it is signed with the last document of theirs that bears the provider's signature.
 */
export function setsOff(
  type: string,
  data: { readonly isLast?: unknown },
  signatureKind: SignatureKind,
): boolean {
  if (type === "recipient.signed") return signatureKind === "here";
  if (type === "signature.made") return signatureKind !== "here" && data.isLast === true;
  return true;
}

export const RULE_LIMITS = {
  rules: 100,
  conditions: 6,
  nameLength: 80,
  urlLength: 500,
  /** An envelope that a rule started may set off another, and so on, so far and no further. */
  depth: 3,
  /** How often one rule does something about one envelope. */
  runsOfEnvelope: 20,
  /** How many past events are looked at to try a rule. */
  tried: 500,
  runsListed: 100,
} as const;

const { name, email } = DraftRecipient.shape;
const DECIMAL = /^-?\d{1,15}(\.\d{1,6})?$/;

export const RuleCondition = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("template"), templateId: z.uuid() }),
  z.object({ kind: z.literal("title"), words: typedLine(ENVELOPE_LIMITS.titleLength, 1) }),
  z.object({ kind: z.literal("tag"), tag: typedLine(60, 1) }),
  z.object({ kind: z.literal("sender"), memberId: z.uuid() }),
  z.object({
    kind: z.literal("amount"),
    label: typedLine(ENVELOPE_LIMITS.labelLength, 1),
    operator: z.enum(["at-least", "at-most"]),
    amount: z.string().regex(DECIMAL),
  }),
]);
export type RuleCondition = z.infer<typeof RuleCondition>;

export const RuleAction = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("send") }),
  z.object({ kind: z.literal("remind") }),
  /** Builds a full evidence package of everything known up to then; with an archive it goes there. */
  z.object({ kind: z.literal("export") }),
  z.object({ kind: z.literal("file"), folderId: z.uuid() }),
  z.object({ kind: z.literal("tag"), tag: typedLine(60, 1) }),
  z.object({ kind: z.literal("mail"), memberId: z.uuid() }),
  z.object({
    kind: z.literal("start-template"),
    templateId: z.uuid(),
    people: z.array(z.object({ roleId: z.uuid(), name, email })).max(ENVELOPE_LIMITS.mostRecipients),
  }),
  z.object({ kind: z.literal("webhook"), url: z.string().trim().min(1).max(RULE_LIMITS.urlLength) }),
]);
export type RuleAction = z.infer<typeof RuleAction>;

export const WorkspaceRule = z.object({
  name: typedLine(RULE_LIMITS.nameLength, 1),
  event: z.enum(RULE_EVENT_NAMES),
  conditions: z.array(RuleCondition).max(RULE_LIMITS.conditions).default([]),
  action: RuleAction,
});
export type WorkspaceRule = z.infer<typeof WorkspaceRule>;

/** What conditions look at. */
export interface RuleFacts {
  readonly templateId: string | null;
  readonly title: string;
  readonly tags: readonly string[];
  readonly ownerId: string;
  /** Answers of number and amount fields, by their labels. */
  readonly amounts: readonly { readonly label: string; readonly value: string }[];
}

const folded = (text: string): string => text.normalize("NFKC").toLowerCase().replaceAll(/\s+/g, " ").trim();

/** Whether all conditions hold; a rule without any holds always. Words of a title are looked for each by itself. */
export function holds(conditions: readonly RuleCondition[], facts: RuleFacts): boolean {
  return conditions.every((condition) => isSo(condition, facts));
}

function isSo(condition: RuleCondition, facts: RuleFacts): boolean {
  switch (condition.kind) {
    case "template":
      return facts.templateId === condition.templateId;
    case "title": {
      const title = folded(facts.title);
      return folded(condition.words)
        .split(" ")
        .every((word) => title.includes(word));
    }
    case "tag":
      return facts.tags.some((tag) => folded(tag) === folded(condition.tag));
    case "sender":
      return facts.ownerId === condition.memberId;
    case "amount":
      return facts.amounts.some(
        ({ label, value }) => folded(label) === folded(condition.label) && isWithin(value, condition),
      );
  }
}

/** Amounts of money are no floating-point numbers. */
function isWithin(value: string, { operator, amount }: Extract<RuleCondition, { kind: "amount" }>): boolean {
  const [left, right] = [parseDecimal(value), parseDecimal(amount)];
  if (!left || !right) return false;
  return operator === "at-least" ? compare(left, right) >= 0 : compare(left, right) <= 0;
}

/** Events with which everybody was mailed just now, after which nobody is left, or a reminder would only bounce again. */
const NOBODY_TO_REMIND: ReadonlySet<RuleEvent> = new Set([
  ...([
    "made",
    "sending-approved",
    "sent",
    "completed",
    "contract-ended",
    "declined",
    "voided",
    "expired",
    "bounced",
    "bulk-finished",
  ] as const),
]);

/** What a bulk send, which is no envelope, does not have. */
const OF_ENVELOPES: ReadonlySet<string> = new Set(["file", "tag", "amount"]);

/** After which a draft may be there, and what has to be said with it, so that not every draft goes out. */
const SENT_AFTER: Readonly<Partial<Record<RuleEvent, RuleCondition["kind"] | null>>> = {
  made: "template",
  tagged: "tag",
  // Of each of these somebody has said that it may go out.
  "sending-approved": null,
};

/** After which an envelope may be complete, so that there is evidence of the whole. */
const EXPORTED_AFTER: ReadonlySet<RuleEvent> = new Set([
  ...(["completed", "contract-ended", "tagged", "bounced"] as const),
]);

/** Whether doing this after that can come to anything. */
export const canAct = (event: RuleEvent, action: RuleAction["kind"]): boolean =>
  action === "send"
    ? event in SENT_AFTER
    : action === "export"
      ? EXPORTED_AFTER.has(event)
      : mayFollow(event, action);

const mayFollow = (event: RuleEvent, action: RuleAction["kind"]): boolean =>
  action === "remind" ? !NOBODY_TO_REMIND.has(event) : event !== "bulk-finished" || !OF_ENVELOPES.has(action);

/** Whether there is an answer to what the condition asks. */
export const canHold = (event: RuleEvent, condition: RuleCondition["kind"]): boolean =>
  event !== "bulk-finished" || !OF_ENVELOPES.has(condition);

/**
 * @throws integrations/rule-nobody-to-remind, rule-nothing-to-send, rule-nothing-to-export, rule-without-envelope for what can never be done;
 *   rule-sends-everything where every draft would go out
 */
export function requireSense({ event, action, conditions }: WorkspaceRule): void {
  if (action.kind === "send") {
    const needed = SENT_AFTER[event];
    if (needed === undefined) throw integrationsError("rule-nothing-to-send", `${event} and send`);
    if (needed !== null && conditions.every(({ kind }) => kind !== needed))
      throw integrationsError("rule-sends-everything", `${event} without ${needed}`);
  }
  if (action.kind === "export" && !canAct(event, "export"))
    throw integrationsError("rule-nothing-to-export", `${event} and export`);
  if (canAct(event, action.kind) && conditions.every(({ kind }) => canHold(event, kind))) return;
  throw action.kind === "remind" && !canAct(event, "remind")
    ? integrationsError("rule-nobody-to-remind", `${event} and remind`)
    : integrationsError("rule-without-envelope", `${event} and ${action.kind}`);
}

/** Why a rule does not run though it holds, as a code; null where it runs. */
export function heldBack(depth: number, runsBefore: number): "rule-too-deep" | "rule-too-often" | null {
  if (depth > RULE_LIMITS.depth) return "rule-too-deep";
  return runsBefore >= RULE_LIMITS.runsOfEnvelope ? "rule-too-often" : null;
}

/** Waits between tries of a webhook: a minute, five, half an hour, two hours, six hours; then it has failed. */
const WAITS_MS = [60_000, 300_000, 1_800_000, 7_200_000, 21_600_000];

/** @param attempts made so far, at least one. @returns null after the last. */
export const nextTry = (attempts: number, at: Date): Date | null => {
  const waitMs = WAITS_MS[attempts - 1];
  return waitMs === undefined ? null : new Date(at.getTime() + waitMs);
};
