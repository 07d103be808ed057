export interface ProgressProps {
  readonly label: string;
  /** From 0 to 1; null while nobody knows how long it takes. */
  readonly value: number | null;
}

/** How far something has come. */
export function Progress({ label, value }: ProgressProps) {
  const percent = value === null ? undefined : Math.round(value * 100);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      className="h-2 w-full overflow-hidden rounded-full bg-line"
    >
      <div
        className={`h-full rounded-full bg-action-700 ${percent === undefined ? "progress-unknown w-1/3" : "transition-[width] duration-150"}`}
        style={percent === undefined ? undefined : { width: `${percent}%` }}
      />
    </div>
  );
}
