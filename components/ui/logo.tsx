export function Logo() {
  return (
    <svg aria-hidden="true" width="24" height="24" viewBox="0 0 24 24" fill="none">
      <rect x="3" y="2" width="18" height="20" rx="3" stroke="currentColor" strokeWidth="1.8" />
      <path
        d="M7 14.5c2.2-6 3.6-6 3.2-2.4-.3 2.6.9 2.5 2.2.4.9-1.5 1.6-1 1.7.2.1 1.2 1.2 1.2 2.9-.2"
        stroke="currentColor"
        strokeWidth="1.6"
        strokeLinecap="round"
      />
      <path d="M7 18h10" stroke="currentColor" strokeWidth="1.4" strokeLinecap="round" />
    </svg>
  );
}
