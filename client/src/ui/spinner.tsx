import { LoaderCircle } from 'lucide-react';

/** Beside words that say what is under way; seen only when it takes a moment. */
export const Spinner = () => (
  <span className="after-a-moment inline-flex" aria-hidden="true">
    <LoaderCircle size={16} className="animate-spin" />
  </span>
);
