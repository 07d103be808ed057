"use client";

import { useEffect, useMemo, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { qrCode } from "#lib/pdf/drawing/qr-code.ts";
import { QrPicture } from "./qr-picture.tsx";
import { Sheet } from "./sheet.tsx";
import { type Telephone, TelephoneMark } from "./telephone-mark.tsx";
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
        <Move {...{ words, onClose }} shared={rest.shared} />
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

/** The address of this page is a link like the one in the mail: another device has to show once more who holds it. */
function Move({ words, shared, onClose }: Pick<TelephoneSheetProps, "words" | "shared" | "onClose">) {
  const [address, setAddress] = useState("");
  useEffect(() => setAddress(window.location.origin + window.location.pathname), []);
  const qr = address ? qrCode(address) : null;
  return (
    <div className="flex flex-col gap-4">
      <p>{words.moveLead}</p>
      {qr ? <QrPicture modules={qr} label={shared.picture} /> : null}
      <details>
        <summary className="min-h-11 cursor-pointer py-2.5 text-action-700">{shared.byHand}</summary>
        <p className="font-mono text-small break-all select-all">{address}</p>
      </details>
      <Button kind="secondary" onClick={onClose} className="self-start">
        {words.moveCancel}
      </Button>
    </div>
  );
}
