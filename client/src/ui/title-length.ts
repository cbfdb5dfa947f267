/** Letters that a title's field takes: few enough for any script to stay below `LIMITS.titleBytes`. */
export const TITLE_LENGTH = 100;
