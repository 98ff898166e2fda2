export interface Axis {
  readonly label: string;
  readonly unit?: string;
}

/** `date`: positions are milliseconds since 1970, UTC. */
export interface PositionAxis extends Axis {
  readonly of?: 'number' | 'date';
}

export const axisTitle = ({ label, unit }: Axis): string => (unit ? `${label} (${unit})` : label);
