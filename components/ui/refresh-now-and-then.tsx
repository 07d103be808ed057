"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";

const PAUSE_MS = 5_000;

/** Looks again every few seconds while the page is in sight: what is new comes by itself. */
export function RefreshNowAndThen() {
  const router = useRouter();
  useEffect(() => {
    const look = () => document.hidden || router.refresh();
    const timer = setInterval(look, PAUSE_MS);
    return () => clearInterval(timer);
  }, [router]);
  return null;
}
