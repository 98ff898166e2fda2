export { browserStore } from './browser-store.ts';
