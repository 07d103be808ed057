import type { useTranslations } from "next-intl";

type Words = ReturnType<typeof useTranslations<"refusals">>;

/** The sentence for a refusal's code; a bug names what to look for in the log. */
export function refusalText(
  refusals: Words,
  { code, reference }: { readonly code: string; readonly reference?: string },
): string {
  const key = code as "input/invalid";
  if (code !== "internal" && refusals.has(key)) return refusals(key);
  return refusals("internal", { reference: reference ?? "none" });
}
