import { Notice } from "#components/ui/notice.tsx";

interface ShownOnceProps {
  readonly title: string;
  /** What it is called, and what is copied. */
  readonly rows: readonly (readonly [label: string, value: string])[];
}

/** What can be read now and never again, such as the secret of a program: each value is chosen by one click. */
export function ShownOnce({ title, rows }: ShownOnceProps) {
  return (
    <Notice tone="good">
      <p className="font-medium">{title}</p>
      <dl className="mt-2 flex flex-col gap-2 text-ink-900">
        {rows.map(([label, value]) => (
          <div key={label}>
            <dt className="text-small text-ink-700">{label}</dt>
            <dd className="font-mono select-all [overflow-wrap:anywhere]">{value}</dd>
          </div>
        ))}
      </dl>
    </Notice>
  );
}
