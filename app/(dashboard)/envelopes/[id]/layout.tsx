import type { ReactNode } from "react";
import { loadEnvelope } from "./load-envelope.ts";

interface EnvelopeLayoutProps {
  readonly children: ReactNode;
  readonly params: Promise<{ id: string }>;
}

/** Looks whether there is such an envelope before anything is sent: what is not there is answered with 404. */
export default async function EnvelopeLayout({ children, params }: EnvelopeLayoutProps) {
  await loadEnvelope((await params).id);
  return children;
}
