/**
 * Asks the browser not to clear this origin's storage when space is short. To be called when there is something worth
 * keeping; browsers may ask the person. False: best effort as before. [BRW-8]
 */
export const askPersistentStorage = async (storage: StorageManager | undefined): Promise<boolean> => {
  if (storage?.persist === undefined) return false;
  try {
    return (await storage.persisted()) || (await storage.persist());
  } catch {
    return false; // refused by policy (private window, insecure context): the same as a no
  }
};
