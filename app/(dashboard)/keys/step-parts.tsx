"use client";

import { Check, Circle, CircleDot, X } from "lucide-react";
import type { Route } from "next";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Instant } from "#components/ui/instant.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { RotationView } from "#lib/signing/get-rotation.ts";

/** What these found is an instant. */
const DATED: readonly string[] = ["life", "time-stamp"];

interface StepProps {
  readonly number: number;
  readonly at: number;
  readonly title: string;
  readonly children: ReactNode;
}

/** One step of an exchange; what is ahead shows its title only. */
export function Step({ number, at, title, children }: StepProps) {
  const t = useTranslations("app.keys.rotation");
  const place = number < at ? "done" : number === at ? "current" : "ahead";
  const Icon = { done: Check, current: CircleDot, ahead: Circle }[place];
  const tone = { done: "text-good-700", current: "text-action-700", ahead: "text-ink-600" }[place];
  return (
    <li
      aria-current={place === "current" ? "step" : undefined}
      className={`rounded-card border bg-paper px-4 py-4 sm:px-6 ${place === "current" ? "border-action-700" : "border-line"}`}
    >
      <h2 className="flex items-center gap-3 text-lead font-semibold">
        <Icon aria-hidden="true" className={`size-5 shrink-0 ${tone}`} />
        {number}. {title}
        <span className="sr-only">({t(`places.${place}`)})</span>
      </h2>
      {place === "ahead" ? null : <div className="mt-3 flex flex-col gap-3 sm:ps-8">{children}</div>}
    </li>
  );
}

interface ChecksProps {
  /** What was exchanged. */
  readonly of: "seal" | "authority";
  readonly checks: readonly { readonly name: string; readonly isGood: boolean; readonly found: string }[];
}

export function Checks({ checks, of }: ChecksProps) {
  const t = useTranslations("app.keys.rotation");
  const said = useTranslations(
    of === "seal" ? "app.keys.rotation.checks" : "app.keys.authorityRotation.checks",
  );
  return (
    <ul className="flex flex-col gap-2">
      {checks.map(({ name, isGood, found }) => (
        <li key={`${name} ${found}`} className="flex gap-3">
          {isGood ? (
            <Check aria-hidden="true" className="mt-0.5 size-5 shrink-0 text-good-700" />
          ) : (
            <X aria-hidden="true" className="mt-0.5 size-5 shrink-0 text-bad-700" />
          )}
          <span className="min-w-0">
            <span className="font-medium">{said(name as "key")}</span>{" "}
            <span className="sr-only">{t(isGood ? "holds" : "holdsNot")}</span>
            <span className="block text-small [overflow-wrap:anywhere] text-ink-600">
              {isGood && DATED.includes(name) ? <Instant at={found} withSeconds /> : found}
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
}

interface ProofProps {
  readonly proof: NonNullable<RotationView["proof"]>;
  /** What was exchanged. */
  readonly of: "seal" | "authority";
}

/** Documents sealed before, as they were validated after the switch. */
export function Proof({ proof, of }: ProofProps) {
  const t = useTranslations("app.keys.rotation");
  const said = useTranslations(of === "seal" ? "app.keys.rotation" : "app.keys.authorityRotation");
  const { documents } = proof;
  if (documents.length === 0) return <p>{said("nothingToProve")}</p>;
  const isGood = documents.every((one) => one.isGood);
  return (
    <>
      <Notice tone={isGood ? "good" : "bad"}>
        {said(isGood ? "proven" : "notProven", { count: documents.length })}
      </Notice>
      <ul className="flex flex-col gap-1 text-small">
        {documents.map(({ envelopeId, shortId, name, isGood }) => (
          <li key={`${envelopeId} ${name}`} className="flex gap-2">
            {isGood ? (
              <Check aria-hidden="true" className="size-4 shrink-0 text-good-700" />
            ) : (
              <X aria-hidden="true" className="size-4 shrink-0 text-bad-700" />
            )}
            <Link href={`/envelopes/env_${envelopeId.replaceAll("-", "")}` as Route} prefetch={false}>
              {name} ({shortId})
            </Link>
            <span className="sr-only">{t(isGood ? "holds" : "holdsNot")}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
