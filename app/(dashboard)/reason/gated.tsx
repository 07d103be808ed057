import type { ReactNode } from "react";
import { reasonState } from "#lib/identity/access/require-reason.ts";
import type { AccessPurpose } from "#lib/identity/core/access-purposes.ts";
import { memberContext } from "../../_server/context.ts";
import { envelopeIdIn } from "../../_server/params.ts";
import { ReasonGate } from "./reason-gate.tsx";

interface GatedProps {
  readonly purpose: AccessPurpose;
  readonly id: string | null;
  readonly children: ReactNode;
}

/** Asks for a reason before anything is downloaded from inside, as the organization has settled. */
export async function Gated({ purpose, id, children }: GatedProps) {
  const envelopeId = id === null ? null : envelopeIdIn(id);
  const { isAsked, givenUntil } = await reasonState(await memberContext(), { purpose, envelopeId });
  return (
    <ReasonGate purpose={purpose} id={id} isAsked={isAsked} givenUntil={givenUntil?.toISOString() ?? null}>
      {children}
    </ReasonGate>
  );
}
