import type { EntityManager, EntityProperty, Platform } from '@mikro-orm/core';
import type { StatementValue } from './kept-statements.ts';

interface Column {
  readonly property: string;
  readonly name: string;
  /** As the dialect calls it. */
  readonly type: string;
  readonly toValue: (value: unknown) => StatementValue;
  readonly fromRow: (value: unknown) => unknown;
}

/**
 * Turns rows of kept statements into objects of an entity's class, and objects into values, by the columns of its
 * `EntitySchema`: what the ORM's own hydration gives, without its bookkeeping of changes.
 */
export class EntityRows<T extends object> {
  /** Its columns, by name, in the order of `values`; those of some properties, if only they are asked for. */
  readonly columns: string;
  /** Their types, in the same order. */
  readonly types: readonly string[];
  private readonly all: readonly Column[];

  constructor(
    em: EntityManager,
    private readonly entity: { readonly prototype: T },
    properties?: readonly (keyof T)[],
  ) {
    const platform = em.getPlatform();
    const { props } = em.getMetadata().get(entity as never);
    const wanted = (props as EntityProperty[]).filter(({ name }) => properties?.includes(name as keyof T) ?? true);
    this.all = wanted.map((prop) => columnOf(prop, platform));
    this.columns = this.all.map(({ name }) => name).join(', ');
    this.types = this.all.map(({ type }) => type);
  }

  /** Inserts an object into the table, by its `values`. */
  insertInto(table: string): string {
    return `insert into ${table} (${this.columns}) values (${this.all.map(() => '?').join(', ')})`;
  }

  /** The object of a row that has all these columns. */
  object(row: object): T {
    const object = Object.create(this.entity.prototype) as Record<string, unknown>;
    for (const { property, name, fromRow } of this.all)
      object[property] = fromRow((row as Record<string, unknown>)[name]);
    return object as T;
  }

  /** The values of all columns. */
  values(object: T): StatementValue[] {
    return this.all.map(({ property, toValue }) => toValue(object[property as keyof T]));
  }

  /** What an update sets, and the values of it: some of the properties. */
  assignments(change: Partial<T>): { sql: string; values: StatementValue[] } {
    const changed = this.all.filter(({ property }) => property in change);
    return {
      sql: changed.map(({ name }) => `${name} = ?`).join(', '),
      values: changed.map(({ property, toValue }) => toValue(change[property as keyof T])),
    };
  }
}

function columnOf(prop: EntityProperty, platform: Platform): Column {
  const [name, type] = [prop.fieldNames[0], prop.columnTypes[0]] as [string, string];
  return { property: prop.name, name, type, ...conversion(prop, platform) };
}

function conversion({ customType, runtimeType }: EntityProperty, platform: Platform) {
  const same = {
    toValue: (value: unknown) => (value ?? null) as StatementValue,
    fromRow: (value: unknown) => value ?? null,
  };
  if (customType) {
    return {
      toValue: (value: unknown) => (customType.convertToDatabaseValue(value, platform) ?? null) as StatementValue,
      fromRow: (value: unknown) => (value === null ? null : customType.convertToJSValue(value, platform)),
    };
  }
  if (runtimeType === 'Date') {
    return { ...same, fromRow: (value: unknown) => (value === null ? null : new Date(value as string | number)) };
  }
  if (runtimeType === 'boolean') return { ...same, fromRow: Boolean };
  return same;
}
