/** A folder, and the one it lies in. */
interface Folder {
  readonly id: string;
  readonly name: string;
  readonly parentId: string | null;
}

/** The folders it lies in, from the top, with itself at the end; what goes round in a circle ends there. */
function lineOf<F extends Folder>(folder: F, all: readonly F[]): F[] {
  const line = [folder];
  for (;;) {
    const parent = all.find(({ id }) => id === line[0]!.parentId);
    if (!parent || line.includes(parent)) return line;
    line.unshift(parent);
  }
}

/** Its name after those of the folders it lies in. */
export const pathOf = <F extends Folder>(folder: F, all: readonly F[]): string =>
  lineOf(folder, all)
    .map(({ name }) => name)
    .join(" / ");

/** Whether it is that folder, or lies in it at however many removes. */
export const isWithin = <F extends Folder>(folder: F, id: string, all: readonly F[]): boolean =>
  lineOf(folder, all).some((one) => one.id === id);

/** At the top: 1. */
export const depthOf = <F extends Folder>(folder: F, all: readonly F[]): number => lineOf(folder, all).length;

/** With nothing in it: 1. */
export function heightOf<F extends Folder>(folder: F, all: readonly F[]): number {
  const own = depthOf(folder, all);
  const inside = all.filter((one) => isWithin(one, folder.id, all));
  return Math.max(...inside.map((one) => depthOf(one, all) - own + 1), 1);
}
