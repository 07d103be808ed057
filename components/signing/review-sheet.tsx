"use client";

import { type ReactNode, useEffect, useRef } from "react";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { type FieldType, isFile } from "#lib/envelopes/core/fields/field-types.ts";
import { groupOf } from "#lib/envelopes/core/fields/form-field.ts";
import type { FieldState } from "#lib/envelopes/core/fields/form-state.ts";
import type { Meaning } from "#lib/envelopes/core/meanings.ts";
import { type RecipientRole, ROLE_SUFFIX } from "#lib/envelopes/core/roles.ts";
import { FINISH_BUTTON } from "#lib/signing/core/finish-button.ts";
import type { CeremonyDocument, CeremonyFieldView } from "#lib/signing/open-ceremony.ts";
import { labelOf } from "./field-box.tsx";
import { problemElsewhere } from "./problem-words.ts";
import { Sheet } from "./sheet.tsx";
import { svgSource } from "./svg-source.ts";
import type { FieldValue } from "./value-queue.ts";
import { fillIn, type SignWords } from "./words.ts";

export interface ReviewSheetProps {
  readonly isOpen: boolean;
  readonly role: RecipientRole;
  /** What the signature means, where the sender says so. */
  readonly meaning: Meaning | null;
  /** For whom they act; empty for themselves. */
  readonly onBehalfOf: string;
  readonly title: string;
  readonly documents: readonly CeremonyDocument[];
  readonly fields: readonly CeremonyFieldView[];
  readonly values: ReadonlyMap<string, FieldValue>;
  readonly form: {
    readonly states: ReadonlyMap<string, FieldState>;
    readonly written: ReadonlyMap<string, string>;
  };
  readonly fileNames: ReadonlyMap<string, string>;
  /** Who comes next, to be said first; null where the sender knows. */
  readonly next: ReactNode;
  readonly isBusy: boolean;
  readonly problem: string | null;
  /** What is wrong with an answer, in words. */
  problemOf(field: CeremonyFieldView): string | null;
  readonly words: Pick<SignWords, "review" | "field">;
  onEdit(fieldId: string): void;
  onFinish(wording: string): void;
  onClose(): void;
}

/** What is signed by whoever states something about somebody else's signature is said in words of its own. */
const LEGAL_SUFFIX: Readonly<Partial<Record<RecipientRole, "Witness" | "Notary">>> = {
  witness: "Witness",
  notary: "Notary",
};

/** Every answer once more, before the step that cannot be taken back (UETA §10(2)). */
export function ReviewSheet(props: ReviewSheetProps) {
  const { isOpen, role, meaning, onBehalfOf, title, fields, isBusy, problem, words, onFinish, onClose } =
    props;
  const { review } = words;
  const wording = review[FINISH_BUTTON[role]];
  return (
    <Sheet
      isOpen={isOpen}
      onClose={onClose}
      title={review[`heading${ROLE_SUFFIX[role]}`]}
      closeLabel={review.close}
      footer={
        <div className="flex flex-col gap-3">
          {problem ? <Notice tone="bad">{problem}</Notice> : null}
          <p>{fillIn(review[`legal${LEGAL_SUFFIX[role] ?? ROLE_SUFFIX[role]}`], { title })}</p>
          {meaning ? (
            <p className="font-medium">{fillIn(review.means, { meaning: review.meanings[meaning] })}</p>
          ) : null}
          {onBehalfOf ? (
            <p className="font-medium">{fillIn(review.onBehalf, { party: onBehalfOf })}</p>
          ) : null}
          <div className="flex flex-col gap-2 sm:flex-row-reverse">
            <Button size="large" isBusy={isBusy} onClick={() => onFinish(wording)} className="sm:flex-1">
              {wording}
            </Button>
            <Button kind="secondary" size="large" onClick={onClose}>
              {review.back}
            </Button>
          </div>
        </div>
      }
    >
      {props.next}
      {fields.length > 0 ? (
        <>
          <Wrong {...props} />
          <p className="mb-2 text-ink-700">{review.lead}</p>
          <ul className="divide-y divide-line border-y border-line">
            {fields.filter(isListed).map((field) => (
              <Answer key={field.id} field={field} {...props} />
            ))}
          </ul>
        </>
      ) : (
        <ul className="list-disc ps-5">
          {props.documents.map(({ id, name }) => (
            <li key={id} dir="auto">
              {name}
            </li>
          ))}
        </ul>
      )}
    </Sheet>
  );
}

/** Everything that is wrong, each a way to where it is put right; it takes the focus as it appears. */
function Wrong({ fields, documents, problemOf, words, onEdit }: ReviewSheetProps) {
  const wrong = fields.flatMap((field) => {
    const problem = problemOf(field);
    if (problem === null) return [];
    const named = { ...field, label: field.settings.group || labelOf(field, words.field) };
    return [{ field, problem: problemElsewhere(named, problem, documents, words.field) }];
  });
  const list = useRef<HTMLDivElement>(null);
  const isAny = wrong.length > 0;
  useEffect(() => {
    if (isAny) list.current?.focus();
  }, [isAny]);
  if (!isAny) return null;
  return (
    <div ref={list} tabIndex={-1} role="alert" className="mb-4 rounded-control border-2 border-bad-700 p-3">
      <p className="font-semibold">{words.review.wrong}</p>
      <ul>
        {wrong.map(({ field, problem }) => (
          <li key={field.id}>
            <button
              type="button"
              onClick={() => onEdit(field.id)}
              className="min-h-11 py-2 text-start text-bad-700 underline"
            >
              {problem}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Of a group its first stands for all; what is only shown is no answer. */
function isListed(field: CeremonyFieldView, index: number, all: readonly CeremonyFieldView[]): boolean {
  const group = groupOf(field);
  if (group !== null) return all.findIndex((other) => groupOf(other) === group) === index;
  return field.type !== "decline" && field.type !== "link" && field.type !== "note";
}

function Answer({
  field,
  documents,
  values,
  fields,
  form,
  fileNames,
  words,
  onEdit,
}: ReviewSheetProps & { field: CeremonyFieldView }) {
  const group = groupOf(field);
  const label = (group !== null && field.settings.group) || labelOf(field, words.field);
  const state = form.states.get(field.id)!;
  const page = field.page + 1;
  const document = documents.find(({ id }) => id === field.documentId);
  const place =
    documents.length > 1 && document
      ? fillIn(words.review.pageOf, { name: document.name, page })
      : fillIn(words.review.page, { page });
  return (
    <li className="flex items-center gap-3 py-2">
      <div className="min-w-0 flex-1">
        <p className="text-ink-600">
          {label} · {place}
        </p>
        {group === null ? (
          <AnswerValue
            {...{ field, words }}
            state={values.get(field.id)}
            written={fileNames.get(field.id) ?? form.written.get(field.id) ?? ""}
          />
        ) : (
          <p>
            {fields
              .filter((other) => groupOf(other) === group && form.states.get(other.id)!.value !== "")
              .map((other) => labelOf(other, words.field))
              .join(", ") || words.review.empty}
          </p>
        )}
      </div>
      {field.type === "date" || state.isFixed ? null : (
        <Button
          kind="quiet"
          aria-label={fillIn(words.review.editField, { label, page })}
          onClick={() => onEdit(field.id)}
        >
          {words.review.edit}
        </Button>
      )}
    </li>
  );
}

interface AnswerValueProps {
  readonly field: CeremonyFieldView;
  readonly state: FieldValue | undefined;
  readonly written: string;
  readonly words: Pick<SignWords, "review" | "field">;
}

function AnswerValue({ field, state, written, words }: AnswerValueProps) {
  const { review } = words;
  const value = isFile(field.type) ? (state?.value ?? "") : written || (state?.value ?? "");
  if (field.type === "date") return <p>{review.atFinish}</p>;
  if (field.type === "checkbox") return <p>{value === "" ? review.unchecked : review.checked}</p>;
  if (value === "") return <p className="text-ink-600 italic">{review.empty}</p>;
  if (field.type === "approve") return <p>{review.approved}</p>;
  if (field.type === "attachment") return <p className="break-words">{written}</p>;
  if (PICTURED.has(field.type))
    return state?.svg ? (
      <img
        src={svgSource(state.svg)}
        alt={written || words.field[field.type]}
        className="h-14 max-w-full bg-white object-contain object-left rtl:object-right forced-color-adjust-none"
      />
    ) : (
      <p>{words.field.saving}</p>
    );
  return (
    <p className="break-words whitespace-pre-wrap" dir="auto">
      {value}
    </p>
  );
}

const PICTURED = new Set<FieldType>(["signature", "initials", "stamp", "image"]);
