import { Button } from "./button.tsx";
import { inputClass } from "./text-field.tsx";

interface SearchFormProps {
  /** Says what can be searched for. */
  readonly label: string;
  readonly submit: string;
  /** What the list shows now. */
  readonly search: string;
  /** What stays chosen beside the search. */
  readonly hidden?: Readonly<Record<string, string | undefined>>;
  readonly className?: string;
}

/** Searches the list of this page by `?q=`, without a script as well. */
export function SearchForm({ label, submit, search, hidden = {}, className = "" }: SearchFormProps) {
  return (
    <search className={`block ${className}`}>
      <form className="flex flex-col gap-3 sm:flex-row">
        <input
          name="q"
          type="search"
          aria-label={label}
          defaultValue={search}
          maxLength={200}
          placeholder={label}
          className={`${inputClass} min-w-0 flex-1`}
        />
        {Object.entries(hidden).map(([name, value]) =>
          value ? <input key={name} type="hidden" name={name} value={value} /> : null,
        )}
        <Button type="submit" kind="secondary">
          {submit}
        </Button>
      </form>
    </search>
  );
}
