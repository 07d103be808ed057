import { CircleCheck, CircleHelp, CircleX } from "lucide-react";
import type { Verdict } from "#lib/evidence/core/validation/validation-report.ts";

/** How a verdict is shown; a word always stands beside it. */
export const LOOKS = {
  passed: { Icon: CircleCheck, tone: "bg-good-50 text-good-700 border-good-700", ink: "text-good-700" },
  failed: { Icon: CircleX, tone: "bg-bad-50 text-bad-700 border-bad-700", ink: "text-bad-700" },
  indeterminate: { Icon: CircleHelp, tone: "bg-warn-50 text-warn-800 border-warn-800", ink: "text-warn-800" },
} as const satisfies Record<Verdict, unknown>;
