/** The mark of the application, as in its icon. */
export const Wordmark = () => (
  <svg viewBox="0 0 512 512" role="img" aria-label="Kith" className="size-14">
    <rect width="512" height="512" rx="116" fill="#1f6f5c" />
    <path d="M150 128v256" stroke="#fff" strokeWidth="52" strokeLinecap="round" />
    <path
      d="M342 140 210 256l132 116"
      fill="none"
      stroke="#fff"
      strokeWidth="52"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
    <circle cx="384" cy="256" r="34" fill="#f4b860" />
  </svg>
);
