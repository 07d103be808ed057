import type { Metadata, Route } from "next";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { attests } from "#lib/envelopes/core/roles.ts";
import { CheckPage } from "../check-page.tsx";
import { loadCeremony } from "../load-ceremony.ts";
import { AttestationPage } from "./attestation-page.tsx";

interface PageProps {
  readonly params: Promise<{ token: string }>;
}

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  await loadCeremony((await params).token);
  return { title: (await getTranslations("sign.attestation"))("change") };
}

/** Where a witness or a notary changes what they state, until they sign. */
export default async function ChangeAttestationPage({ params }: PageProps) {
  const { token } = await params;
  const door = await loadCeremony(token);
  if (door.kind === "check") return <CheckPage token={token} view={door.check} />;
  if (door.view.status !== "ready" || !attests(door.view.me.role)) redirect(`/sign/${token}` as Route);
  return <AttestationPage token={token} view={door.view} />;
}
