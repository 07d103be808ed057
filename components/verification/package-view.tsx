import { ChevronDown } from "lucide-react";
import type { PackageReport } from "#lib/evidence/core/package/package-report.ts";
import { LOOKS } from "./looks.ts";

export interface PackageWords {
  readonly summaries: Readonly<
    Record<PackageReport["verdict"] | "changed" | "unreadable" | "brokenOff", string>
  >;
  readonly verdicts: Readonly<Record<PackageReport["verdict"], string>>;
  readonly ofEnvelope: string;
  readonly redacted: string;
  readonly compare: string;
}

interface PackageViewProps {
  readonly report: PackageReport;
  readonly words: PackageWords;
}

/** What the check of an evidence package found: one sentence first, then each check, open where something is wrong. */
export function PackageView({ report, words }: PackageViewProps) {
  const { trustAnchor, checks, verdict } = report;
  const { Icon, tone } = LOOKS[verdict];
  return (
    <div className="flex flex-col gap-6">
      <h2 id="verdict" className={`flex items-start gap-3 rounded-card border-s-4 px-4 py-4 text-h3 ${tone}`}>
        <Icon size={28} aria-hidden="true" className="shrink-0" />
        <span className="min-w-0 [overflow-wrap:anywhere]">{summaryOf(report, words)}</span>
      </h2>
      {report.package ? (
        <p className="text-ink-700">
          {words.ofEnvelope
            .replace("{envelope}", report.package.envelope)
            .replace("{organization}", report.package.organization)
            .replace("{date}", report.package.createdAt.slice(0, 10))}
          {report.package.variant === "redacted" ? ` ${words.redacted}` : ""}
        </p>
      ) : null}
      {trustAnchor?.isFromPackage ? (
        <p className="text-small text-ink-700 [overflow-wrap:anywhere]">
          {words.compare} <span className="font-mono text-mono">{trustAnchor.sha256}</span>
        </p>
      ) : null}
      <div className="divide-y divide-line rounded-card border border-line bg-paper">
        {checks.map((check) => {
          const look = LOOKS[check.verdict];
          return (
            <details key={check.title} open={check.verdict !== "passed"} className="group px-4 py-2">
              <summary className="flex min-h-11 cursor-pointer flex-wrap items-center gap-x-3 gap-y-1 font-medium">
                <look.Icon size={20} aria-hidden="true" className={`shrink-0 ${look.ink}`} />
                <span className="min-w-0 flex-1 [overflow-wrap:anywhere]" lang="en" dir="auto">
                  {check.title}
                </span>
                <span className={`text-small ${look.ink}`}>{words.verdicts[check.verdict]}</span>
                <ChevronDown
                  size={20}
                  aria-hidden="true"
                  className="shrink-0 text-ink-600 group-open:rotate-180"
                />
              </summary>
              <ul className="mt-2 list-disc ps-8 text-small text-ink-700">
                {[...new Set(check.sentences)].map((sentence) => (
                  <li key={sentence} className="[overflow-wrap:anywhere]" lang="en" dir="auto">
                    {sentence}
                  </li>
                ))}
              </ul>
            </details>
          );
        })}
      </div>
    </div>
  );
}

const NAMED_FILES = 5;

function summaryOf({ verdict, damagedFiles, ...report }: PackageReport, { summaries }: PackageWords): string {
  if (damagedFiles.length > 0) {
    const names = damagedFiles.slice(0, NAMED_FILES).join(", ");
    const more = damagedFiles.length > NAMED_FILES ? ` (+${damagedFiles.length - NAMED_FILES})` : "";
    return summaries.changed.replace("{files}", `${names}${more}`);
  }
  if (report.package) return summaries[verdict];
  return verdict === "failed" ? summaries.unreadable : summaries.brokenOff;
}
