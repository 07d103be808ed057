"use client";

import { useMemo } from "react";
import { Sheet } from "./sheet.tsx";
import { type Telephone, WHOLE_PAGE } from "./telephone.ts";
import { TelephoneMark } from "./telephone-mark.tsx";
import type { SignWords } from "./words.ts";

interface TelephoneSheetProps {
  /** The field that a file is given for; null where the whole page goes on there. */
  readonly fieldId: string | null;
  readonly telephone: Telephone;
  readonly words: SignWords["telephone"];
  readonly shared: SignWords["adopt"]["phone"];
  readonly closeLabel: string;
  /** The file is here. */
  onGiven(fieldId: string): void;
  onClose(): void;
}

/** Lets a telephone give the file for a field, or go on with all of it. */
export default function TelephoneSheet({
  fieldId,
  words,
  closeLabel,
  onClose,
  ...rest
}: TelephoneSheetProps) {
  const title = fieldId ? words.giveHeading : words.moveHeading;
  return (
    <Sheet isOpen onClose={onClose} title={title} closeLabel={closeLabel}>
      {fieldId ? (
        <GiveFile {...{ fieldId, words, closeLabel, onClose, ...rest }} />
      ) : (
        <Move {...{ words, closeLabel, onClose, ...rest }} />
      )}
    </Sheet>
  );
}

type GiveFileProps = TelephoneSheetProps & { readonly fieldId: string };

function GiveFile({ fieldId, telephone, words, shared, onGiven, onClose }: GiveFileProps) {
  const forField = useMemo(
    () => ({ ...telephone, begin: () => telephone.begin(fieldId) }),
    [telephone, fieldId],
  );
  const own = { lead: words.giveLead, drawing: words.giveBusy, cancel: words.giveCancel };
  return (
    <TelephoneMark
      telephone={forField}
      words={{ ...shared, ...own }}
      onStrokes={() => {}}
      onDone={() => onGiven(fieldId)}
      onClose={onClose}
    />
  );
}

/** Another device has to show once more who holds it; what is saved is there too. */
function Move({ telephone, words, shared, onClose }: Omit<TelephoneSheetProps, "fieldId">) {
  const forPage = useMemo(() => ({ ...telephone, begin: () => telephone.begin(WHOLE_PAGE) }), [telephone]);
  const own = { lead: words.moveLead, done: words.moveDone, cancel: words.moveCancel };
  return (
    <TelephoneMark telephone={forPage} words={{ ...shared, ...own }} onStrokes={() => {}} onClose={onClose} />
  );
}
