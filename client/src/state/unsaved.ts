/** What is being written and may not be on the disk yet: whoever ends the page has it saved first. [PWA-4] */
export interface Unsaved {
  /** `save` resolves false where it failed. Returns a remove. */
  add(save: () => Promise<boolean>): () => void;
  /** True when everything is durable; false where something failed, or took longer than `patienceMs`. */
  saveAll(): Promise<boolean>;
}

export const createUnsaved = (patience: () => Promise<void>): Unsaved => {
  const saves = new Set<() => Promise<boolean>>();
  return {
    add: (save) => {
      saves.add(save);
      return () => void saves.delete(save);
    },
    saveAll: () => {
      const all = Promise.all([...saves].map((save) => save())).then((results) => results.every(Boolean));
      return Promise.race([all, patience().then(() => false)]);
    },
  };
};
