/** Where something is about to be; shown only when it takes a while. */
export function Skeleton({ className = "" }: { readonly className?: string }) {
  return <span aria-hidden="true" className={`skeleton block rounded-control bg-line ${className}`} />;
}

/** Says once that something is loading, and shows rows in its place. */
export function SkeletonRows({ label, rows = 6 }: { readonly label: string; readonly rows?: number }) {
  return (
    <div>
      <p role="status" className="sr-only">
        {label}
      </p>
      <div className="skeleton flex flex-col divide-y divide-line rounded-card border border-line bg-paper">
        {Array.from({ length: rows }, (_, row) => row).map((row) => (
          <div key={row} className="flex items-center gap-4 px-5 py-4">
            <span className="h-4 flex-1 rounded-control bg-line" />
            <span className="h-4 w-24 rounded-control bg-line" />
            <span className="hidden h-4 w-40 rounded-control bg-line sm:block" />
          </div>
        ))}
      </div>
    </div>
  );
}
