import type { Catalogue, CatalogueCommand } from '@fireledger/client'

/** A command with where it goes. */
export type Act = {
  readonly category: Catalogue['categories'][number]
  readonly command: CatalogueCommand
  /** `institutions` */
  readonly path: string
  /** `suspend` */
  readonly name: string
}

/** Everything that a reader with these permissions may do, in the order of the catalogue. */
export function actsOf(catalogue: Catalogue, permissions: readonly string[]): Act[] {
  return catalogue.categories.flatMap((category) =>
    category.commands
      .filter(({ permission }) => permissions.includes(permission))
      .map((command) => {
        const [, , path = '', , name = ''] = command.path.split('/')
        return { category, command, path, name }
      }),
  )
}

/** The command at an address, whoever may give it. */
export function anyAct(catalogue: Catalogue, path = '', name = ''): CatalogueCommand | undefined {
  return catalogue.categories
    .flatMap(({ commands }) => commands)
    .find((command) => command.path === `/v1/${path}/{id}/${name}`)
}
