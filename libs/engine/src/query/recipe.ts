import type { ReleasedFamily } from '@podnet/plan';

/** What decided the sets of a released family besides its plan and carrier. */
export interface Making {
  /** Below which sizes groups were dropped when the sets were made. */
  readonly suppress: readonly (readonly [dataset: string, least: number])[];
  /** Version of every dataset that the plan scans; for tables of the modeller the hash of their content. */
  readonly sources: readonly (readonly [name: string, version: string])[];
  /** Digest of the carriers that the plan had when it was analysed: another analysis may count other people under the same number. */
  readonly carriers: string;
}

export const encodeMaking = (making: Making): string => JSON.stringify(making);

export function decodeMaking({ recipe: { making } }: ReleasedFamily): Making {
  const { suppress, sources, carriers } = (making === null ? {} : JSON.parse(making)) as Partial<Making>;
  return { suppress: suppress ?? [], sources: sources ?? [], carriers: carriers ?? '' };
}
