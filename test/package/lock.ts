// A package-lock.json for a folder that installs the packed file, cut out of the project's: the same versions of the same packages.

type Versions = Readonly<Record<string, string>>;

interface Entry {
  readonly version?: string;
  readonly dev?: boolean;
  readonly dependencies?: Versions;
  readonly optionalDependencies?: Versions;
  readonly peerDependencies?: Versions;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

export interface Lock {
  readonly packages: Readonly<Record<string, Entry>>;
}

interface Packed {
  /** Relative to the folder. */
  readonly file: string;
  readonly integrity: string;
  readonly manifest: Entry & { readonly name: string };
}

/** @param own what the folder itself needs, by name, in the versions of the project */
export function folderFiles({ packages }: Lock, packed: Packed, own: readonly string[]) {
  const { name } = packed.manifest;
  const dependencies = {
    [name]: `file:${packed.file}`,
    ...Object.fromEntries(own.map((one) => [one, packages[`node_modules/${one}`]?.version ?? '*'])),
  };
  const at = `node_modules/${name}`;
  const found = new Map<string, Entry>();
  const wanted: [from: string, name: string][] = [
    ...own.map((one) => ['', one] as [string, string]),
    ...Object.keys(packed.manifest.dependencies ?? {}).map((one) => [at, one] as [string, string]),
  ];
  for (let next = wanted.pop(); next; next = wanted.pop()) {
    const path = pathOf(packages, ...next);
    if (path === undefined || found.has(path)) continue;
    const { dev: _, ...entry } = packages[path] ?? {};
    found.set(path, entry);
    for (const dependency of dependenciesOf(entry)) wanted.push([path, dependency]);
  }
  const lock = {
    ...{ name: 'folder', lockfileVersion: 3, requires: true },
    packages: {
      '': { name: 'folder', dependencies },
      [at]: { resolved: `file:${packed.file}`, integrity: packed.integrity, ...packed.manifest },
      ...Object.fromEntries(found),
    },
  };
  return { manifest: { name: 'folder', private: true, type: 'module', dependencies }, lock, paths: [...found.keys()] };
}

const dependenciesOf = ({ dependencies, optionalDependencies, peerDependencies = {}, peerDependenciesMeta }: Entry) =>
  Object.keys({
    ...dependencies,
    ...optionalDependencies,
    ...Object.fromEntries(
      Object.entries(peerDependencies).filter(([name]) => peerDependenciesMeta?.[name]?.optional !== true),
    ),
  });

/** As Node looks it up, from the innermost folder outwards. */
function pathOf(packages: Lock['packages'], from: string, name: string): string | undefined {
  const inner = `${from === '' ? '' : `${from}/`}node_modules/${name}`;
  if (packages[inner]) return inner;
  if (from === '') return undefined;
  return pathOf(packages, from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/'))), name);
}
