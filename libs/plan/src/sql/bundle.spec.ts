import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const bundle = async (contents: string): Promise<{ text: string; errors: number }> => {
  const made = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL('../..', import.meta.url)), loader: 'ts' }, bundle: true, write: false, format: 'esm', platform: 'browser', target: 'es2024', conditions: ['@podnet/source', 'browser'], logLevel: 'silent',
  }).catch(() => null);
  return { text: made?.outputFiles[0]?.text ?? '', errors: made === null ? 1 : 0 };
};

describe('in a bundle for browsers', () => {
  it('plans come without the parser of SQL', async () => {
    const { text, errors } = await bundle("import { scan, parsePlan } from '@podnet/plan'; console.log(scan, parsePlan);");
    expect(errors).toBe(0);
    expect(text).not.toMatch(/pg_query|PgQueryModule|libpg-query/);
  }, 60_000);

  it('the parser stays outside, and nothing of Node comes with what asks for it', async () => {
    const { text, errors } = await bundle("import { planOfSql, loadSqlParser } from '@podnet/plan/sql'; console.log(planOfSql, loadSqlParser);");
    expect(errors).toBe(0);
    expect(text).not.toMatch(/pg_query|PgQueryModule|from ?["']node:/);
  }, 60_000);
});
