/** What one check of the doctor found. */
export interface Finding {
  check: string;
  passed: boolean;
  says: string;
  /** What to do; only when it failed. */
  fix?: string;
}

export const good = (check: string, says: string): Finding => ({ check, passed: true, says });
export const bad = (check: string, says: string, fix: string): Finding => ({ check, passed: false, says, fix });
