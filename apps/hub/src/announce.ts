/** Injection token of the way to tell a person something that must not go into a log. */
export const announceToken = Symbol('announce');

/** Tells a person something. */
export type Announce = (text: string) => void;
