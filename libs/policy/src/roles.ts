import { releaseKinds, type Release } from './release.ts';

/** The five roles, strongest first. The table of what each permits is data, in this file; nobody branches on a role's name. */
export const roleNames = ['super-modeller', 'general-modeller', 'dp-restricted-modeller', 'metrics-only', 'viewer'] as const;

export type RoleName = (typeof roleNames)[number];

/** A cell of the table. `with DP`: only a differentially private task. `epsilonAtMost` is inclusive, and needs an epsilon. */
export type Condition = 'yes' | 'no' | 'with DP' | { readonly epsilonAtMost: number };

type Cells<T> = readonly [superModeller: T, generalModeller: T, dpRestricted: T, metricsOnly: T, viewer: T];

const tenAtMost: Condition = { epsilonAtMost: 10 };
const threeAtMost: Condition = { epsilonAtMost: 3 };

/** Protocols by role, strongest role first. */
export const protocolCells: Readonly<Record<string, Cells<'yes' | 'no'>>> = {
  'federated-averaging': ['yes', 'yes', 'yes', 'no', 'no'],
  'results-only': ['yes', 'yes', 'yes', 'yes', 'no'],
  'private-set-intersection': ['yes', 'yes', 'no', 'no', 'no'],
};

/** Any installed protocol that has no line of its own. */
export const otherProtocolCells: Cells<'yes' | 'no'> = ['yes', 'no', 'no', 'no', 'no'];

/** Algorithms by role, strongest role first. */
export const algorithmCells: Readonly<Record<string, Cells<Condition>>> = {
  'model-training': ['yes', 'yes', 'with DP', 'no', 'no'],
  'model-evaluation': ['yes', 'yes', 'with DP', 'yes', 'no'],
  'model-training-and-evaluation': ['yes', 'yes', 'with DP', 'yes', 'no'],
  'private-sql-query': ['yes', tenAtMost, threeAtMost, 'no', 'no'],
  'compute-intersection-rsa': ['yes', 'yes', 'no', 'no', 'no'],
  'model-inference': ['yes', 'no', 'no', 'no', 'no'],
  'sql-query': ['yes', 'no', 'no', 'no', 'no'],
  'column-average': ['yes', 'no', 'no', 'no', 'no'],
  'frame-query': ['yes', 'yes', 'no', 'no', 'no'],
  // Lists and deletes the asker's own frames; reading one is a query.
  'stored-frames': ['yes', 'yes', 'no', 'no', 'no'],
};

/** Any installed algorithm that has no line of its own. */
export const otherAlgorithmCells: Cells<Condition> = ['yes', 'no', 'no', 'no', 'no'];

/** What a role says of people and of whole tasks, beside the cells above. */
interface RoleTraits {
  label: string;
  /** One line for lists and forms. */
  summary: string;
  /** Shown wherever the role is assigned. */
  warning: string | null;
  installedModels: boolean;
  /** `by extra`: only a model that an extra of the grant names by reference and hash. */
  customModels: 'any' | 'by extra' | 'never';
  /** Whether protocols and algorithms that the modeller brings may run. */
  customCode: boolean;
  /** Kinds of answer that may leave the pod; extras never widen it. */
  releases: readonly Release[];
  /** Every task, whatever its algorithm, must be differentially private. */
  alwaysPrivate: boolean;
  /** Epsilon that a grant of this role may expend over all its tasks on a pod; null: no budget. */
  epsilonBudget: number | null;
  /** Sees the pod, its published schema and its status. */
  explores: boolean;
}

const traits: Cells<RoleTraits> = [
  {
    label: 'Super Modeller',
    summary: 'Runs any protocol, algorithm and model, custom ones included.',
    warning: 'A Super Modeller may run custom models and arbitrary code on the data and take any result away. Assign it only to people you would hand the data to.',
    installedModels: true,
    customModels: 'any',
    customCode: true,
    releases: releaseKinds,
    alwaysPrivate: false,
    epsilonBudget: null,
    explores: true,
  },
  {
    label: 'General Modeller',
    summary: 'Trains and evaluates models; private SQL up to epsilon 10; custom models only when the grant names them.',
    warning: null,
    installedModels: true,
    customModels: 'by extra',
    customCode: false,
    // The lines of algorithms decide for this role; an extra that names one must be able to answer.
    releases: releaseKinds,
    alwaysPrivate: false,
    epsilonBudget: null,
    explores: true,
  },
  {
    label: 'DP Restricted Modeller',
    summary: 'Every task is differentially private, within a budget of epsilon 3; no custom models.',
    warning: null,
    installedModels: true,
    customModels: 'never',
    customCode: false,
    releases: ['metrics', 'weights', 'statistics'],
    alwaysPrivate: true,
    epsilonBudget: 3,
    explores: true,
  },
  {
    label: 'Metrics Only',
    summary: 'Evaluates installed models; nothing but metrics leaves the pod.',
    warning: null,
    installedModels: true,
    customModels: 'never',
    customCode: false,
    releases: ['metrics'],
    alwaysPrivate: false,
    epsilonBudget: null,
    explores: true,
  },
  {
    label: 'Viewer',
    summary: 'Sees the pod, its published schema and its status; runs nothing.',
    warning: null,
    installedModels: false,
    customModels: 'never',
    customCode: false,
    releases: [],
    alwaysPrivate: false,
    epsilonBudget: null,
    explores: true,
  },
];

/** A condition in the form that is compared: one shape for all four. */
export interface Terms {
  permitted: boolean;
  /** The task must be differentially private. */
  privately: boolean;
  /** Greatest epsilon of one task, inclusive; Infinity: not limited. */
  epsilon: number;
}

/** One column of the table: everything that one role permits. */
export interface RoleRow extends RoleTraits {
  name: RoleName;
  protocols: ReadonlyMap<string, boolean>;
  otherProtocols: boolean;
  algorithms: ReadonlyMap<string, Terms>;
  otherAlgorithms: Terms;
}

function termsOf(condition: Condition): Terms {
  if (typeof condition === 'object') return { permitted: true, privately: true, epsilon: condition.epsilonAtMost };
  return { permitted: condition !== 'no', privately: condition === 'with DP', epsilon: Infinity };
}

function cell<T>(cells: Cells<T>, column: number): T {
  return cells[column as 0];
}

/** The table by role, strongest first. */
export const roleRows: readonly RoleRow[] = roleNames.map((name, column) => ({
  ...cell(traits, column),
  name,
  protocols: new Map(Object.entries(protocolCells).map(([protocol, cells]) => [protocol, cell(cells, column) === 'yes'])),
  otherProtocols: cell(otherProtocolCells, column) === 'yes',
  algorithms: new Map(Object.entries(algorithmCells).map(([algorithm, cells]) => [algorithm, termsOf(cell(cells, column))])),
  otherAlgorithms: termsOf(cell(otherAlgorithmCells, column)),
}));

const rowByName: ReadonlyMap<string, RoleRow> = new Map(roleRows.map((row) => [row.name, row]));
const rankByName: ReadonlyMap<string, number> = new Map(roleNames.map((name, rank) => [name, rank]));

/** What a role permits; `undefined` for a text that is no role. */
export const roleRow = (role: string): RoleRow | undefined => rowByName.get(role);

/** True for a text that is one of the five roles. */
export const isRoleName = (text: unknown): text is RoleName => typeof text === 'string' && rowByName.has(text);

/** The role as people read it: `DP Restricted Modeller`. */
export function roleLabel(role: RoleName): string {
  return rowByName.get(role)?.label ?? 'an unknown role';
}

/** What to say wherever the role is assigned, or null when there is nothing to warn of. */
export function roleWarning(role: RoleName): string | null {
  return rowByName.get(role)?.warning ?? null;
}

/** Orders roles strongest first: negative when `a` is the stronger one, 0 when equal. */
export function compareRoles(a: RoleName, b: RoleName): number {
  return (rankByName.get(a) ?? roleNames.length) - (rankByName.get(b) ?? roleNames.length);
}
