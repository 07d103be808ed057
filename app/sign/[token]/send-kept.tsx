"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";

/** Nothing is left to sign here: what waits on this device is sent, and then wiped off it. */
export function SendKept({ token }: { readonly token: string }) {
  const router = useRouter();
  useEffect(() => {
    void sendAndWipe(token).then((isSent) => {
      if (isSent) router.refresh();
    });
  }, [token, router]);
  return null;
}

async function sendAndWipe(token: string): Promise<boolean> {
  try {
    if (!(await indexedDB.databases()).some(({ name }) => name === "whereof-offline")) return false;
    const { Refused, SigningKit } = await import("#components/signing/offline/signing-kit.ts");
    const kit = await SigningKit.find(token);
    if (!kit) return false;
    if (kit.isChanged) {
      await kit.giveUp();
      return true;
    }
    const answer = await kit.send().catch((error: unknown) => {
      if (error instanceof Refused && error.code !== "authorize/check-missing") return null;
      throw error;
    });
    await kit.wipe();
    return answer !== null;
  } catch {
    // Without a network, or a browser that keeps nothing: the next visit tries again.
    return false;
  }
}
