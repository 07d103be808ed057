"use client";

import { Radio, RefreshCw } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";

const GATHER_MS = 250;
const POLL_MS = 10_000;

interface LiveRefreshProps {
  readonly id: string;
  /** Nothing much happens any more; what does is still shown. */
  readonly isOver: boolean;
}

/** Keeps the page as it is on the server: told by it, or, where that does not get through, by asking. */
export function LiveRefresh({ id, isOver }: LiveRefreshProps) {
  const t = useTranslations("app.live");
  const router = useRouter();
  const [isLive, setLive] = useState(false);

  useEffect(() => {
    let source: EventSource | null = null;
    let gathering: ReturnType<typeof setTimeout> | undefined;
    // What happened between the page and the first word from the server.
    let hasMissed = true;
    const look = () => {
      clearTimeout(gathering);
      gathering = setTimeout(() => router.refresh(), GATHER_MS);
    };
    const open = () => {
      source = new EventSource(`/envelopes/${id}/live`);
      source.onopen = () => {
        setLive(true);
        if (hasMissed) look();
        hasMissed = false;
      };
      source.onmessage = look;
      source.onerror = () => {
        setLive(false);
        hasMissed = true;
      };
    };
    const close = () => {
      source?.close();
      source = null;
    };
    // A hidden window would only use up one of the few connections a browser opens to one site.
    const followVisibility = () => {
      if (document.hidden) {
        hasMissed = true;
        close();
      } else if (!source || source.readyState === EventSource.CLOSED) open();
    };
    const polling = setInterval(() => {
      if (document.hidden || source?.readyState === EventSource.OPEN) return;
      router.refresh();
      if (source?.readyState === EventSource.CLOSED) open();
    }, POLL_MS);
    document.addEventListener("visibilitychange", followVisibility);
    if (!document.hidden) open();
    return () => {
      document.removeEventListener("visibilitychange", followVisibility);
      clearInterval(polling);
      clearTimeout(gathering);
      close();
    };
  }, [id, router]);

  if (isOver) return null;
  return (
    <p className="-mt-4 mb-4 flex items-center gap-1.5 text-small text-ink-600" data-live={isLive}>
      {isLive ? (
        <Radio aria-hidden="true" className="size-4 text-good-700" />
      ) : (
        <RefreshCw aria-hidden="true" className="size-4" />
      )}
      {isLive ? t("on") : t("off")}
    </p>
  );
}
