/** A name of the browser's library that the generated client uses, and Node's types leave out. */
type BodyInit = NonNullable<ConstructorParameters<typeof Response>[0]>;
