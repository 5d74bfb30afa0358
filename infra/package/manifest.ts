// The package.json of the package, made of the project's.

type Versions = Readonly<Record<string, string>>;

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly private?: boolean;
  readonly type: string;
  readonly engines: Versions;
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string>>;
  readonly dependencies: Versions;
  readonly devDependencies: Versions;
}

/** Bundled with the functions, so that nothing that is installed loads them. */
const bundledOnly = ['@middy/core'];

/** Of the app that the construct is part of: a second copy would have constructs of its own. The command needs none of them. */
const peers = ['aws-cdk-lib', 'constructs'];

/**
 * Without the scripts and tools of the project, and without its Node: a `node` of ours must not take the place of theirs in
 * the scripts of an app. The paths of sources become those of dist/.
 */
export function packageManifest({ dependencies, devDependencies, ...own }: Manifest) {
  const { name, version, description, license, type, engines } = own;
  const built = (path: string) => `./dist/${path.replace(/^\.\//, '').replace(/\.ts$/, '.js')}`;
  const [needed, provided] = [
    Object.entries(dependencies).filter(([dependency]) => !bundledOnly.includes(dependency)),
    peers.map((peer) => [peer, `^${devDependencies[peer]}`] as const),
  ];
  return {
    ...{ name, version, description, license },
    // It is installed from its file: nobody has registered the name.
    private: own.private,
    ...{ type, engines },
    files: ['dist/**', '!dist/package.json.original'],
    bin: Object.fromEntries(Object.entries(own.bin).map(([command, path]) => [command, built(path)])),
    exports: Object.fromEntries(
      Object.entries(own.exports).map(([entry, path]) => [
        entry,
        { types: built(path).replace(/\.js$/, '.d.ts'), default: built(path) },
      ]),
    ),
    dependencies: Object.fromEntries(needed),
    peerDependencies: Object.fromEntries(provided),
    peerDependenciesMeta: Object.fromEntries(peers.map((peer) => [peer, { optional: true }])),
    // Run after it was packed, with this file still in place.
    scripts: { postpack: 'node infra/package/build.ts restore' },
  };
}
