import type { AuthenticationPolicy } from "../authentication-rules.ts";
import { type Blocker, blockersOf } from "../blockers.ts";
import type { Asked } from "../class-steps.ts";
import type { DraftContent } from "../draft.ts";
import { labelKey } from "./draft-from-template.ts";

/** About people, who are named when it is used, and about what must be there when something is sent. */
export const LATER: ReadonlySet<string> = new Set([
  "no-agreement",
  ...["name-missing", "email-missing", "phone-missing", "access-code-missing", "sso-not-set-up"],
  "passkey-not-possible",
  "provider-missing",
]);

/** Why a template cannot be published; each names what it is about. */
export function templateBlockers(
  draft: DraftContent,
  documents: readonly { readonly id: string; readonly pageCount: number }[],
  policy: AuthenticationPolicy,
  asked: Pick<Asked, "steps">,
): Blocker[] {
  const seen = new Set<string>();
  const roles = draft.recipients.flatMap(({ id, roleName = "" }): Blocker[] => {
    const key = labelKey(roleName);
    if (key === "") return [{ code: "role-name-missing", recipientId: id }];
    if (seen.has(key)) return [{ code: "role-name-twice", recipientId: id }];
    seen.add(key);
    return [];
  });
  return [
    ...blockersOf(draft, documents, policy).filter(({ code }) => !LATER.has(code)),
    ...roles,
    ...missingRoles(draft, asked),
  ];
}

/** What its class asks for that is a role of the template; the rest is seen to when it is sent. */
const missingRoles = ({ recipients }: DraftContent, { steps }: Pick<Asked, "steps">): Blocker[] =>
  (["witness", "notary"] as const).flatMap((step): Blocker[] =>
    steps.includes(step) && !recipients.some(({ role }) => role === step)
      ? [{ code: `${step}-required` }]
      : [],
  );
