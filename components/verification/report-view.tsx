import type { ReactNode } from "react";
import { listSignatureWords } from "#lib/evidence/core/trust/list-view.ts";
import {
  type CheckWords,
  listHeadline,
  signatureWords,
  summaryIn,
} from "#lib/evidence/core/validation/describe-report.ts";
import { doneIn, foundIn } from "#lib/evidence/core/validation/finding-words.ts";
import type {
  FindingView,
  SignatureView,
  ValidationReport,
} from "#lib/evidence/core/validation/validation-report.ts";
import { LOOKS } from "./looks.ts";

interface ReportViewProps {
  readonly report: ValidationReport;
  readonly words: CheckWords;
  readonly locale: string;
  /** Nobody's roots but ours were trusted. */
  readonly isOurs: boolean;
}

/** What the check of a PDF found: one sentence first, then everything it rests on. */
export function ReportView({ report, words, locale, isOurs }: ReportViewProps) {
  const { file, signatures, revisions, findings } = report;
  const { Icon, tone } = LOOKS[report.verdict];
  const later = revisions.filter(({ changes }) => changes.length > 0);
  return (
    <div className="flex flex-col gap-6">
      <h2 id="verdict" className={`flex items-start gap-3 rounded-card border-s-4 px-4 py-4 text-h3 ${tone}`}>
        <Icon size={28} aria-hidden="true" className="shrink-0" />
        {summaryIn(report.summary, words, isOurs)}
      </h2>
      <dl className="text-small text-ink-700">
        <dt className="font-semibold text-ink-900">{words.file}</dt>
        <dd className="break-words">
          {file.name ?? "PDF"} · {words.bytes.replace("{count}", file.sizeBytes.toLocaleString(locale))}
        </dd>
        {file.sha256 ? (
          <dd dir="ltr" className="break-all font-mono text-mono text-as-parent">
            SHA-256 {file.sha256}
          </dd>
        ) : null}
      </dl>
      <Findings {...{ findings, words, locale }} title={words.findings} />
      {signatures.length > 0 ? (
        <section>
          <h3 className="mb-3 text-lead font-semibold">{words.signatures}</h3>
          <ol className="flex flex-col gap-3">
            {signatures.map((signature) => (
              <SignatureCard key={signature.number} {...{ signature, report, words, locale }} />
            ))}
          </ol>
        </section>
      ) : null}
      {later.length > 0 ? (
        <section>
          <h3 className="mb-3 text-lead font-semibold">{words.later}</h3>
          {later.map(({ number, changes }) => (
            <div key={number} className="mb-3 text-small">
              <p className="font-semibold">{words.revision.replace("{number}", String(number))}</p>
              <ul className="list-disc ps-5">
                {changes.map(({ verdict, message, code, object }) => (
                  <li
                    key={`${code} ${object} ${message}`}
                    className={verdict === "forbidden" ? "text-bad-700" : ""}
                  >
                    {words.changes[verdict]}{" "}
                    <Told sentence={doneIn({ code }, words)} record={message} locale={locale} />
                  </li>
                ))}
              </ul>
            </div>
          ))}
        </section>
      ) : null}
      {report.trustLists.length > 0 ? (
        <section className="text-small">
          <h3 className="mb-1 text-base font-semibold">{words.lists}</h3>
          <ul className="list-disc ps-5">
            {report.trustLists.map((list) => (
              <li key={list.sha256} className="[overflow-wrap:anywhere]">
                <English>
                  {listHeadline(list)} {listSignatureWords(list.signature)}
                </English>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      <p className="text-small text-ink-700">
        {words.limits.asked}
        <br />
        {words.limits.looks}
      </p>
    </div>
  );
}

function SignatureCard({
  signature,
  report,
  words,
  locale,
}: {
  readonly signature: SignatureView;
} & Pick<ReportViewProps, "report" | "words" | "locale">) {
  const { headline, sentences, findings } = signatureWords(signature, report, words);
  const { Icon, ink } = LOOKS[signature.verdict];
  return (
    <li className="rounded-card border border-line bg-paper p-4">
      <h4 className="mb-1 flex items-start gap-2 font-semibold">
        <Icon size={20} aria-hidden="true" className={`mt-0.5 shrink-0 ${ink}`} />
        <span className="min-w-0 break-words">{headline}</span>
      </h4>
      <ul className="flex flex-col gap-0.5 text-small text-ink-700">
        {sentences.map((sentence) => (
          <li key={sentence} className="break-words">
            {sentence}
          </li>
        ))}
      </ul>
      <Findings {...{ findings, words, locale }} title={null} />
    </li>
  );
}

/** What the check itself wrote: it is kept in English. */
function English({ children }: { readonly children: ReactNode }) {
  return (
    <span lang="en" dir="auto">
      {children}
    </span>
  );
}

/** What was found, in the reader's language; then the record of it, which has the names and numbers. */
function Told({ sentence, record, locale }: { sentence: string; record: string; locale: string }) {
  if (locale.startsWith("en")) return record;
  return (
    <>
      {sentence}
      <span className="block text-ink-600">
        <English>{record}</English>
      </span>
    </>
  );
}

function Findings({
  findings,
  title,
  words,
  locale,
}: {
  readonly findings: readonly FindingView[];
  readonly title: string | null;
} & Pick<ReportViewProps, "words" | "locale">) {
  if (findings.length === 0) return null;
  return (
    <section className="text-small">
      {title ? <h3 className="mb-1 text-base font-semibold">{title}</h3> : null}
      <ul className="mt-1 list-disc ps-5">
        {findings.map((finding) => (
          <li
            key={`${finding.code} ${finding.message}`}
            className={finding.severity === "error" ? "font-medium text-bad-700" : "text-ink-700"}
          >
            <Told sentence={foundIn(finding, words)} record={finding.message} locale={locale} />
          </li>
        ))}
      </ul>
    </section>
  );
}
