import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const bundle = async (contents: string, external: string[] = []): Promise<{ text: string; errors: number }> => {
  const made = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL('../..', import.meta.url)), loader: 'ts' }, bundle: true, write: false, format: 'esm', platform: 'browser', target: 'es2024', conditions: ['@podnet/source', 'browser'], logLevel: 'silent', external,
  }).catch(() => null);
  return { text: made?.outputFiles[0]?.text ?? '', errors: made === null ? 1 : 0 };
};

describe('in a bundle for browsers', () => {
  it('plans come without the parser of SQL', async () => {
    const { text, errors } = await bundle("import { scan, parsePlan } from '@podnet/plan'; console.log(scan, parsePlan);");
    expect(errors).toBe(0);
    expect(text).not.toMatch(/pg_query|PgQueryModule|libpg-query/);
  }, 60_000);

  it('the parser comes only when it is asked for, and only where a bundle leaves it outside', async () => {
    const asked = "import { planOfSql, loadSqlParser } from '@podnet/plan/sql'; console.log(planOfSql, loadSqlParser);";
    const { text, errors } = await bundle(asked, ['libpg-query']);
    expect(errors).toBe(0);
    expect(text).toMatch(/import\("libpg-query"\)/);
    expect(text).not.toMatch(/from ?["']node:/);
  }, 60_000);
});
