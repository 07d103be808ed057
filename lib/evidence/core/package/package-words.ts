import { createTranslator } from "use-intl/core";
import messages from "../../../../messages/en/evidence-package.json" with { type: "json" };

/** Words of the papers in a package, by key and in ICU message syntax. */
export type PackageWords = (key: string, values?: Readonly<Record<string, string | number>>) => string;

export function packageWords(): PackageWords {
  const translator = createTranslator({
    locale: "en",
    messages,
    onError(error) {
      throw error;
    },
  });
  return translator as unknown as PackageWords;
}

/** Every text below a key, in the order of the file. */
export function wordsBelow(words: PackageWords, key: string): string[] {
  const found: string[] = [];
  const group = key
    .split(".")
    .reduce<unknown>((value, part) => (value as Record<string, unknown>)[part], messages);
  for (const name of Object.keys(group as object)) found.push(words(`${key}.${name}`));
  return found;
}
