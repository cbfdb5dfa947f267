/** True in a still picture of the page: what has to measure itself first shows its rows without. [PWA-6] */
import { createContext, use } from 'react';

export const StillContext = createContext(false);

export const useIsStill = (): boolean => use(StillContext);
