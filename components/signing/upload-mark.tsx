"use client";

import { type ChangeEvent, useEffect, useId, useRef, useState } from "react";
import { Notice } from "#components/ui/notice.tsx";
import { type Crop, WHOLE } from "./crop.ts";
import { CropPicture } from "./crop-picture.tsx";
import { cropPicture, fitPicture } from "./fit-picture.ts";
import { fillIn, type SignWords } from "./words.ts";

const MEGABYTE = 1024 * 1024;
const LARGEST = 5 * MEGABYTE;
const KINDS = ["image/png", "image/jpeg"];

export interface Picture {
  readonly base64: string;
  readonly file: File;
}

export interface UploadMarkProps {
  readonly picture: Picture | null;
  onPicture(picture: Picture | null): void;
  readonly words: SignWords["adopt"];
}

export function UploadMark({ picture, onPicture, words }: UploadMarkProps) {
  const [problem, setProblem] = useState<string | null>(null);
  const [whole, setWhole] = useState<File | null>(null);
  const [crop, setCrop] = useState<Crop>(WHOLE);
  const source = useObjectUrl(whole ?? picture?.file ?? null);
  const id = useId();
  /** Reading one takes a while, and another may be chosen meanwhile. */
  const newest = useRef(0);

  async function choose(event: ChangeEvent<HTMLInputElement>) {
    const file = event.target.files?.[0];
    if (!file) return;
    const chosen = ++newest.current;
    const isKind = KINDS.includes(file.type);
    const fitting = isKind ? await fitPicture(file, LARGEST) : null;
    const base64 = fitting ? await readBase64(fitting) : "";
    if (chosen !== newest.current) return;
    const tooLarge = () => fillIn(words.fileTooLarge, { size: Math.ceil(file.size / MEGABYTE) });
    setProblem(fitting ? null : isKind ? tooLarge() : words.fileKind);
    setWhole(fitting);
    setCrop(WHOLE);
    onPicture(fitting ? { file: fitting, base64 } : null);
  }

  async function cut(next: Crop) {
    const from = whole ?? picture?.file;
    if (!from) return;
    const chosen = ++newest.current;
    setWhole(from);
    setCrop(next);
    const part = await cropPicture(from, next, LARGEST);
    const base64 = part ? await readBase64(part) : "";
    if (chosen === newest.current && part) onPicture({ file: part, base64 });
  }

  return (
    <div>
      <label htmlFor={id} className="mb-1 block font-medium">
        {words.file}
      </label>
      <input
        id={id}
        type="file"
        accept={KINDS.join(",")}
        aria-describedby={`${id}-hint`}
        aria-invalid={problem ? true : undefined}
        onChange={choose}
        className="block w-full min-h-12 rounded-control border border-line-strong bg-paper p-1.5 text-base file:me-3 file:min-h-9 file:rounded-control file:border-0 file:bg-action-50 file:px-3 file:font-medium file:text-action-700"
      />
      <p id={`${id}-hint`} className="mt-1 text-ink-600">
        {words.fileHint}
      </p>
      {problem ? (
        <div className="mt-2">
          <Notice tone="bad">{problem}</Notice>
        </div>
      ) : null}
      {source ? (
        <CropPicture source={source} crop={crop} onCrop={(next) => void cut(next)} words={words} />
      ) : null}
    </div>
  );
}

function useObjectUrl(file: File | null): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (!file) return setUrl(null);
    const made = URL.createObjectURL(file);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  return url;
}

function readBase64(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(",")[1] ?? "");
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
