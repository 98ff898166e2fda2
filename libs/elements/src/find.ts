import { z } from 'zod';
import type { AlgorithmManifest, Manifest, ModelManifest, ProtocolManifest } from './manifest.ts';
import { elements, findElement } from './registry.ts';

/** Every installed element. */
export const installed: readonly Manifest[] = elements.map(({ manifest }) => manifest);

/** Without a version, the latest. Null when no such protocol is installed. */
export const findProtocol = (name: string, version?: number): ProtocolManifest | null => findElement('protocol', name, version)?.manifest ?? null;

/** Without a version, the latest. Null when no such algorithm is installed. */
export const findAlgorithm = (name: string, version?: number): AlgorithmManifest | null => findElement('algorithm', name, version)?.manifest ?? null;

/** Without a version, the latest. Null when no such model is installed. */
export const findModel = (name: string, version?: number): ModelManifest | null => findElement('model', name, version)?.manifest ?? null;

/** The JSON Schema of an element's parameters as people write them: for editors and forms. */
export const paramsJsonSchema = ({ params }: Manifest): Record<string, unknown> => z.toJSONSchema(params, { io: 'input' }) as Record<string, unknown>;
